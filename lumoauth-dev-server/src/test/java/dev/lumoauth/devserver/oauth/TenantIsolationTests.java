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

import com.nimbusds.jose.jwk.JWKSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that one tenant has nothing of another.
 */
class TenantIsolationTests extends ServerTests {

	@Test
	void refusesTheSecretOfAnotherTenantsAgentOfTheSameName() {
		assertThat(this.client.token(GLOBEX, "agt_analyst", "analyst-secret").status()).isEqualTo(401);
		assertThat(this.client.token(GLOBEX, "agt_analyst", "globex-secret").status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/oauth/userinfo", "/agents/me" })
	void acceptsNoTokenOfAnotherTenant(String path) {
		String token = analyst("openid").accessToken();
		assertThat(this.client.get(ACME + path, Client.bearer(token)).status()).isEqualTo(200);
		assertThat(this.client.get(ACME_ORG + path, Client.bearer(token)).status()).isEqualTo(200);
		assertThat(this.client.get(GLOBEX + path, Client.bearer(token)).status()).isEqualTo(401);
	}

	@Test
	void acceptsNoTokenOfAnotherTenantForACheck() {
		String body = "{\"permission\":\"read:documents\"}";
		String token = analyst().accessToken();
		assertThat(this.client.json("POST", GLOBEX + "/authz/check", body, Client.bearer(token)).status())
			.isEqualTo(401);
	}

	@Test
	void introspectsNoTokenOfAnotherTenant() {
		Answer answer = this.client.formAs(Client.basic("agt_analyst", "globex-secret"), GLOBEX + "/oauth/introspect",
				"token", analyst().accessToken());
		assertThat(answer.body()).isEqualTo("{\"active\":false}");
	}

	@Test
	void revokesNoTokenOfAnotherTenant() {
		String token = analyst().accessToken();
		this.client.formAs(Client.basic("agt_analyst", "globex-secret"), GLOBEX + "/oauth/revoke", "token", token);
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(token)).status()).isEqualTo(200);
	}

	@Test
	void exchangesNoTokenOfAnotherTenant() {
		Answer answer = exchange(GLOBEX, analyst().accessToken(), "audience", "urn:mcp:globex", "client_id",
				"agt_analyst", "client_secret", "globex-secret");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_grant");
	}

	@Test
	void exchangesForNoAudienceOfAnotherTenant() {
		assertThat(exchange(ACME, analyst().accessToken(), "audience", "urn:mcp:globex").get("error"))
			.isEqualTo("invalid_target");
	}

	@Test
	void signsWithAKeyOfItsOwn() throws Exception {
		JWKSet acme = JWKSet.parse(this.client.get(ACME + "/.well-known/jwks.json").body());
		JWKSet acmeOrg = JWKSet.parse(this.client.get(ACME_ORG + "/.well-known/jwks.json").body());
		JWKSet globex = JWKSet.parse(this.client.get(GLOBEX + "/.well-known/jwks.json").body());
		assertThat(acme.toString()).isEqualTo(acmeOrg.toString()).isNotEqualTo(globex.toString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "/t/unknown/api/v1/oauth/token", "/orgs/unknown/api/v1/agents/ask",
			"/t/unknown/api/v1/authz/check", "/t/acme%2dcorp/api/v1/oauth/token" })
	void answersAnUnknownTenantWith404(String path) {
		Answer answer = this.client.form(path, "grant_type", "client_credentials");
		assertThat(answer.status()).isEqualTo(404);
		assertThat(answer.json()).containsEntry("error", "tenant_not_found").containsEntry("status", 404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/oauth/token", "/x/acme-corp/api/v1/oauth/token", "/a/t/acme-corp/api/v1/oauth/token",
			"/api/v1/oauth/token", "/oauth2/authorize", "/t/acme-corp/api/v1/oauth2/authorize",
			"/orgs/acme-corp/api/v1/authz/checks" })
	void answersAnUnknownPathWith404(String path) {
		Answer answer = this.client.form(path, "grant_type", "client_credentials");
		assertThat(answer.status()).isEqualTo(404);
		assertThat(answer.json()).containsEntry("error", "not_found");
	}

}
