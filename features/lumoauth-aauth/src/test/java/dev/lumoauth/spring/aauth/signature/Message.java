/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.aauth.signature;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.lumoauth.spring.token.key.SigningKey;

/**
 * A request on its way: it is signed here, and somebody may change it before it arrives.
 */
final class Message {

	/** When all requests are signed. */
	static final long NOW = 1750000000;

	/** The bytes 0 to 31, as in the vector that LumoAuth's SDKs share. */
	static final String ED25519_JWK = """
			{"kty":"OKP","crv":"Ed25519","d":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
			"x":"A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"}""";

	static final SigningKey ED25519 = MessageSigner.signing(SigningKey.ofJwk(ED25519_JWK, null, null));

	static final Clock CLOCK = at(NOW);

	String method = "POST";

	String scheme = "https";

	String host = "orders.example:8443";

	String path = "/v1/orders/a%20b";

	String query = "limit=10&q=a%2Fb";

	byte[] body = "{\"order\":7}".getBytes(StandardCharsets.UTF_8);

	final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	Message() {
		set("Content-Type", "application/json");
		set("Authorization", "Bearer eyJ.e30.c2ln");
	}

	static Clock at(long seconds) {
		return Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
	}

	/** Random bytes that are none: 0 to 15. */
	static byte[] nonce() {
		byte[] nonce = new byte[16];
		for (int i = 0; i < nonce.length; i++) {
			nonce[i] = (byte) i;
		}
		return nonce;
	}

	Message set(String name, String... values) {
		this.headers.put(name, new ArrayList<>(List.of(values)));
		return this;
	}

	String get(String name) {
		return this.headers.get(name).get(0);
	}

	/** Change a header as a text. */
	Message replace(String name, String what, String by) {
		String value = get(name);
		if (!value.contains(what)) {
			throw new IllegalArgumentException(value + " has no " + what);
		}
		return set(name, value.replace(what, by));
	}

	Message signed() {
		return signed(ED25519);
	}

	Message signed(SigningKey key) {
		return signed(key, true);
	}

	Message signed(SigningKey key, boolean empties) {
		new MessageSigner(() -> key, CLOCK, 1 << 21, empties, Message::nonce).sign(this.method, uri(),
				(name) -> this.headers.getOrDefault(name, List.of()), this.body, (name, value) -> set(name, value));
		return this;
	}

	/** Sign whatever the header says, as who has the key can. */
	Message signedAs(String input, Map<String, String> values) {
		String params = input.substring(input.indexOf('=') + 1);
		set("Signature-Input", input);
		set("Signature", input.substring(0, input.indexOf('=')) + "=:"
				+ ED25519.signature(Components.base(values, params)) + ":");
		return this;
	}

	private URI uri() {
		return URI.create(this.scheme + "://" + this.host + this.path + ((this.query != null) ? "?" + this.query : ""));
	}

	ReceivedRequest received() {
		return new ReceivedRequest(this.method, this.scheme, this.host, this.path, this.query,
				(name) -> this.headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()), this.body);
	}

	void verify() {
		verify(CLOCK);
	}

	void verify(Clock clock) {
		verify(new MessageVerifier(nonces(), clock));
	}

	void verify(MessageVerifier verifier) {
		verifier.verify(received(), VerificationKey.of(ED25519.publicKey()));
	}

	static NonceStore nonces() {
		Set<String> seen = new HashSet<>();
		return (id, until) -> seen.add(id);
	}

}
