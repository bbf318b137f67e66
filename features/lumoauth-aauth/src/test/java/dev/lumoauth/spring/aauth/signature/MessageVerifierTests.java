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

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.token.key.RsaTestKeys;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MessageVerifier}: one thing of a signed request is changed at a time,
 * and each is refused.
 */
class MessageVerifierTests {

	private static final List<String> COVERED = Components.of("");

	private static final String NAMES = "(\"" + String.join("\" \"", COVERED) + "\")";

	static Stream<Change> changes() {
		List<Change> changes = new ArrayList<>();
		change(changes, "the method", (message) -> message.method = "PUT");
		change(changes, "the case of the method", (message) -> message.method = "post");
		change(changes, "the host", (message) -> message.host = "order.example:8443");
		change(changes, "the port", (message) -> message.host = "orders.example:8444");
		change(changes, "no port", (message) -> message.host = "orders.example");
		change(changes, "the path", (message) -> message.path = "/v1/orders/a%20c");
		change(changes, "the path decoded", (message) -> message.path = "/v1/orders/a b");
		change(changes, "a further segment", (message) -> message.path += "/");
		change(changes, "the query", (message) -> message.query = "limit=11&q=a%2Fb");
		change(changes, "the query decoded", (message) -> message.query = "limit=10&q=a/b");
		change(changes, "a further parameter", (message) -> message.query += "&all");
		change(changes, "an empty query", (message) -> message.query = "");
		change(changes, "no query", (message) -> message.query = null);
		change(changes, "the path takes the query", (message) -> {
			message.path += "?" + message.query;
			message.query = null;
		});
		change(changes, "the body", (message) -> message.body[9]++);
		change(changes, "a longer body", (message) -> message.body = "{\"order\":7} ".getBytes(StandardCharsets.UTF_8));
		change(changes, "no body", (message) -> message.body = new byte[0]);
		change(changes, "the body and its digest", (message) -> {
			message.body = new byte[0];
			message.set("Content-Digest", ContentDigest.of(message.body));
		});
		for (String name : List.of("Content-Type", "Authorization", "Content-Digest", "Signature", "Signature-Input")) {
			change(changes, "no " + name, (message) -> message.headers.remove(name));
			change(changes, "an empty " + name, (message) -> message.set(name, ""));
			change(changes, "another end of " + name, (message) -> message.set(name, message.get(name) + "x"));
			change(changes, "a parameter of " + name, (message) -> message.set(name, message.get(name) + ";x=1"));
		}
		for (String name : List.of("Content-Type", "Authorization", "Content-Digest")) {
			change(changes, "a second " + name, (message) -> message.set(name, message.get(name), message.get(name)));
		}
		for (String name : List.of("Signature", "Signature-Input")) {
			change(changes, "a second one in " + name,
					(message) -> message.set(name, message.get(name), "sig1=:AAAA:"));
		}
		change(changes, "a key in Signature-Key", (message) -> message.set("Signature-Key", "sig1=hwk"));
		change(changes, "created earlier",
				(message) -> message.replace("Signature-Input", "=1750000000", "=1749999999"));
		change(changes, "created later", (message) -> message.replace("Signature-Input", "=1750000000", "=1750000001"));
		change(changes, "the nonce", (message) -> message.replace("Signature-Input", "\"AAEC", "\"AAED"));
		change(changes, "an expiry",
				(message) -> message.replace("Signature-Input", ";nonce", ";expires=1750000060;nonce"));
		change(changes, "an algorithm",
				(message) -> message.replace("Signature-Input", ";nonce", ";alg=\"ed25519\";nonce"));
		change(changes, "a key id", (message) -> message.replace("Signature-Input", ";nonce", ";keyid=\"k\";nonce"));
		change(changes, "the order of the parameters", (message) -> message.set("Signature-Input",
				"sig1=" + NAMES + ";nonce=\"AAECAwQFBgcICQoLDA0ODw\";created=1750000000"));
		for (String name : COVERED) {
			change(changes, "not covered: " + name,
					(message) -> message.replace("Signature-Input", "\"" + name + "\"", ""));
			change(changes, "covered twice: " + name, (message) -> message.replace("Signature-Input",
					"\"" + name + "\"", "\"" + name + "\" \"" + name + "\""));
			change(changes, "a parameter of " + name,
					(message) -> message.replace("Signature-Input", "\"" + name + "\"", "\"" + name + "\";sf"));
		}
		change(changes, "the order", (message) -> message.replace("Signature-Input", "\"@method\" \"@authority\"",
				"\"@authority\" \"@method\""));
		change(changes, "one more is covered", (message) -> message.set("Accept", "*/*")
			.replace("Signature-Input", "\"authorization\"", "\"authorization\" \"accept\""));
		change(changes, "another label in one header", (message) -> message.replace("Signature", "sig1=", "sig2="));
		change(changes, "the signature", (message) -> message.replace("Signature", ":QK9", ":QK8"));
		change(changes, "a shorter signature", (message) -> message.replace("Signature", "uAw:", ":"));
		change(changes, "a signature of nothing", (message) -> message.set("Signature", "sig1=::"));
		change(changes, "a signature of no bytes", (message) -> message.set("Signature", "sig1=\"QK93\""));
		change(changes, "a signature of zeros", (message) -> message.set("Signature", "sig1=:" + "A".repeat(86) + ":"));
		return changes.stream();
	}

	private static void change(List<Change> changes, String name, Consumer<Message> how) {
		changes.add(new Change(name, how));
	}

	record Change(String name, Consumer<Message> how) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	@ParameterizedTest
	@MethodSource("changes")
	void refusesARequestThatWasChanged(Change change) {
		Message message = new Message().signed();
		change.how().accept(message);
		List<String> remembered = new ArrayList<>();
		assertThatExceptionOfType(InvalidSignatureException.class)
			.isThrownBy(() -> message.verify(new MessageVerifier((id, until) -> remembered.add(id), Message.CLOCK)));
		assertThat(remembered).isEmpty();
	}

	@Test
	void takesTheRequestThatWasNot() {
		assertThatCode(() -> new Message().signed().verify()).doesNotThrowAnyException();
	}

	@Test
	void takesTheSameAddressInAnotherForm() {
		Message message = new Message();
		message.host = "orders.example";
		message.signed();
		message.host = "ORDERS.example:443";
		assertThatCode(message::verify).doesNotThrowAnyException();
		message.scheme = "http";
		assertRefused(message);
	}

	@Test
	void refusesAnotherKeyAndAnotherAlgorithm() throws Exception {
		Message message = new Message().signed();
		MessageVerifier verifier = new MessageVerifier(Message.nonces(), Message.CLOCK);
		SigningKey rsa = SigningKey.ofJwk(RsaTestKeys.own("k1").toJSONString(), null, null);
		for (VerificationKey key : List.of(VerificationKey.of(rsa.publicKey()),
				VerificationKey.of(new ECKeyGenerator(Curve.P_256).generate()), VerificationKey
					.of(Map.of("kty", "OKP", "crv", "Ed25519", "x", "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs")))) {
			assertThatExceptionOfType(InvalidSignatureException.class)
				.isThrownBy(() -> verifier.verify(message.received(), key));
		}
		Message another = new Message().signed(rsa);
		assertThatCode(() -> verifier.verify(another.received(), VerificationKey.of(rsa.publicKey())))
			.doesNotThrowAnyException();
		assertThatExceptionOfType(InvalidSignatureException.class).isThrownBy(() -> another.verify(verifier));
		// PKCS #1 v1.5, which RFC 9421 has too.
		byte[] base = Components.base(values(new Message()), NAMES + params());
		Message weaker = new Message().set("Signature-Input", "sig1=" + NAMES + params())
			.set("Signature", "sig1=:" + rsa.with("RS256", null).signature(base) + ":");
		assertThatExceptionOfType(InvalidSignatureException.class)
			.isThrownBy(() -> verifier.verify(weaker.received(), VerificationKey.of(rsa.publicKey())));
	}

	@Test
	void refusesASignatureThatWasUsedOnAnyReplica() {
		NonceStore shared = Message.nonces();
		Message message = new Message().signed();
		message.verify(new MessageVerifier(shared, Message.CLOCK));
		assertThatExceptionOfType(InvalidSignatureException.class)
			.isThrownBy(() -> message.verify(new MessageVerifier(shared, Message.at(Message.NOW + 60))))
			.withMessageContaining("used before");
		// The same signature in the other alphabet is the same one.
		message.set("Signature",
				message.get("Signature").replace('_', '/').replace('-', '+').replace("uAw:", "uAw==:"));
		assertThatExceptionOfType(InvalidSignatureException.class)
			.isThrownBy(() -> message.verify(new MessageVerifier(shared, Message.CLOCK)))
			.withMessageContaining("used before");
	}

	@Test
	void remembersASignatureForAsLongAsItIsGood() {
		List<Instant> until = new ArrayList<>();
		NonceStore store = (id, end) -> {
			assertThat(id).hasSizeLessThanOrEqualTo(400);
			return until.add(end);
		};
		Clock last = Clock.fixed(Instant.ofEpochSecond(Message.NOW + 60, 999_999_999), Message.CLOCK.getZone());
		new Message().signed().verify(new MessageVerifier(store, last));
		new Message().signed().verify(new MessageVerifier(store, Message.at(Message.NOW - 60)));
		assertThat(until).hasSize(2).allMatch((end) -> end.isAfter(last.instant()));
		assertThat(until.get(1)).isEqualTo(Instant.ofEpochSecond(Message.NOW - 60).plusSeconds(121));
	}

	@Test
	void takesNothingWhenItCannotRemember() {
		NonceStore down = (id, until) -> {
			throw new LumoAuthUnavailableException("The store is down", null);
		};
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> new Message().signed().verify(new MessageVerifier(down, Message.CLOCK)));
	}

	@ParameterizedTest
	@ValueSource(longs = { -60, -59, -1, 0, 1, 59, 60 })
	void takesClocksThatAreAMinuteApart(long seconds) {
		assertThatCode(() -> new Message().signed().verify(Message.at(Message.NOW + seconds)))
			.doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(longs = { -3600, -61, 61, 3600 })
	void refusesClocksThatAreFurtherApart(long seconds) {
		assertThatExceptionOfType(InvalidSignatureException.class)
			.isThrownBy(() -> new Message().signed().verify(Message.at(Message.NOW + seconds)))
			.withMessageContaining("compare the clocks");
	}

	@ParameterizedTest
	@ValueSource(strings = { ";expires=1750000001", ";alg=\"ed25519\"", ";keyid=\"any\"", ";keyid=token" })
	void takesFurtherParametersThatItKnows(String further) {
		assertThatCode(() -> signed(NAMES + params() + further).verify()).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { ";expires=1750000000", ";expires=1749999999", ";expires=\"1750000060\"",
			";expires=1750000060.0", ";expires", ";alg=\"rsa-pss-sha512\"", ";alg=\"hmac-sha256\"", ";alg=ed25519",
			";alg=\"ED25519\"", ";alg", ";tag=\"x\"", ";nonce2=\"x\"", ";created=1750000000.0", ";nonce=\"short\"",
			";nonce=AAECAwQFBgcICQoLDA0ODw", ";created=1749999000" })
	void refusesParametersThatSayNo(String further) {
		assertRefused(signed(NAMES + params() + further));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ";created=1750000000", ";nonce=\"AAECAwQFBgcICQoLDA0ODw\"",
			";created=-1750000000;nonce=\"AAECAwQFBgcICQoLDA0ODw\"",
			";created=999999999999999;nonce=\"AAECAwQFBgcICQoLDA0ODw\"",
			";created=-999999999999999;nonce=\"AAECAwQFBgcICQoLDA0ODw\"",
			";created=1750000000;nonce=\"AAECAwQFBgcICQo\"", ";created=1750000000;nonce=\"\"" })
	void refusesASignatureWithoutTimeOrNonce(String params) {
		assertRefused(signed(NAMES + params));
	}

	@Test
	void refusesANonceThatIsTooLong() {
		assertThatCode(() -> signed(NAMES + ";created=1750000000;nonce=\"" + "n".repeat(256) + "\"").verify())
			.doesNotThrowAnyException();
		assertRefused(signed(NAMES + ";created=1750000000;nonce=\"" + "n".repeat(257) + "\""));
	}

	@Test
	void saysWhatHasToBeCovered() {
		for (String name : COVERED) {
			List<String> rest = COVERED.stream().filter((other) -> !other.equals(name)).toList();
			Message message = new Message();
			Map<String, String> values = values(message);
			values.remove(name);
			message.signedAs("sig1=(\"" + String.join("\" \"", rest) + "\")" + params(), values);
			assertThatExceptionOfType(InvalidSignatureException.class).isThrownBy(message::verify)
				.satisfies((ex) -> assertThat(ex.getRequiredComponents()).isEqualTo(COVERED));
		}
	}

	@Test
	void takesAnyOrderAndFurtherHeaders() {
		Message message = new Message().set("Accept", "*/*");
		Map<String, String> values = new LinkedHashMap<>();
		values.put("accept", "*/*");
		values(message).entrySet()
			.stream()
			.sorted(Map.Entry.comparingByKey())
			.forEach((entry) -> values.put(entry.getKey(), entry.getValue()));
		message.signedAs("sig1=(\"" + String.join("\" \"", values.keySet()) + "\")" + params(), values);
		assertThatCode(message::verify).doesNotThrowAnyException();
		message.headers.remove("Accept");
		assertRefused(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "@target-uri", "@scheme", "@request-target", "@status", "@signature-params", "Accept",
			"accept ", "", "x\\\"y" })
	void refusesToCoverWhatIsNoneOfTheProfiles(String name) {
		Message message = new Message().set("Accept", "*/*").set("", "");
		Map<String, String> values = values(message);
		values.put(name, "*/*");
		message.signedAs("sig1=" + NAMES.replace(")", " \"" + name + "\")") + params(), values);
		assertRefused(message);
	}

	@Test
	void readsTheAgentsSignatureAmongSeveral() {
		Message message = new Message().signed();
		message.set("Signature-Input", "proxy=(\"@method\");created=1, " + message.get("Signature-Input"));
		message.set("Signature", "proxy=:AAAA:, " + message.get("Signature"));
		assertThatCode(message::verify).doesNotThrowAnyException();
		Message unknown = signed("a", NAMES + params());
		assertThatCode(unknown::verify).doesNotThrowAnyException();
		unknown.set("Signature-Input", unknown.get("Signature-Input") + ", b=(\"@method\")");
		assertRefused(unknown);
	}

	@Test
	void nothingIsSaidTwice() {
		// The last one would count (RFC 8941 section 4.2), and the first one elsewhere.
		String input = new Message().signed().get("Signature-Input");
		for (String twice : List.of(input + ", " + input, "sig1=(), " + input, input + ";created=1750000000",
				input.replace(";created", ";created=1;created"), input.replace(";nonce", ";nonce=\"n\";nonce"))) {
			assertRefused(new Message().signed().set("Signature-Input", twice));
		}
		assertRefused(new Message().signed().set("Signature-Input", "sig2=()", input));
		String signature = new Message().signed().get("Signature");
		assertRefused(new Message().signed().set("Signature", "sig1=:AAAA:, " + signature));
		assertRefused(new Message().signed().set("Signature", "sig2=:AAAA:", signature));
	}

	@Test
	void blanksDoNotMatter() {
		Message message = new Message().signed();
		message.replace("Signature-Input", "\" \"", "\"  \"").replace("Signature-Input", ";nonce", "; nonce");
		assertThatCode(message::verify).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "sig1=?1", "sig1", "sig1=\"x\"", "sig1=(1 2)", "sig1=(\"@method\"", "sig1=(a)", "SIG1=()",
			"sig1=();created=1,", "", ",", "sig1=() x", "\u00e9=()", "sig1=(\"\u00e9\")" })
	void refusesWhatIsNoSignatureInput(String input) {
		Message message = new Message().signed();
		assertRefused(message.set("Signature-Input", input));
	}

	@Test
	void refusesHeadersWithoutEnd() {
		Message message = new Message().signed();
		assertRefused(message.set("Signature-Input", message.get("Signature-Input"), "a=\"" + "x".repeat(4096) + "\""));
	}

	@Test
	void noCharacterPassesForAnother() {
		Message query = new Message();
		query.query = "a?b";
		query.signed();
		query.query = "a\u0101b"; // a question mark where something else is needed
		assertRefused(query);
		Message host = new Message();
		host.host = "keys.example";
		host.signed();
		host.host = "\u212aeys.example"; // the sign for Kelvin, in lower case a k
		assertRefused(host);
		Message path = new Message();
		path.signed();
		path.path = path.path + "\n\"@query\": ?";
		assertRefused(path);
	}

	private static void assertRefused(Message message) {
		assertThatExceptionOfType(InvalidSignatureException.class).isThrownBy(message::verify);
	}

	private static Message signed(String input) {
		return signed("sig1", input);
	}

	private static Message signed(String label, String input) {
		Message message = new Message();
		Map<String, String> values = values(message);
		return message.signedAs(label + "=" + input, values);
	}

	private static String params() {
		return ";created=1750000000;nonce=\"AAECAwQFBgcICQoLDA0ODw\"";
	}

	/** What a request has, in the profile's order. */
	private static Map<String, String> values(Message message) {
		message.set("Content-Digest", ContentDigest.of(message.body));
		Map<String, String> values = new LinkedHashMap<>();
		values.put("@method", message.method);
		values.put("@authority", message.host);
		values.put("@path", message.path);
		values.put("@query", "?" + message.query);
		values.put("signature-key", "");
		values.put("content-digest", message.get("Content-Digest"));
		values.put("content-type", message.get("Content-Type"));
		values.put("authorization", message.get("Authorization"));
		return values;
	}

}
