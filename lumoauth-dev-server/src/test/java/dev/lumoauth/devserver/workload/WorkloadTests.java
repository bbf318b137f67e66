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

package dev.lumoauth.devserver.workload;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;
import dev.lumoauth.devserver.TestKeys;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for platforms' tokens that stand for an agent: exchanged, attested, and as the
 * client's assertion.
 */
class WorkloadTests extends ServerTests {

	private static final String ATTEST = "/agents/agt_workload/attest";

	private static final String[] NOTHING = {};

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void exchangesAPlatformsTokenForOneOfTheAgents(String base) {
		Answer answer = federate(base, kubernetes(Map.of()), NOTHING);
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.get("token_type")).isEqualTo("Bearer");
		assertThat((Integer) answer.get("expires_in")).isBetween(3590, 3600);
		assertThat(answer.get("scope").toString().split(" ")).containsExactlyInAnyOrder("read:documents",
				"mcp:financial", "openid");
		assertThat(answer.claims()).containsEntry("sub", "agt_workload")
			.containsEntry("client_id", "agt_workload")
			.doesNotContainKey("act");
		assertThat(this.client.get(base + "/agents/me", Client.bearer(answer.accessToken())).status()).isEqualTo(200);
	}

	@Test
	void exchangesForAScopeOrAnAudience() {
		assertThat(federate(ACME, kubernetes(Map.of()), "scope", "read:documents").get("scope"))
			.isEqualTo("read:documents");
		assertThat(federate(ACME, kubernetes(Map.of()), "audience", "urn:mcp:open").claims()).containsEntry("aud",
				"urn:mcp:open");
		assertThat(federate(ACME, kubernetes(Map.of()), "scope", "write:everything").get("error"))
			.isEqualTo("invalid_scope");
		assertThat(federate(ACME, kubernetes(Map.of()), "audience", "urn:mcp:none").get("error"))
			.isEqualTo("invalid_target");
	}

	@Test
	void takesTheProvidersNameAndOidcAsTheSubjectIssuer() {
		assertThat(federate(ACME, kubernetes(Map.of()), "subject_issuer", "kubernetes").status()).isEqualTo(200);
		assertThat(federate(ACME, kubernetes(Map.of()), "subject_issuer", "oidc").status()).isEqualTo(200);
		refuses(federate(ACME, kubernetes(Map.of()), "subject_issuer", "azure"));
	}

	@Test
	void takesAClientIdOnlyIfItIsTheAgents() {
		assertThat(federate(ACME, kubernetes(Map.of()), "client_id", "agt_workload").status()).isEqualTo(200);
		refuses(federate(ACME, kubernetes(Map.of()), "client_id", "agt_analyst"));
	}

	@Test
	void takesTheIssuerAsTheAudienceWhereNoneIsSetAndASubjectThatBeginsSo() {
		for (String audience : List.of(ACME, ACME_ORG)) {
			Answer answer = federate(ACME, github("repo:acme/bot:ref:refs/heads/main", this.client.url() + audience),
					"subject_issuer", "oidc");
			assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		}
		refuses(federate(ACME, github("repo:acme/bot:ref", this.client.url() + GLOBEX), NOTHING));
		refuses(federate(ACME, github("repo:acme/bo", this.client.url() + ACME), NOTHING));
	}

	@Test
	void refusesATokenThatSeveralAgentsMatch() {
		Answer answer = refuses(federate(ACME, github("repo:acme/bot:ref:shared", this.client.url() + ACME), NOTHING));
		assertThat(answer.get("error_description").toString()).contains("several agents");
	}

	@Test
	void refusesWhatMatchesNoAgentAndSaysWhatWasSent() {
		for (Map<String, Object> wrong : List.<Map<String, Object>>of(Map.of("iss", "https://other.example"),
				Map.of("sub", "system:serviceaccount:default:other"), Map.of("aud", "https://other.example"))) {
			Answer answer = refuses(federate(ACME, kubernetes(wrong), NOTHING));
			assertThat(answer.get("error_description").toString())
				.contains(wrong.values().iterator().next().toString());
		}
		refuses(federate(GLOBEX, kubernetes(Map.of()), NOTHING));
	}

	@Test
	void refusesATokenThatIsNotValid() {
		long now = Instant.now(this.clock).getEpochSecond();
		refuses(federate(ACME, kubernetes(Map.of("exp", now - 1)), NOTHING));
		refuses(federate(ACME, kubernetes(Map.of("nbf", now + 90)), NOTHING));
		refuses(federate(ACME, new TestKeys("platforms").sign("RS256", claims(Map.of())), NOTHING));
		refuses(federate(ACME, "no token", NOTHING));
		refuses(federate(ACME, "eyJhbGciOiJub25lIn0.e30.", "subject_issuer", "kubernetes"));
	}

	@Test
	void aTokenOfItsOwnThatHasExpiredIsNoPlatforms() {
		String token = analyst().accessToken();
		this.clock.advance(Duration.ofHours(2));
		Answer answer = federate(ACME, token, NOTHING);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_grant");
	}

	@Test
	void saysHowTheAgentIsKnownOnItsPlatform() {
		String token = federate(ACME, kubernetes(Map.of()), NOTHING).accessToken();
		assertThat(this.client.get(ACME + "/oauth/userinfo", Client.bearer(token)).get("workload_identity"))
			.isEqualTo("system:serviceaccount:default:analyst");
	}

	@Test
	void refusesAPlatformsTokenThatIsCalledAnAccessToken() {
		Answer answer = this.client.form(ACME + "/oauth/token", "grant_type", Client.EXCHANGE, "subject_token",
				kubernetes(Map.of()), "subject_token_type", Client.ACCESS_TOKEN, "subject_issuer", "kubernetes");
		refuses(answer);
	}

	@Test
	void takesAPlatformsTokenAsTheAssertionOfAClientThatIsNamed() {
		Answer answer = assertion(kubernetes(Map.of()), "client_id", "agt_workload");
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.claims()).containsEntry("sub", "agt_workload");
		for (String[] client : new String[][] { {}, { "client_id", "agt_workload_two" },
				{ "client_id", "agt_analyst" } }) {
			Answer refused = assertion(kubernetes(Map.of()), client);
			assertThat(refused.status()).isEqualTo(401);
			assertThat(refused.get("error")).isEqualTo("invalid_client");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void attestsAnAgent(String base) {
		Answer answer = attest(base + ATTEST, kubernetes(Map.of()));
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.header("Cache-Control")).contains("no-store");
		assertThat(answer.json()).containsEntry("token_type", "Bearer").containsEntry("expires_in", 900);
		assertThat(answer.get("scope").toString().split(" ")).containsExactlyInAnyOrder("read:documents",
				"mcp:financial", "openid");
		assertThat(answer.get("identity"))
			.isEqualTo(Map.of("provider", "kubernetes", "subject", "system:serviceaccount:default:analyst", "issuer",
					"https://kubernetes.example", "audience_generic", false));
		assertThat(this.client.get(base + "/agents/me", Client.bearer(answer.accessToken())).status()).isEqualTo(200);
		this.clock.advance(Duration.ofSeconds(901));
		assertThat(this.client.get(base + "/agents/me", Client.bearer(answer.accessToken())).status()).isEqualTo(401);
	}

	@Test
	void saysThatAnAudienceIsGeneric() {
		Answer answer = attest(ACME + ATTEST, github("repo:acme/bot:ref:shared", this.client.url() + ACME));
		assertThat(answer.get("identity")).asInstanceOf(InstanceOfAssertFactories.MAP)
			.containsEntry("audience_generic", true)
			.containsEntry("provider", "github");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "no json", "[]", "\"text\"", "{\"attestation_token\":" })
	void needsAJsonObject(String body) {
		Answer answer = this.client.json("POST", ACME + ATTEST, body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_json");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"attestation_token\":null}", "{\"attestation_token\":\" \"}",
			"{\"attestation_token\":7}" })
	void needsAToken(String body) {
		Answer answer = this.client.json("POST", ACME_ORG + ATTEST, body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("missing_attestation_token");
	}

	@Test
	void answersTheSameWhateverIsWrongWithAnAttestation() {
		List<Answer> answers = List.of(attest(ACME + "/agents/agt_unknown/attest", kubernetes(Map.of())),
				attest(ACME + "/agents/agt_analyst/attest", kubernetes(Map.of())),
				attest(ACME + "/agents/agt_workload_two/attest", kubernetes(Map.of())),
				attest(ACME + ATTEST, kubernetes(Map.of("aud", "https://other.example"))),
				attest(ACME + ATTEST, kubernetes(Map.of("exp", 1))), attest(ACME + ATTEST, "no token"),
				attest(ACME + ATTEST, new TestKeys("platforms").sign("ES256", claims(Map.of()))));
		assertThat(answers).allSatisfy((answer) -> {
			assertThat(answer.status()).isEqualTo(401);
			assertThat(answer.json()).containsEntry("error", "attestation_rejected");
		});
		assertThat(answers.stream().map(Answer::body).distinct()).hasSize(1);
	}

	@Test
	void deniesByAnAccessPolicyWithItsReason() {
		String agent = "/dev/tenants/acme-corp/agents/agt_workload/access-policy-denial";
		assertThat(this.client.json("PUT", agent, "{\"reason\":\"outside_hours\"}").status()).isEqualTo(200);
		try {
			Answer answer = attest(ACME + ATTEST, kubernetes(Map.of()));
			assertThat(answer.status()).isEqualTo(403);
			assertThat(answer.json()).containsEntry("error", "access_policy_denied")
				.containsEntry("reason_code", "outside_hours");
			assertThat(attest(ACME + ATTEST, "no token").status()).isEqualTo(401);
		}
		finally {
			this.client.send("DELETE", agent, null);
		}
		assertThat(attest(ACME + ATTEST, kubernetes(Map.of())).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/t/none/api/v1", "/orgs/none/api/v1" })
	void knowsNoOtherTenant(String base) {
		Answer answer = attest(base + ATTEST, kubernetes(Map.of()));
		assertThat(answer.status()).isEqualTo(404);
		assertThat(answer.get("error")).isEqualTo("tenant_not_found");
	}

	@Test
	void changesTheWorkloadIdentitiesByTheAdminApi() {
		TestKeys keys = new TestKeys("own");
		String identity = """
				[{"provider":"spiffe","issuer":"https://spire.example","jwks":%s,"subject":"spiffe://acme/*",
				"audience":"lumoauth"}]""".formatted(keys.jwks());
		assertThat(admin("PUT", "/workload-identities", identity).status()).isEqualTo(200);
		String token = keys.sign("EdDSA",
				claims(Map.of("iss", "https://spire.example", "sub", "spiffe://acme/changing", "aud", "lumoauth")));
		assertThat(federate(ACME, token, NOTHING).claims()).containsEntry("sub", "agt_changing");
		assertThat(admin("PUT", "/workload-identities", "[{\"provider\":\"mainframe\"}]").status()).isEqualTo(400);
		assertThat(admin("PUT", "/workload-identities", "[]").status()).isEqualTo(200);
		refuses(federate(ACME, token, NOTHING));
	}

	private Map<String, Object> claims(Map<String, Object> others) {
		Map<String, Object> claims = new HashMap<>(
				Map.of("iss", "https://kubernetes.example", "sub", "system:serviceaccount:default:analyst", "aud",
						List.of("https://lumoauth.example"), "exp", Instant.now(this.clock).getEpochSecond() + 600));
		claims.putAll(others);
		return claims;
	}

	private String kubernetes(Map<String, Object> others) {
		return TestKeys.PLATFORMS.sign("RS256", claims(others));
	}

	private String github(String subject, String audience) {
		return TestKeys.PLATFORMS.sign("RS256",
				claims(Map.of("iss", "https://actions.example", "sub", subject, "aud", audience)));
	}

	private Answer federate(String base, String token, String... parameters) {
		List<String> all = new ArrayList<>(List.of("grant_type", Client.EXCHANGE, "subject_token", token,
				"subject_token_type", "urn:ietf:params:oauth:token-type:jwt"));
		all.addAll(Arrays.asList(parameters));
		return this.client.form(base + "/oauth/token", all.toArray(String[]::new));
	}

	private Answer assertion(String token, String... parameters) {
		List<String> all = new ArrayList<>(List.of("grant_type", "client_credentials", "client_assertion", token,
				"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
		all.addAll(Arrays.asList(parameters));
		return this.client.form(ACME + "/oauth/token", all.toArray(String[]::new));
	}

	private Answer attest(String path, String token) {
		return this.client.json("POST", path, "{\"attestation_token\":\"%s\"}".formatted(token));
	}

	private static Answer refuses(Answer answer) {
		assertThat(answer.status()).as(answer.body()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("workload_identity_failed");
		assertThat(answer.body()).doesNotContain("eyJ");
		return answer;
	}

}
