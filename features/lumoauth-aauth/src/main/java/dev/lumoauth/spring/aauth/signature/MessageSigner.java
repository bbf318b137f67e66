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
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

import com.nimbusds.jose.jwk.JWK;

import org.springframework.util.Assert;

import dev.lumoauth.spring.token.RequestSigner;
import dev.lumoauth.spring.token.key.SigningKey;

/**
 * Signs requests by AAuth's profile of HTTP Message Signatures (RFC 9421): one signature,
 * {@code sig1}, over method, authority, path, query, {@code Signature-Key},
 * {@code Content-Digest}, {@code Content-Type} and {@code Authorization}, with the time
 * and a nonce. Thread-safe.
 *
 * @since 0.1.0
 */
public final class MessageSigner implements RequestSigner {

	/** The number of random bytes: four more than the profile requires. */
	private static final int NONCE_BYTES = 16;

	private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

	private final Supplier<SigningKey> key;

	private final Clock clock;

	private final int maxBodySize;

	private final boolean empties;

	private final Supplier<byte[]> nonces;

	MessageSigner(Supplier<SigningKey> key, Clock clock, int maxBodySize, boolean empties, Supplier<byte[]> nonces) {
		this.key = key;
		this.clock = clock;
		this.maxBodySize = maxBodySize;
		this.empties = empties;
		this.nonces = nonces;
	}

	/**
	 * Return a signer for requests to any server. A header that the profile covers and
	 * the request lacks is sent as an empty one, so that any implementation of RFC 9421
	 * can check the signature.
	 * @param key supplies the current key, as {@link #signing} returns it
	 * @param clock the clock; receivers tolerate 60 seconds
	 * @param maxBodySize the number of bytes of a body that are kept in memory for
	 * signing
	 * @return the signer
	 */
	public static MessageSigner of(Supplier<SigningKey> key, Clock clock, int maxBodySize) {
		return new MessageSigner(key, clock, maxBodySize, true, random());
	}

	/**
	 * Return a signer for requests to LumoAuth, which signs like LumoAuth's own SDKs: no
	 * empty header is sent.
	 * @param key as in {@link #of}
	 * @param clock as in {@link #of}
	 * @return the signer
	 */
	public static MessageSigner forLumoAuth(Supplier<SigningKey> key, Clock clock) {
		return new MessageSigner(key, clock, Integer.MAX_VALUE, false, random());
	}

	/**
	 * Return a key that signs as AAuth requires: for RSA with RSASSA-PSS with SHA-512. If
	 * the key has no id, its thumbprint becomes the id.
	 * @param key the key
	 * @return the key; the same one if it signs that way already
	 * @throws IllegalArgumentException if AAuth does not support the key: neither Ed25519
	 * nor RSA with 2048 bits or more
	 */
	public static SigningKey signing(SigningKey key) {
		return SignatureAlgorithm.signing(key);
	}

	/**
	 * Return the public key of an agent or a service as it is published (RFC 7517), with
	 * its id and its use.
	 * @param key the key, as {@link #signing} returns it
	 * @return the public key
	 */
	public static JWK published(SigningKey key) {
		JWK publicKey = key.publicKey();
		Assert.state(publicKey != null, "Only the private key is known");
		Map<String, Object> members = new LinkedHashMap<>(publicKey.toPublicJWK().toJSONObject());
		members.putAll(Map.of("kid", String.valueOf(key.keyId()), "use", "sig", "alg", key.algorithm()));
		try {
			return JWK.parse(members);
		}
		catch (ParseException ex) {
			throw new IllegalStateException("The public key can't be written", ex);
		}
	}

	private static Supplier<byte[]> random() {
		SecureRandom random = new SecureRandom();
		return () -> {
			byte[] bytes = new byte[NONCE_BYTES];
			random.nextBytes(bytes);
			return bytes;
		};
	}

	@Override
	public int maxBodySize() {
		return this.maxBodySize;
	}

	/**
	 * {@inheritDoc}
	 * @throws IllegalStateException if a covered header has several values, or a value
	 * that can't be signed
	 */
	@Override
	public void sign(String method, URI uri, Function<String, List<String>> headers, byte[] body,
			BiConsumer<String, String> setHeader) {
		Assert.state(uri.getHost() != null,
				"Only a request with an absolute address can be signed, and no underscore may be in the name of its "
						+ "host");
		String digest = ContentDigest.of(body);
		Map<String, String> values = new LinkedHashMap<>();
		for (String name : Components.of(uri.getRawQuery())) {
			values.put(name, switch (name) {
				case Components.METHOD -> method;
				case Components.AUTHORITY -> Components.authority(uri);
				case Components.PATH -> Components.path(uri.getRawPath());
				case Components.QUERY -> "?" + uri.getRawQuery();
				case Components.CONTENT_DIGEST -> digest;
				default -> header(name, headers, setHeader);
			});
		}
		String params = params(values);
		String signature = SignatureAlgorithm.signing(this.key.get()).signature(base(values, params));
		setHeader.accept("Content-Digest", digest);
		setHeader.accept("Signature-Input", "sig1=" + params);
		setHeader.accept("Signature", "sig1=:" + signature + ":");
	}

	private static byte[] base(Map<String, String> values, String params) {
		try {
			return Components.base(values, params);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalStateException(ex.getMessage() + ": it has to be ASCII; encode it if it is an address",
					ex);
		}
	}

	private String header(String name, Function<String, List<String>> headers, BiConsumer<String, String> setHeader) {
		List<String> found = headers.apply(name);
		Assert.state(found.size() <= 1, () -> "The request has several " + name + " headers, and can't be signed");
		if (found.isEmpty()) {
			if (this.empties) {
				setHeader.accept(name, "");
			}
			return "";
		}
		String value = HeaderValues.clean(found.get(0));
		Assert.state(value != null, () -> "The value of the header " + name + " can't be signed: it has to be ASCII");
		return value;
	}

	private String params(Map<String, String> values) {
		return "(\"" + String.join("\" \"", values.keySet()) + "\");created="
				+ Math.floorDiv(this.clock.millis(), 1000L) + ";nonce=\"" + BASE64URL.encodeToString(this.nonces.get())
				+ "\"";
	}

}
