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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the token exchange.
 */
class TokenExchangeTests extends ServerTests {

	private static final List<String> FINANCIAL = List.of("urn:mcp:financial-data", "https://mcp.example.com");

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void exchangesAnAgentTokenForAnAudience(String base) {
		Answer answer = exchange(base, analyst().accessToken(), "client_id", "agt_analyst", "client_secret",
				"analyst-secret", "audience", "urn:mcp:financial-data");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.get("issued_token_type")).isEqualTo(Client.ACCESS_TOKEN);
		assertThat(answer.get("token_type")).isEqualTo("Bearer");
		assertThat(answer.claims()).containsEntry("sub", "agt_analyst")
			.containsEntry("client_id", "agt_analyst")
			.containsEntry("aud", FINANCIAL)
			.containsEntry("scope", "mcp:financial")
			.doesNotContainKey("act");
	}

	@Test
	void exchangesForAResource() {
		Answer answer = exchange(ACME, analyst().accessToken(), "resource", "https://mcp.example.com");
		assertThat(answer.claims()).containsEntry("aud", FINANCIAL);
	}

	@Test
	void takesAudienceAndResourceOfOneServerForOneTarget() {
		Answer answer = exchange(ACME, analyst().accessToken(), "resource", "https://mcp.example.com", "audience",
				"urn:mcp:financial-data");
		assertThat(answer.claims()).containsEntry("aud", FINANCIAL);
	}

	@Test
	void needsNeitherSecretNorClientIdWhereTheTenantPermitsIt() {
		String token = analyst().accessToken();
		assertThat(exchange(ACME, token, "audience", "urn:mcp:open").status()).isEqualTo(200);
		assertThat(exchange(ACME, token, "audience", "urn:mcp:open", "client_id", "agt_analyst").status())
			.isEqualTo(200);
	}

	@Test
	void needsTheSecretWhereTheTenantRequiresIt() {
		String token = this.client.token(GLOBEX, "agt_analyst", "globex-secret").accessToken();
		Answer without = exchange(GLOBEX, token, "audience", "urn:mcp:globex");
		assertThat(without.status()).isEqualTo(401);
		assertThat(without.get("error")).isEqualTo("invalid_client");
		assertThat(exchange(GLOBEX, token, "audience", "urn:mcp:globex", "client_id", "agt_analyst", "client_secret",
				"globex-secret")
			.status()).isEqualTo(200);
	}

	@Test
	void refusesAWrongSecretEvenWhereNoneIsNeeded() {
		Answer answer = exchange(ACME, analyst().accessToken(), "audience", "urn:mcp:open", "client_id", "agt_analyst",
				"client_secret", "wrong");
		assertThat(answer.status()).isEqualTo(401);
	}

	@ParameterizedTest
	@ValueSource(strings = { "urn:mcp:unknown", "https://mcp.example.com", "\"\u0000\n<script>" })
	void refusesAnUnknownAudience(String audience) {
		Answer answer = exchange(ACME, analyst().accessToken(), "audience", audience);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_target");
		assertThat(answer.get("error_description").toString()).doesNotContain("\u0000", "\n", "\"");
	}

	@Test
	void refusesAnAudienceThatIsForOtherClients() {
		String token = this.client.token(ACME, "agt_orchestrator", "orchestrator-secret").accessToken();
		Answer answer = exchange(ACME, token, "audience", "urn:mcp:financial-data");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_target");
	}

	@Test
	void refusesATargetOfWhichOnlyAPartIsPermitted() {
		Answer answer = exchange(ACME, analyst().accessToken(), "audience", "urn:mcp:open", "audience",
				"urn:mcp:unknown");
		assertThat(answer.get("error")).isEqualTo("invalid_target");
	}

	@Test
	void doesNotExchangeATokenForOneServerForAnothers() {
		String token = exchange(ACME, analyst().accessToken(), "audience", "urn:mcp:financial-data").accessToken();
		Answer answer = exchange(ACME, token, "audience", "urn:mcp:open");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_target");
		assertThat(exchange(ACME, token).claims()).containsEntry("aud", FINANCIAL);
	}

	@Test
	void givesNoScopeThatTheSubjectTokenLacks() {
		String token = analyst("read:documents").accessToken();
		Answer answer = exchange(ACME, token, "audience", "urn:mcp:open", "scope", "mcp:financial");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_scope");
	}

	@Test
	void givesFewerScopesWhenFewerAreAskedFor() {
		Answer answer = exchange(ACME, analyst().accessToken(), "audience", "urn:mcp:open", "scope", "mcp:financial");
		assertThat(answer.get("scope")).isEqualTo("mcp:financial");
	}

	@Test
	void deniesAnAudienceOfWhichTheAgentHasNoCapability() {
		Answer answer = exchange(ACME, analyst("read:documents").accessToken(), "audience", "urn:mcp:financial-data");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("capability_denied");
	}

	@Test
	void deniesACapabilityThatWasRevokedAfterTheTokenWasIssued() {
		admin("PUT", "/capabilities/mcp:financial", "");
		String token = changing().accessToken();
		assertThat(exchange(ACME, token, "audience", "urn:mcp:financial-data").status()).isEqualTo(200);
		admin("DELETE", "/capabilities/mcp:financial", "");
		Answer answer = exchange(ACME, token, "audience", "urn:mcp:financial-data");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("capability_denied");
	}

	@Test
	void endsNoLaterThanTheSubjectTokenAndTheServersLimit() {
		Answer subject = analyst();
		this.clock.advance(Duration.ofMinutes(50));
		Answer financial = exchange(ACME, subject.accessToken(), "audience", "urn:mcp:financial-data");
		assertThat(financial.claims()).containsEntry("exp", subject.claims().get("exp"));
		Map<String, Object> open = exchange(ACME, subject.accessToken(), "audience", "urn:mcp:open").claims();
		assertThat((Integer) open.get("exp") - (Integer) open.get("iat")).isEqualTo(60);
	}

	@Test
	void refusesAnExpiredSubjectToken() {
		String token = analyst().accessToken();
		this.clock.advance(Duration.ofMinutes(61));
		Answer answer = exchange(ACME, token, "audience", "urn:mcp:open", "client_id", "agt_analyst");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_grant");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "not-a-token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZ3RfYW5hbHlzdCJ9." })
	void refusesWhatIsNoTokenOfItsOwn(String token) {
		Answer answer = exchange(ACME, token, "audience", "urn:mcp:open", "client_id", "agt_analyst");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isIn("invalid_grant", "invalid_request");
	}

	@Test
	void refusesATokenTypeThatItDoesNotKnow() {
		Answer answer = this.client.form(ACME + "/oauth/token", "grant_type", Client.EXCHANGE, "client_id",
				"agt_analyst", "subject_token", analyst().accessToken(), "subject_token_type",
				"urn:ietf:params:oauth:token-type:saml2");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("unsupported_token_type");
	}

	@ParameterizedTest
	@ValueSource(strings = { "kubernetes", "aws", "gcp", "azure", "oidc", "unheard-of" })
	void takesNoTokenOfAnotherPlatform(String issuer) {
		String[][] clients = { {}, { "client_id", "agt_analyst" },
				{ "client_id", "agt_analyst", "client_secret", "analyst-secret" } };
		for (String[] client : clients) {
			List<String> parameters = new ArrayList<>(
					List.of("grant_type", Client.EXCHANGE, "subject_token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.",
							"subject_token_type", "urn:ietf:params:oauth:token-type:jwt", "subject_issuer", issuer));
			parameters.addAll(List.of(client));
			Answer answer = this.client.form(ACME + "/oauth/token", parameters.toArray(String[]::new));
			assertThat(answer.status()).isEqualTo(401);
			assertThat(answer.get("error")).isEqualTo("workload_identity_failed");
		}
	}

	@Test
	void takesNoTokenOfItsOwnForOneOfAnotherPlatform() {
		Answer answer = exchange(ACME, analyst().accessToken(), "audience", "urn:mcp:open", "subject_issuer",
				"kubernetes");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("workload_identity_failed");
	}

	@Test
	void refusesAnotherClientsTokenWithoutAnActor() {
		Answer answer = exchange(ACME, analyst().accessToken(), "audience", "urn:mcp:open", "client_id",
				"agt_specialist", "client_secret", "specialist-secret");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("delegation_not_allowed");
	}

	@Test
	void namesTheActorAndGivesNoMoreThanBothHave() {
		Answer answer = delegate(orchestrator(), specialist());
		assertThat(answer.claims()).containsEntry("sub", "agt_orchestrator")
			.containsEntry("client_id", "agt_specialist")
			.containsEntry("act", Map.of("sub", "agt_specialist"));
		assertThat(answer.get("scope").toString().split(" ")).containsExactlyInAnyOrder("read:documents",
				"mcp:financial");
	}

	@Test
	void keepsPriorActorsWhenNoActorIsSent() {
		String delegated = delegate(orchestrator(), specialist()).accessToken();
		Answer answer = exchange(ACME, delegated, "audience", "urn:mcp:financial-data", "client_id", "agt_specialist",
				"client_secret", "specialist-secret");
		assertThat(answer.claims()).containsEntry("act", Map.of("sub", "agt_specialist"))
			.containsEntry("aud", FINANCIAL);
	}

	@Test
	void nestsActorsThreeDeepAndNoDeeper() {
		String one = delegate(orchestrator(), specialist()).accessToken();
		String two = delegate(one, specialist()).accessToken();
		Answer three = delegate(two, specialist());
		Map<String, Object> inner = Map.of("sub", "agt_specialist");
		assertThat(three.claims()).containsEntry("act",
				Map.of("sub", "agt_specialist", "act", Map.of("sub", "agt_specialist", "act", inner)));
		Answer four = delegate(three.accessToken(), specialist());
		assertThat(four.status()).isEqualTo(403);
		assertThat(four.json()).containsEntry("error", "delegation_depth_exceeded").containsEntry("max_depth", 3);
	}

	@Test
	void refusesAnActorWithoutTheCapabilityToActForOthers() {
		Answer answer = delegate(specialist(), orchestrator());
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("delegation_not_allowed");
	}

	@Test
	void refusesAnActorTokenThatIsNotTheClientsOwn() {
		Answer answer = exchange(ACME, orchestrator(), "actor_token", specialist(), "actor_token_type",
				Client.ACCESS_TOKEN, "client_id", "agt_analyst", "client_secret", "analyst-secret");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("delegation_not_allowed");
	}

}
