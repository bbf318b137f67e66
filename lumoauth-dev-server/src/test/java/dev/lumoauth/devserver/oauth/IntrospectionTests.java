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

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.Login;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for introspection and revocation.
 */
class IntrospectionTests extends ServerTests {

	private static final String[] ANALYST = Client.basic("agt_analyst", "analyst-secret");

	@Test
	void describesAnActiveToken() {
		Answer token = analyst();
		Answer answer = introspect(token.accessToken(), ANALYST);
		assertThat(answer.json()).containsEntry("active", true)
			.containsEntry("client_id", "agt_analyst")
			.containsEntry("sub", "agent_agt_analyst")
			.containsEntry("token_type", "Bearer")
			.containsEntry("iss", this.client.url() + ACME)
			.containsEntry("aud", List.of("agt_analyst"))
			.containsEntry("scope", token.get("scope"))
			.containsKeys("exp", "iat", "nbf", "jti")
			.doesNotContainKey("username");
	}

	@Test
	void showsTheAudienceOfAnExchangedToken() {
		String token = exchange(ACME, analyst().accessToken(), "audience", "urn:mcp:open").accessToken();
		assertThat(introspect(token, ANALYST).json()).containsEntry("aud", List.of("urn:mcp:open"));
	}

	@Test
	void namesTheUserByItsEmail() {
		assertThat(introspect(alice(), ANALYST).json()).containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("username", "alice@example.com")
			.containsEntry("token_type", "Bearer");
		assertThat(introspect(user("bob", "{}").accessToken(), ANALYST).json()).containsEntry("sub", "usr_bob")
			.doesNotContainKey("username");
	}

	@Test
	void namesTheAgentThatAnotherActsFor() {
		assertThat(introspect(delegate(orchestrator(), specialist()).accessToken(), ANALYST).json())
			.containsEntry("sub", "agent_agt_orchestrator")
			.containsEntry("act", Map.of("sub", "agt_specialist"));
	}

	@Test
	void describesARefreshToken() {
		Answer login = new Login(this.client, ACME, "portal-secret").as("alice");
		Answer answer = introspect(login.get("refresh_token").toString(), ANALYST);
		assertThat(answer.json()).containsEntry("active", true)
			.containsEntry("token_type", "refresh_token")
			.containsEntry("client_id", "app_portal")
			.containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("username", "alice@example.com")
			.containsEntry("iss", this.client.url() + ACME)
			.containsKeys("exp", "iat");
		assertThat(answer.get("scope").toString().split(" ")).containsExactlyInAnyOrder("openid", "profile",
				"read:documents");
	}

	@Test
	void takesAnAgentsTokenInPlaceOfItsSecret() {
		String token = analyst().accessToken();
		assertThat(introspect(token, Client.bearer(token)).json()).containsEntry("active", true);
	}

	@Test
	void takesNoTokenThatIsForAnotherServer() {
		String token = exchange(ACME, analyst().accessToken(), "audience", "urn:mcp:open").accessToken();
		assertThat(introspect(token, Client.bearer(token)).status()).isEqualTo(401);
	}

	@Test
	void needsAClientOrAnAgent() {
		Answer answer = introspect(analyst().accessToken(), new String[0]);
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_client");
	}

	@Test
	void saysOfAnUnknownTokenOnlyThatItIsNotActive() {
		assertThat(introspect("unknown", ANALYST).body()).isEqualTo("{\"active\":false}");
	}

	@Test
	void revokesAToken() {
		String token = analyst().accessToken();
		Answer answer = this.client.formAs(ANALYST, ACME + "/oauth/revoke", "token", token, "token_type_hint",
				"access_token");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo("{}");
		assertThat(introspect(token, ANALYST).body()).isEqualTo("{\"active\":false}");
		assertThat(this.client.get(ACME + "/oauth/userinfo", Client.bearer(token)).status()).isEqualTo(401);
		assertThat(exchange(ACME, token, "audience", "urn:mcp:open", "client_id", "agt_analyst").get("error"))
			.isEqualTo("invalid_grant");
	}

	@Test
	void answersTheRevocationOfAnUnknownTokenWith200() {
		Answer answer = this.client.formAs(ANALYST, ACME + "/oauth/revoke", "token", "unknown");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo("{}");
	}

	@Test
	void revokesNoTokenOfAnotherClient() {
		String token = analyst().accessToken();
		Answer answer = this.client.formAs(Client.basic("agt_specialist", "specialist-secret"), ACME + "/oauth/revoke",
				"token", token);
		assertThat(answer.status()).isEqualTo(401);
		assertThat(introspect(token, ANALYST).json()).containsEntry("active", true);
	}

	@Test
	void needsTheClientsSecretToRevoke() {
		String token = analyst().accessToken();
		assertThat(this.client.formAs(Client.bearer(token), ACME + "/oauth/revoke", "token", token).status())
			.isEqualTo(401);
		assertThat(this.client.form(ACME + "/oauth/revoke", "client_id", "agt_analyst", "token", token).status())
			.isEqualTo(401);
	}

	private Answer introspect(String token, String[] headers) {
		return this.client.formAs(headers, ACME + "/oauth/introspect", "token", token);
	}

}
