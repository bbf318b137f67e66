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

package dev.lumoauth.spring.aauth.resource;

import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.key.RemoteKeys;
import dev.lumoauth.spring.token.key.SigningKey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What of a token is not taken. Each case is a token that is taken, and one thing else.
 */
class AuthTokenVerifierTests {

	private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

	private static final SigningKey KEY = TestKeys.ed25519("agent-1");

	private final StubLumoAuth lumoAuth = new StubLumoAuth();

	private RemoteKeys keys;

	private AuthTokenVerifier verifier;

	@BeforeEach
	void prepare() {
		HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
		this.keys = AuthTokenVerifier.keys(this.lumoAuth.issuer(),
				LumoAuthHttp.requestFactory(client, Duration.ofSeconds(5)));
		this.verifier = new AuthTokenVerifier(SignedService.RESOURCE, this.lumoAuth.issuer(), this.keys,
				Clock.fixed(NOW, ZoneOffset.UTC));
	}

	@AfterEach
	void stop() {
		this.keys.close();
		this.lumoAuth.close();
	}

	@Test
	void saysWhoCalls() {
		AAuthPrincipal principal = this.verifier.verify(token((claims) -> {
		})).principal();
		assertThat(principal.agent()).isEqualTo("https://agent.example");
		assertThat(principal.delegate()).isEqualTo("worker-1");
		assertThat(principal.subject()).isEqualTo("user-1").isEqualTo(principal.getName());
		assertThat(principal.scopes()).containsExactlyInAnyOrder("read", "write");
		assertThat(principal.actors().currentActor()).isEqualTo("https://agent.example");
		assertThat(principal.keyThumbprint()).isEqualTo(KEY.thumbprint());
		assertThat(principal.expiresAt()).isEqualTo(NOW.plusSeconds(900));
	}

	@Test
	void takesTokensWithoutUserAgentAndScopes() {
		AAuthPrincipal principal = this.verifier
			.verify(token((claims) -> claims.subject(null)
				.claim("agent", null)
				.claim("agent_delegate", null)
				.claim("scope", null)
				.claim("act", null)))
			.principal();
		assertThat(principal.scopes()).isEmpty();
		assertThat(principal.getName()).isEqualTo(KEY.thumbprint());
	}

	@Test
	void takesKeysOfEveryKind() {
		this.lumoAuth.key = TestKeys.rsa("lumo-2");
		String token = this.lumoAuth.token(SignedService.RESOURCE, TestKeys.jwk(TestKeys.anotherRsa("x")), NOW);
		assertThat(this.verifier.verify(token).principal().subject()).isEqualTo("user-1");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("claims")
	void refusesClaims(String name, Consumer<JWTClaimsSet.Builder> change, String reason) {
		refuses(token(change), reason);
	}

	static Stream<Arguments> claims() {
		return Stream.of(claim("another issuer", (it) -> it.issuer("http://localhost:1/orgs/acme-corp/api/v1"), "iss"),
				claim("no issuer", (it) -> it.issuer(null), "iss"),
				claim("another audience", (it) -> it.claim("aud", "https://other.example"), "aud"),
				claim("several audiences", (it) -> it.claim("aud", List.of(SignedService.RESOURCE, "x")), "aud"),
				claim("a longer audience", (it) -> it.claim("aud", SignedService.RESOURCE + "/"), "aud"),
				claim("no audience", (it) -> it.claim("aud", null), "aud"),
				claim("an end that is now", (it) -> it.expirationTime(Date.from(NOW)), "expired"),
				claim("an end that was", (it) -> it.expirationTime(Date.from(NOW.minusSeconds(1))), "expired"),
				claim("no end", (it) -> it.expirationTime(null), "exp"),
				claim("an end that is none", (it) -> it.claim("exp", "tomorrow"), "exp"),
				claim("an end that never comes", (it) -> it.claim("exp", 1e300), "exp"),
				claim("a beginning to come", (it) -> it.issueTime(Date.from(NOW.plusSeconds(61))), "future"),
				claim("no beginning", (it) -> it.issueTime(null), "iat"),
				claim("not yet", (it) -> it.notBeforeTime(Date.from(NOW.plusSeconds(61))), "future"),
				claim("no id", (it) -> it.jwtID(null), "jti"),
				claim("a scope that is a list", (it) -> it.claim("scope", List.of("read")), "scope"),
				claim("a subject that is a number", (it) -> it.claim("sub", 1), "sub"),
				claim("no key", (it) -> it.claim("cnf", null), "cnf"),
				claim("a key elsewhere", (it) -> it.claim("cnf", Map.of("jkt", KEY.thumbprint())), "cnf"),
				claim("a private key",
						(it) -> it.claim("cnf", Map.of("jwk", with(TestKeys.jwk(KEY).toJSONObject(), "d", "AAAA"))),
						"private"),
				claim("a key of an elliptic curve",
						(it) -> it.claim("cnf", Map.of("jwk", TestKeys.jwk(SigningKey.generate()).toJSONObject())),
						"neither Ed25519 nor RSA"),
				claim("a shared key", (it) -> it.claim("cnf", Map.of("jwk", Map.of("kty", "oct", "k", "AAAA"))),
						"private"));
	}

	private static Arguments claim(String name, Consumer<JWTClaimsSet.Builder> change, String reason) {
		return Arguments.of(name, change, reason);
	}

	private static Map<String, Object> with(Map<String, Object> members, String name, String value) {
		members.put(name, value);
		return members;
	}

	@Test
	void anotherIssuerIsRefusedBeforeAnythingIsFetched() {
		refuses(token((claims) -> claims.issuer("https://evil.example")), "iss");
		assertThat(this.lumoAuth.fetches()).isZero();
	}

	/**
	 * The header of a token is changed and signed anew, where that is possible.
	 */
	@Test
	void refusesHeaders() throws JOSEException {
		JWTClaimsSet claims = this.lumoAuth.claims(SignedService.RESOURCE, TestKeys.jwk(KEY), NOW).build();
		SigningKey key = this.lumoAuth.key;
		refuses(key.sign("at+jwt", Map.of(), claims), "typ");
		refuses(key.sign("agent+jwt", Map.of(), claims), "typ");
		refuses(key.sign(null, Map.of(), claims), "typ");
		refuses(key.with("EdDSA", "other").sign("auth+jwt", Map.of(), claims), "kid");
		refuses(key.with("EdDSA", null).sign("auth+jwt", Map.of(), claims), "kid");
		refuses(TestKeys.ed25519("lumo-1").sign("auth+jwt", Map.of(), claims), "not signed");
		refuses(TestKeys.rsa("lumo-1").sign("auth+jwt", Map.of(), claims), "alg");
		SignedJWT shared = new SignedJWT(
				new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType("auth+jwt")).keyID("lumo-1").build(),
				claims);
		shared.sign(new MACSigner(TestKeys.jwk(key).toJSONString().getBytes(StandardCharsets.UTF_8)));
		refuses(shared.serialize(), "shared");
		String payload = Base64URL.encode(claims.toString()).toString();
		for (String header : List.of("{\"typ\":\"auth+jwt\",\"alg\":\"none\",\"kid\":\"lumo-1\"}",
				"{\"typ\":\"auth+jwt\",\"alg\":\"None\",\"kid\":\"lumo-1\"}", "{\"typ\":\"auth+jwt\"}", "[]", "x")) {
			refuses(Base64URL.encode(header) + "." + payload + ".AAAA", "");
			refuses(Base64URL.encode(header) + "." + payload + ".", "");
		}
		for (String critical : List.of("\"crit\":[\"exp\"]", "\"crit\":[\"b64\"],\"b64\":false", "\"b64\":false")) {
			String input = Base64URL
				.encode("{\"typ\":\"auth+jwt\",\"alg\":\"EdDSA\",\"kid\":\"lumo-1\"," + critical + "}") + "." + payload;
			refuses(input + "." + key.signature(input.getBytes(StandardCharsets.US_ASCII)), "crit");
		}
		String input = Base64URL.encode("{\"typ\":\"auth+jwt\",\"alg\":\"EdDSA\",\"kid\":\"lumo-1\"}") + "." + payload;
		assertThat(this.verifier.verify(input + "." + key.signature(input.getBytes(StandardCharsets.US_ASCII))))
			.isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d", "a.b.c.d.e", "a b.c.d", "ä.b.c",
			"eyJhbGciOiJFZERTQSJ9.e30.AAAA" })
	void refusesWhatIsNoToken(String token) {
		refuses(token, "");
	}

	@Test
	void refusesATokenThatIsTooLong() {
		String token = token((claims) -> claims.claim("x", "y".repeat(CompactToken.MAX_LENGTH)));
		refuses(token, "longer");
		assertThat(this.lumoAuth.fetches()).isZero();
	}

	@Test
	void refusesAnythingAddedOrTakenAway() {
		String token = token((claims) -> {
		});
		this.verifier.verify(token);
		for (int i = 0; i < token.length(); i++) {
			char other = (token.charAt(i) == 'A') ? 'g' : 'A';
			refuses(token.substring(0, i) + other + token.substring(i + 1), "");
		}
		for (String changed : List.of(token + "A", token + ".", "." + token, token + "=", " " + token, token + " ",
				token.substring(0, token.length() - 1), token.substring(1))) {
			refuses(changed, "");
		}
	}

	@Test
	void idsThatAreMadeUpAreFetchedForTwice() {
		for (int i = 0; i < 50; i++) {
			this.lumoAuth.key = this.lumoAuth.key.with("EdDSA", "made-up");
			String token = token((claims) -> {
			});
			this.lumoAuth.key = this.lumoAuth.key.with("EdDSA", "lumo-1");
			refuses(token, "kid");
		}
		assertThat(this.lumoAuth.fetches()).isBetween(1, 2);
		assertThat(this.verifier.verify(token((claims) -> {
		}))).isNotNull();
	}

	@Test
	void takesANewKeyAtOnce() {
		this.verifier.verify(token((claims) -> {
		}));
		this.lumoAuth.key = TestKeys.ed25519("lumo-2");
		assertThat(this.verifier.verify(token((claims) -> {
		}))).isNotNull();
		assertThat(this.lumoAuth.fetches()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 301, 302, 307, 404, 500, 503 })
	void withoutKeysNothingIsTaken(int status) {
		this.lumoAuth.status = status;
		unavailable();
		this.lumoAuth.status = 200;
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "{}", "[]", "{\"keys\":1}" })
	void withoutKeysThatCanBeReadNothingIsTaken(String answer) {
		this.lumoAuth.answer = answer;
		unavailable();
	}

	@Test
	void withMoreThanKeysNothingIsTaken() {
		this.lumoAuth.answer = new JWKSet(TestKeys.published(this.lumoAuth.key)).toString() + " ".repeat((256 * 1024));
		unavailable();
	}

	@Test
	void ofTwoKeysByOneIdNoneIsTaken() {
		this.lumoAuth.answer = new JWKSet(
				List.of(TestKeys.published(this.lumoAuth.key), TestKeys.published(TestKeys.ed25519("lumo-1"))))
			.toString();
		refuses(token((claims) -> {
		}), "kid");
	}

	@Test
	void theKeysStayWhereLumoAuthDoesNotAnswer() {
		this.verifier.verify(token((claims) -> {
		}));
		this.lumoAuth.status = 500;
		assertThat(this.verifier.verify(token((claims) -> {
		}))).isNotNull();
	}

	private void unavailable() {
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> this.verifier.verify(token((it) -> {
			})))
			.withMessageContaining("lumoauth.aauth.resource.issuer");
	}

	private String token(Consumer<JWTClaimsSet.Builder> change) {
		return this.lumoAuth.token(SignedService.RESOURCE, TestKeys.jwk(KEY), NOW, change);
	}

	private void refuses(String token, String reason) {
		assertThatExceptionOfType(InvalidTokenException.class).as(token)
			.isThrownBy(() -> this.verifier.verify(token))
			.satisfies(
					(ex) -> assertThat(ex.getMessage()).contains(reason).doesNotContain("eyJ").doesNotContain("evil"));
	}

}
