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

package dev.lumoauth.devserver.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Login;
import dev.lumoauth.devserver.ServerTests;
import dev.lumoauth.devserver.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for client authentication by an assertion that the agent has signed.
 */
class PrivateKeyJwtTests extends ServerTests {

	private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

	private static final String[] GRANT = { "grant_type", "client_credentials" };

	@AfterEach
	void publishAgain() {
		TestKeys.published = TestKeys.PLATFORMS.jwks();
	}

	@ParameterizedTest
	@ValueSource(strings = { "ES256", "RS256", "PS256", "PS512", "EdDSA", "Ed25519" })
	void takesAnAssertionWithoutAClientId(String algorithm) {
		Answer answer = send(TestKeys.AGENTS.sign(algorithm, claims(Map.of())), GRANT);
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.claims()).containsEntry("sub", "agt_keys").containsEntry("client_id", "agt_keys");
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void takesAnAssertionWithAClientIdInBothLayouts(String base) {
		String assertion = TestKeys.AGENTS.sign("ES256", claims(Map.of("aud", this.client.url() + base)));
		assertThat(sendTo(base, assertion, "grant_type", "client_credentials", "client_id", "agt_keys").status())
			.isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "iss", "sub", "aud", "exp", "jti" })
	void refusesAnAssertionWithoutAClaim(String missing) {
		Map<String, Object> claims = claims(Map.of());
		claims.remove(missing);
		refuses(TestKeys.AGENTS.sign("ES256", claims));
	}

	@Test
	void refusesAnotherSubjectIssuerOrAudience() {
		for (Map<String, Object> wrong : List.<Map<String, Object>>of(Map.of("sub", "agt_analyst"),
				Map.of("iss", "agt_analyst"), Map.of("aud", this.client.url() + ACME + "/oauth/token"),
				Map.of("aud", this.client.url() + GLOBEX),
				Map.of("aud", List.of(this.client.url() + ACME, "https://other.example")))) {
			refuses(TestKeys.AGENTS.sign("ES256", claims(wrong)));
		}
	}

	@Test
	void refusesAnAssertionThatIsOverOrValidForTooLongOrNotYet() {
		long now = now();
		for (Map<String, Object> wrong : List.<Map<String, Object>>of(Map.of("exp", now - 1), Map.of("exp", now + 302),
				Map.of("nbf", now + 90), Map.of("iat", now + 90))) {
			refuses(TestKeys.AGENTS.sign("ES256", claims(wrong)));
		}
	}

	@Test
	void refusesAnAssertionThatWasUsedAlready() {
		String assertion = TestKeys.AGENTS.sign("ES256", claims(Map.of()));
		assertThat(send(assertion, GRANT).status()).isEqualTo(200);
		assertThat(refuses(assertion).get("error_description").toString()).contains("jti");
	}

	@Test
	void refusesAnotherKeyAndAnUnknownAlgorithm() {
		TestKeys others = new TestKeys("agents");
		refuses(others.sign("ES256", claims(Map.of())));
		refuses(others.sign("EdDSA", claims(Map.of())));
		refuses(TestKeys.AGENTS.sign("RS512", claims(Map.of())));
		String assertion = TestKeys.AGENTS.sign("ES256", claims(Map.of()));
		refuses(assertion.substring(0, assertion.lastIndexOf('.') + 1));
		refuses("eyJhbGciOiJub25lIn0.e30.");
		refuses("no assertion");
	}

	@Test
	void refusesAnAssertionWithACriticalHeader() {
		refuses(TestKeys.AGENTS.sign(
				new JWSHeader.Builder(JWSAlgorithm.ES256).criticalParams(Set.of("exp")).customParam("exp", 1).build(),
				claims(Map.of())));
	}

	@Test
	void refusesAnAgentWithoutKeysAndAClientThatIsNone() {
		refuses(TestKeys.AGENTS.sign("ES256", claims(Map.of("iss", "agt_analyst", "sub", "agt_analyst"))));
		refuses(TestKeys.AGENTS.sign("ES256", claims(Map.of("iss", "agt_nobody", "sub", "agt_nobody"))));
		refuses(TestKeys.AGENTS.sign("ES256", claims(Map.of("iss", "app_portal", "sub", "app_portal"))));
	}

	@Test
	void refusesAnotherTypeOfAssertion() {
		Answer answer = this.client.form(ACME + "/oauth/token", "grant_type", "client_credentials", "client_assertion",
				TestKeys.AGENTS.sign("ES256", claims(Map.of())), "client_assertion_type",
				"urn:ietf:params:oauth:client-assertion-type:saml2-bearer");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_client");
	}

	@Test
	void refusesAnAssertionBesideASecret() {
		String assertion = TestKeys.AGENTS.sign("ES256", claims(Map.of()));
		Answer answer = send(assertion, "grant_type", "client_credentials", "client_id", "agt_keys", "client_secret",
				"a secret");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_request");
	}

	@Test
	void takesNoSecretAndNoBareClientIdOfAnAgentWithKeys() {
		assertThat(this.client.form(ACME + "/oauth/token", "grant_type", "client_credentials", "client_id", "agt_keys")
			.get("error")).isEqualTo("invalid_client");
		assertThat(this.client.token(ACME, "agt_keys", "").get("error")).isEqualTo("invalid_client");
	}

	@Test
	void authenticatesAtTheOtherEndpointsAsWell() {
		String token = send(TestKeys.AGENTS.sign("ES256", claims(Map.of())), GRANT).accessToken();
		Answer answer = this.client.form(ACME + "/oauth/introspect", "token", token, "client_assertion_type", TYPE,
				"client_assertion", TestKeys.AGENTS.sign("ES256", claims(Map.of())));
		assertThat(answer.get("active")).isEqualTo(true);
	}

	@Test
	void logsUsersInWithPkce() {
		Login login = new Login(this.client, ACME, "none");
		login.request.put("client_id", "agt_keys");
		login.request.put("redirect_uri", "http://127.0.0.1:8123/callback");
		login.request.put("scope", "read:documents");
		assertThat(redeem(login, "another-code-verifier-that-is-long-enough-as-well-as-that").get("error"))
			.isEqualTo("invalid_grant");
		assertThat(redeem(login, Login.VERIFIER).claims()).containsEntry("client_id", "agt_keys")
			.containsEntry("sub", "6f0d2f1e-alice");
	}

	private Answer redeem(Login login, String verifier) {
		return send(TestKeys.AGENTS.sign("ES256", claims(Map.of())), "grant_type", "authorization_code", "code",
				Login.parameter(login.choose("alice"), "code"), "redirect_uri", login.request.get("redirect_uri"),
				"code_verifier", verifier);
	}

	@Test
	void readsThePublishedKeysAnewForAKeyThatItDoesNotKnow() {
		TestKeys first = new TestKeys("first");
		TestKeys second = new TestKeys("second");
		TestKeys.published = first.jwks();
		this.clock.advance(Duration.ofMinutes(2));
		assertThat(send(first.sign("ES256", published()), GRANT).status()).isEqualTo(200);
		TestKeys.published = second.jwks();
		assertThat(send(second.sign("RS256", published()), GRANT).status()).isEqualTo(200);
		refuses(first.sign("ES256", published()));
		TestKeys.published = "not a set of keys";
		refuses(first.sign("ES256", published()));
	}

	@Test
	void changesTheKeysByTheAdminApi() {
		TestKeys keys = new TestKeys("new");
		Answer answer = admin("PUT", "/jwks", keys.jwks());
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		Map<String, Object> claims = claims(Map.of("iss", "agt_changing", "sub", "agt_changing"));
		assertThat(send(keys.sign("PS256", claims), GRANT).claims()).containsEntry("sub", "agt_changing");
		assertThat(admin("PUT", "/jwks", "{\"keys\":[]}").status()).isEqualTo(400);
		assertThat(admin("PUT", "/jwks", "{\"keys\":[" + keys.ec().toJSONString() + "]}").body())
			.contains("that is not public")
			.doesNotContain(keys.ec().getD().toString());
	}

	private Map<String, Object> published() {
		return claims(Map.of("iss", "agt_published", "sub", "agt_published"));
	}

	private Map<String, Object> claims(Map<String, Object> others) {
		Map<String, Object> claims = new HashMap<>(Map.of("iss", "agt_keys", "sub", "agt_keys", "aud",
				this.client.url() + ACME, "exp", now() + 60, "iat", now(), "jti", UUID.randomUUID().toString()));
		claims.putAll(others);
		return claims;
	}

	private long now() {
		return Instant.now(this.clock).getEpochSecond();
	}

	private Answer refuses(String assertion) {
		Answer answer = send(assertion, GRANT);
		assertThat(answer.status()).as(answer.body()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_client");
		assertThat(answer.body()).doesNotContain("eyJ");
		return answer;
	}

	private Answer send(String assertion, String... parameters) {
		return sendTo(ACME, assertion, parameters);
	}

	private Answer sendTo(String base, String assertion, String... parameters) {
		List<String> all = new ArrayList<>(Arrays.asList(parameters));
		all.addAll(List.of("client_assertion_type", TYPE, "client_assertion", assertion));
		return this.client.form(base + "/oauth/token", all.toArray(String[]::new));
	}

}
