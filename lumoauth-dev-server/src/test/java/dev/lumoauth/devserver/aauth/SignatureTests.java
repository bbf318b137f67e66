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

package dev.lumoauth.devserver.aauth;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What of a signature is checked: a change of anything in the request is refused.
 */
class SignatureTests extends AAuthTests {

	private static final String PATH = ACME_ORG + "/aauth/token/revoke";

	private Signing revoke() {
		return request(PATH, "token", "none").with(agentToken());
	}

	@Test
	void takesEd25519AndRsaPss() {
		assertThat(revoke().sign(TestKeys.AGENTS, ED).send().json()).isEqualTo(Map.of("revoked", true));
		Signing rsa = request(PATH, "token", "none")
			.with(jwt("agent+jwt", TestKeys.AGENTS, RSA, agentClaims(AGENT, TestKeys.AGENTS, RSA)));
		Answer answer = rsa.sign(TestKeys.AGENTS, RSA).send();
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
	}

	@Test
	void takesAnotherOrderFurtherHeadersAndKnownParameters() {
		Signing request = revoke();
		request.components.remove("@method");
		request.components.addAll(List.of("@method", "agent-auth"));
		request.parameters = ";keyid=\"any\";alg=\"ed25519\"";
		assertThat(request.sign(TestKeys.AGENTS, ED).send().status()).isEqualTo(200);
	}

	@Test
	void takesHeadersThatAreEmptyForThoseThatAreAbsent() {
		Signing request = revoke();
		request.headers.put("Signature-Key", "");
		request.headers.put("Authorization", "");
		assertThat(request.sign(TestKeys.AGENTS, ED).send().status()).isEqualTo(200);
	}

	@Test
	void takesStandardBase64AndPadding() {
		Signing request = revoke().sign(TestKeys.AGENTS, ED);
		request.headers.compute("Signature",
				(name, value) -> value.replace('-', '+').replace('_', '/').substring(0, value.length() - 1) + "==:");
		assertThat(request.send().status()).isEqualTo(200);
	}

	@Test
	void takesACoveredQuery() {
		Signing request = revoke();
		request.query = "a=1&b=%20";
		assertThat(request.sign(TestKeys.AGENTS, ED).send().status()).isEqualTo(200);
	}

	static Stream<Arguments> tampering() {
		return Stream.of(change("method", (request) -> request.method = "PUT", "invalid_request"),
				change("layout of the path", (request) -> request.path = request.path.replace("/orgs/", "/t/")),
				change("path", (request) -> request.path = request.path.replace("token/revoke", "agent/issue")),
				change("query", (request) -> request.query = "a=1"),
				change("body", (request) -> request.body = request.body + " "), change("body and digest", (request) -> {
					request.body = "{\"token\":\"other\"}";
					request.headers.put("Content-Digest", Signing.digest(request.body));
				}), change("no digest", (request) -> request.headers.remove("Content-Digest")),
				change("content type",
						(request) -> request.headers.put("Content-Type", "application/json;charset=utf-8")),
				change("no content type", (request) -> request.headers.remove("Content-Type")),
				change("authorization", (request) -> request.headers.put("Authorization", "Bearer x")),
				change("signature key", (request) -> request.headers.put("Signature-Key", "sig1=hwk")),
				change("created",
						(request) -> request.headers.compute("Signature-Input",
								(name, value) -> value.replace("created=", "created=1"))),
				change("created by a second",
						(request) -> request.headers.compute("Signature-Input",
								(name, value) -> value.replace("created=" + request.created,
										"created=" + (request.created + 1)))),
				change("nonce",
						(request) -> request.headers.compute("Signature-Input",
								(name, value) -> value.replace(request.nonce, "0123456789abcdef0123"))),
				change("algorithm",
						(request) -> request.headers.compute("Signature-Input",
								(name, value) -> value + ";alg=\"ed25519\"")),
				change("signature", (request) -> request.headers.put("Signature", "sig1=:" + "A".repeat(86) + ":")),
				change("no bytes", (request) -> request.headers.put("Signature", "sig1=::")),
				change("label",
						(request) -> request.headers.compute("Signature",
								(name, value) -> value.replace("sig1", "sig2"))),
				change("no signature", (request) -> request.headers.remove("Signature")),
				change("no input", (request) -> request.headers.remove("Signature-Input")),
				change("a blank in the input",
						(request) -> request.headers.compute("Signature-Input",
								(name, value) -> value.replace("=(\"", "=( \""))),
				change("no blank in the input",
						(request) -> request.headers.compute("Signature-Input",
								(name, value) -> value.replaceFirst("\" \"", "\"\""))),
				change("two headers of a kind",
						(request) -> request.headers.put("Signature", "sig1=:AAAA:, sig1=:AAAA:")),
				change("two signatures", (request) -> request.headers.compute("Signature-Input",
						(name, value) -> value + ", sig2=(\"@method\");created=1")));
	}

	private static Arguments change(String what, Consumer<Signing> change) {
		return change(what, change, "invalid_signature");
	}

	private static Arguments change(String what, Consumer<Signing> change, String error) {
		return Arguments.of(what, change, error);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("tampering")
	void refusesWhatWasChangedAfterwards(String what, Consumer<Signing> change, String error) {
		Signing request = revoke().sign(TestKeys.AGENTS, ED);
		change.accept(request);
		Answer answer = request.send();
		// Another method has no such path: it never comes as far as the signature.
		assertThat(answer.status()).as(answer.body()).isEqualTo(error.equals("invalid_request") ? 405 : 401);
		assertThat(answer.get("error")).isEqualTo(error);
		if (answer.status() == 401) {
			assertThat(answer.header("Agent-Auth")).isEqualTo("httpsig");
			assertThat(answer.get("error_description").toString()).isNotBlank();
		}
	}

	@Test
	void refusesASignatureForAnotherServer() {
		Signing request = revoke();
		request.authority = "lumoauth.example";
		refuses(request.sign(TestKeys.AGENTS, ED));
	}

	@ParameterizedTest
	@ValueSource(strings = { "@method", "@authority", "@path", "signature-key", "content-digest", "content-type",
			"authorization" })
	void refusesWhatIsNotCovered(String component) {
		Signing request = revoke();
		request.components.remove(component);
		Answer answer = refuses(request.sign(TestKeys.AGENTS, ED));
		assertThat(answer.get("required_components")).isEqualTo(List.of("@method", "@authority", "@path",
				"signature-key", "content-digest", "content-type", "authorization"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "@target-uri", "@status", "@Method", "Content-Type", "host;sf", "x-absent", "@method" })
	void refusesToCoverWhatTheProfileHasNot(String component) {
		Signing request = revoke();
		request.components.add(component);
		refuses(request.sign(TestKeys.AGENTS, ED));
	}

	@ParameterizedTest
	@ValueSource(strings = { ";tag=\"a\";tag=\"a\"", ";other=\"a\"", ";created=1", ";expires=1",
			";alg=\"rsa-pss-sha512\"", ";nonce=1" })
	void refusesOtherParameters(String parameters) {
		Signing request = revoke();
		request.parameters = parameters;
		refuses(request.sign(TestKeys.AGENTS, ED));
	}

	@ParameterizedTest
	@ValueSource(longs = { -61, 61, -1_000_000 })
	void refusesASignatureThatWasNotMadeWithinAMinute(long seconds) {
		Signing request = revoke();
		request.created += seconds;
		refuses(request.sign(TestKeys.AGENTS, ED));
	}

	@ParameterizedTest
	@ValueSource(longs = { -59, 59 })
	void takesClocksThatAreNearlyAMinuteApart(long seconds) {
		Signing request = revoke();
		request.created += seconds;
		assertThat(request.sign(TestKeys.AGENTS, ED).send().status()).isEqualTo(200);
	}

	@Test
	void refusesAShortNonceAndNone() {
		Signing request = revoke();
		request.nonce = "0123456789abcde";
		refuses(request.sign(TestKeys.AGENTS, ED));
		request.nonce = "";
		refuses(request.sign(TestKeys.AGENTS, ED));
	}

	@Test
	void refusesAReplayAsLongAsItsTimeIsRight() {
		Signing request = revoke();
		request.created += 59;
		request.sign(TestKeys.AGENTS, ED);
		assertThat(request.send().status()).isEqualTo(200);
		for (int i = 0; i < 3; i++) {
			refuses(request);
			this.clock.advance(Duration.ofSeconds(30));
		}
	}

	@Test
	void theSameNonceOfAnotherKeyIsAnother() {
		Signing first = revoke().sign(TestKeys.AGENTS, ED);
		Signing second = request(PATH, "token", "none")
			.with(jwt("agent+jwt", TestKeys.AGENTS, RSA, agentClaims(AGENT, TestKeys.AGENTS, RSA)));
		second.nonce = first.nonce;
		assertThat(first.send().status()).isEqualTo(200);
		assertThat(second.sign(TestKeys.AGENTS, RSA).send().status()).isEqualTo(200);
	}

	@Test
	void refusesTheSignatureOfAnotherKey() {
		refuses(revoke().sign(TestKeys.PLATFORMS, ED));
		refuses(revoke().sign(TestKeys.AGENTS, RSA));
	}

	private static Answer refuses(Signing request) {
		Answer answer = request.send();
		assertThat(answer.status()).as(answer.body()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_signature");
		return answer;
	}

}
