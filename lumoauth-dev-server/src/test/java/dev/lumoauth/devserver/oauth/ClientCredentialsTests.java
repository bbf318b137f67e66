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

import java.net.URL;
import java.util.Base64;
import java.util.List;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the client_credentials grant.
 */
class ClientCredentialsTests extends ServerTests {

	@Test
	void givesAllCapabilitiesWhenNoScopeIsAskedFor() {
		Answer answer = analyst();
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.get("token_type")).isEqualTo("Bearer");
		assertThat(answer.get("scope").toString().split(" ")).containsExactlyInAnyOrder("read:documents",
				"mcp:financial");
		assertThat((Integer) answer.get("expires_in")).isBetween(3590, 3600);
		assertThat(answer.header("Cache-Control")).contains("no-store");
		assertThat(answer.json()).doesNotContainKeys("refresh_token", "issued_token_type");
	}

	@Test
	void givesTheDefaultScopesWithTheCapabilitiesWhenNoScopeIsAskedFor() {
		assertThat(identified().get("scope").toString().split(" ")).containsExactlyInAnyOrder("read:documents",
				"openid");
		assertThat(identified("read:documents").get("scope")).isEqualTo("read:documents");
		assertThat(identified("openid").get("scope")).isEqualTo("openid");
	}

	private Answer identified(String... scopes) {
		return this.client.token(ACME, "agt_identified", "identified-secret", scopes);
	}

	@Test
	void givesTheScopesThatAreAskedFor() {
		assertThat(analyst("read:documents", "openid").get("scope").toString().split(" "))
			.containsExactlyInAnyOrder("read:documents", "openid");
	}

	@Test
	void refusesAScopeThatTheAgentDoesNotHave() {
		Answer answer = analyst("read:documents", "write:everything");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_scope");
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void signsTheClaimsOfTheContractInBothLayouts(String base) throws Exception {
		Answer answer = this.client.token(base, "agt_analyst", "analyst-secret");
		SignedJWT jwt = SignedJWT.parse(answer.accessToken());
		JWKSet keys = JWKSet.load(new URL(this.client.url() + base + "/.well-known/jwks.json"));
		assertThat(keys.getKeys()).hasSize(1).noneMatch((key) -> key.isPrivate());
		assertThat(jwt.verify(new RSASSAVerifier(keys.getKeyByKeyId(jwt.getHeader().getKeyID()).toRSAKey()))).isTrue();
		assertThat(jwt.getJWTClaimsSet().getIssuer()).isEqualTo(this.client.url() + base);
		assertThat(jwt.getJWTClaimsSet().getAudience()).containsExactly("agt_analyst");
		assertThat(answer.claims()).containsEntry("sub", "agt_analyst")
			.containsEntry("client_id", "agt_analyst")
			.containsEntry("agent_name", "Analyst")
			.containsEntry("tenant", "acme-corp")
			.containsKeys("iat", "exp", "jti")
			.doesNotContainKey("act");
		assertThat(answer.claims().get("scope")).isEqualTo(answer.get("scope"));
	}

	@Test
	void takesTheSecretByHttpBasic() {
		Answer answer = this.client.formAs(Client.basic("agt_basic", "basic secret: 100%"), ACME + "/oauth/token",
				"grant_type", "client_credentials");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.claims()).containsEntry("sub", "agt_basic");
	}

	@Test
	void refusesAMethodThatTheAgentIsNotConfiguredFor() {
		Answer answer = this.client.token(ACME, "agt_basic", "basic secret: 100%");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_client");
	}

	@Test
	void needsNoSecretOfAPublicAgent() {
		Answer answer = this.client.form(ACME + "/oauth/token", "grant_type", "client_credentials", "client_id",
				"agt_public");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.get("scope")).isEqualTo("read:documents");
	}

	@Test
	void needsTheSecretOfAnyOtherAgent() {
		Answer answer = this.client.form(ACME + "/oauth/token", "grant_type", "client_credentials", "client_id",
				"agt_analyst");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_client");
	}

	@Test
	void refusesAWrongSecretWithoutRepeatingIt() {
		Answer answer = this.client.token(ACME, "agt_analyst", "wrong-secret");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_client");
		assertThat(answer.body()).doesNotContain("wrong-secret", "analyst-secret");
	}

	@Test
	void namesTheSchemeWhenHttpBasicIsRefused() {
		Answer answer = this.client.formAs(Client.basic("agt_analyst", "wrong"), ACME + "/oauth/token", "grant_type",
				"client_credentials");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.header("WWW-Authenticate")).isEqualTo("Basic");
	}

	@Test
	void refusesARequestWithoutAClient() {
		Answer answer = this.client.form(ACME + "/oauth/token", "grant_type", "client_credentials");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_client");
	}

	@Test
	void refusesAnotherGrant() {
		Answer answer = this.client.formAs(Client.basic("agt_analyst", "analyst-secret"), ACME + "/oauth/token",
				"grant_type", "password", "username", "a", "password", "b");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("unsupported_grant_type");
	}

	@Test
	void refusesARequestWithoutAGrant() {
		Answer answer = this.client.formAs(Client.basic("agt_analyst", "analyst-secret"), ACME + "/oauth/token");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_request");
	}

	@Test
	void refusesABearerTokenAsClientAuthentication() {
		Answer answer = this.client.formAs(Client.bearer(analyst().accessToken()), ACME + "/oauth/token", "grant_type",
				"client_credentials");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
	}

	@Test
	void restrictsTheTokenToAResource() {
		Answer answer = this.client.formAs(Client.basic("agt_analyst", "analyst-secret"), ACME + "/oauth/token",
				"grant_type", "client_credentials", "resource", "https://mcp.example.com");
		assertThat(answer.claims().get("aud")).isEqualTo(List.of("urn:mcp:financial-data", "https://mcp.example.com"));
		assertThat(answer.get("scope")).isEqualTo("mcp:financial");
	}

	@Test
	void refusesAResourceThatIsNotRegistered() {
		Answer answer = this.client.formAs(Client.basic("agt_analyst", "analyst-secret"), ACME + "/oauth/token",
				"grant_type", "client_credentials", "resource", "https://elsewhere.example.com");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_target");
	}

	@Test
	void answersAMalformedBasicHeaderWith400Or401() {
		Answer answer = this.client.formAs(
				new String[] { "Authorization", "Basic " + Base64.getEncoder().encodeToString("no-colon".getBytes()) },
				ACME + "/oauth/token", "grant_type", "client_credentials");
		assertThat(answer.status()).isIn(400, 401);
		assertThat(answer.get("error")).isIn("invalid_request", "invalid_client");
	}

}
