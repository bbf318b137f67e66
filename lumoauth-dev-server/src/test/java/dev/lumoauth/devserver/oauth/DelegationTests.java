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
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for exchanges of a user's token by an agent that acts for the user.
 */
class DelegationTests extends ServerTests {

	private static final List<String> FINANCIAL = List.of("urn:mcp:financial-data", "https://mcp.example.com");

	@ParameterizedTest
	@CsvSource({ "audience,urn:mcp:financial-data", "resource,https://mcp.example.com" })
	void givesATokenForAServerThatNamesUserAndAgent(String parameter, String value) {
		Answer answer = delegate(alice(), specialist(), parameter, value);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.get("issued_token_type")).isEqualTo(Client.ACCESS_TOKEN);
		assertThat(answer.claims()).containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("username", "alice")
			.containsEntry("client_id", "agt_specialist")
			.containsEntry("act", Map.of("sub", "agt_specialist"))
			.containsEntry("aud", FINANCIAL)
			.containsEntry("scope", "mcp:financial");
	}

	@Test
	void givesATokenThatCanBeTheNextSubjectWhenNoAudienceIsAskedFor() {
		Answer first = delegate(alice(), specialist());
		assertThat(first.claims()).containsEntry("aud", "agt_specialist")
			.containsEntry("act", Map.of("sub", "agt_specialist"));
		Answer second = delegate(first.accessToken(), deputy(), "audience", "urn:mcp:financial-data");
		assertThat(second.claims()).containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("client_id", "agt_deputy")
			.containsEntry("aud", FINANCIAL)
			.containsEntry("act", Map.of("sub", "agt_deputy", "act", Map.of("sub", "agt_specialist")));
	}

	@Test
	void nestsThreeActorsAndNoMore() {
		String one = delegate(alice(), specialist()).accessToken();
		String two = delegate(one, deputy()).accessToken();
		Answer three = delegate(two, specialist(), "audience", "urn:mcp:financial-data");
		assertThat(three.claims()).containsEntry("act", Map.of("sub", "agt_specialist", "act",
				Map.of("sub", "agt_deputy", "act", Map.of("sub", "agt_specialist"))));
		String last = delegate(two, specialist()).accessToken();
		Answer four = delegate(last, deputy());
		assertThat(four.status()).isEqualTo(403);
		assertThat(four.json()).containsEntry("error", "delegation_depth_exceeded").containsEntry("max_depth", 3);
	}

	@Test
	void givesNoMoreThanBothTheUserAndTheAgentHave() {
		// bob has write:everything, the specialist mcp:financial; both read:documents.
		assertThat(delegate(user("bob", "{}").accessToken(), specialist()).get("scope")).isEqualTo("read:documents");
	}

	@ParameterizedTest
	@CsvSource({ "mcp:financial", "write:everything", "openid", "unheard:of", "read:documents mcp:financial" })
	void refusesAScopeThatOneOfThemLacks(String scope) {
		Answer answer = delegate(
				user("bob", "{\"scopes\":[\"openid\",\"read:documents\",\"write:everything\"]}").accessToken(),
				specialist(), "scope", scope);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_scope");
	}

	@Test
	void delegatesNoScopeOfTheLoginEvenIfBothHaveIt() {
		String subject = user("alice", "{\"scopes\":[\"openid\",\"read:documents\"]}").accessToken();
		String actor = this.client.token(ACME, "agt_deputy", "deputy-secret", "openid", "read:documents").accessToken();
		assertThat(delegate(subject, actor).get("scope")).isEqualTo("read:documents");
		assertThat(delegate(subject, actor, "scope", "openid").get("error")).isEqualTo("invalid_scope");
	}

	@Test
	void givesOneScopeOfSeveralWhenItIsAskedFor() {
		Answer answer = delegate(alice(), specialist(), "scope", "read:documents");
		assertThat(answer.get("scope")).isEqualTo("read:documents");
	}

	@Test
	void deniesAnAudienceThatTakesNothingOfWhatTheUserHas() {
		Answer answer = delegate(user("bob", "{}").accessToken(), specialist(), "audience", "urn:mcp:financial-data");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("capability_denied");
	}

	@Test
	void refusesAnAgentThatMayNotActForOthers() {
		Answer answer = delegate(alice(), orchestrator());
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("delegation_not_allowed");
	}

	@ParameterizedTest
	@CsvSource({ "agt_specialist,specialist-secret", "app_portal,portal-secret" })
	void neverLeavesOutTheActor(String client, String secret) {
		Answer answer = exchange(ACME, alice(), "client_id", client, "client_secret", secret, "audience",
				"urn:mcp:open");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("delegation_not_allowed");
	}

	@Test
	void saysWhatIsMissingWhenNothingNamesTheAgent() {
		Answer answer = exchange(ACME, alice(), "audience", "urn:mcp:open");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("delegation_not_allowed");
		assertThat(answer.get("error_description").toString()).contains("actor_token");
	}

	@Test
	void takesNoUserForAnActor() {
		Answer answer = delegate(orchestrator(), alice(), "client_id", "agt_specialist", "client_secret",
				"specialist-secret");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("delegation_not_allowed");
	}

	@Test
	void takesNoDelegatedTokenForAnActors() {
		String delegated = delegate(alice(), specialist()).accessToken();
		Answer answer = delegate(alice(), delegated);
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("delegation_not_allowed");
	}

	@Test
	void endsNoLaterThanTheUsersToken() {
		Answer subject = user("alice", "{\"expires_in\":90}");
		this.clock.advance(Duration.ofSeconds(30));
		Map<String, Object> delegated = delegate(subject.accessToken(), specialist()).claims();
		assertThat(delegated).containsEntry("exp", subject.claims().get("exp"));
		assertThat((Integer) delegated.get("exp") - (Integer) delegated.get("iat")).isEqualTo(60);
	}

	@Test
	void refusesAnExpiredOrRevokedUsersToken() {
		String expired = user("alice", "{\"expires_in\":5}").accessToken();
		this.clock.advance(Duration.ofSeconds(6));
		assertThat(delegate(expired, specialist()).get("error")).isEqualTo("invalid_grant");
		String revoked = alice();
		this.client.form(ACME + "/oauth/revoke", "client_id", "app_portal", "client_secret", "portal-secret", "token",
				revoked);
		Answer answer = delegate(revoked, specialist());
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_grant");
	}

	@Test
	void refusesAnAudienceThatIsNotForTheAgent() {
		Answer answer = delegate(alice(), deputy(), "audience", "urn:mcp:unknown");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_target");
	}

	@Test
	void leavesClientCredentialsToAgents() {
		Answer answer = this.client.token(ACME, "app_portal", "portal-secret");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("unauthorized_client");
	}

	@Test
	void introspectsWithUserAndActor() {
		String delegated = delegate(alice(), specialist()).accessToken();
		Answer answer = this.client.form(ACME + "/oauth/introspect", "client_id", "agt_specialist", "client_secret",
				"specialist-secret", "token", delegated);
		assertThat(answer.json()).containsEntry("active", true)
			.containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("username", "alice@example.com")
			.containsEntry("act", Map.of("sub", "agt_specialist"));
	}

	private String deputy() {
		return this.client.token(ACME, "agt_deputy", "deputy-secret").accessToken();
	}

}
