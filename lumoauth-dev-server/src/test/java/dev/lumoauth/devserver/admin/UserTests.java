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

package dev.lumoauth.devserver.admin;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UserController}.
 */
class UserTests extends ServerTests {

	private static final String ALICE = "/dev/tenants/acme-corp/users/alice";

	@Test
	void givesOutATokenLikeThatOfALogin() {
		Answer answer = user("alice", "{}");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Cache-Control")).contains("no-store");
		assertThat(answer.json()).containsEntry("token_type", "Bearer")
			.containsEntry("expires_in", 1800)
			.containsEntry("scope", "mcp:financial read:documents");
		Map<String, Object> claims = answer.claims();
		assertThat(claims).containsEntry("iss", this.client.url() + ACME)
			.containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("username", "alice")
			.containsEntry("client_id", "app_portal")
			.containsEntry("aud", "app_portal")
			.containsEntry("tenant", "acme-corp")
			.containsEntry("scope", "mcp:financial read:documents")
			.containsKeys("jti", "nbf")
			.doesNotContainKeys("act", "agent_name");
		assertThat((Integer) claims.get("exp") - (Integer) claims.get("iat")).isEqualTo(1800);
	}

	@Test
	void needsNoBody() {
		assertThat(this.client.send("POST", ALICE + "/token", null).claims()).containsEntry("username", "alice");
	}

	@Test
	void takesLifetimeScopesClientAndLayout() {
		Answer answer = user("bob", "{\"expires_in\":5,\"scopes\":[\"openid\",\"read:documents\"],"
				+ "\"client_id\":\"app_other\",\"layout\":\"orgs\"}");
		Map<String, Object> claims = answer.claims();
		assertThat(claims).containsEntry("iss", this.client.url() + ACME_ORG)
			.containsEntry("sub", "usr_bob")
			.containsEntry("client_id", "app_other")
			.containsEntry("aud", "app_other")
			.containsEntry("scope", "openid read:documents");
		assertThat((Integer) claims.get("exp") - (Integer) claims.get("iat")).isEqualTo(5);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"scopes":["write:everything"]}  | user 'alice' has only the scopes openid profile email mcp:financial
			{"expires_in":0}                 | 'expires_in' is not 1 to 2592000 seconds
			{"expires_in":2592001}           | 'expires_in' is not 1 to 2592000 seconds
			{"client_id":"agt_analyst"}      | 'client_id' is not one of the tenant's applications
			{"layout":"x"}                   | 'layout' is neither 't' nor 'orgs'
			{"lifetime":5}                   | 'lifetime' is not one of
			nonsense                         | The body is not a JSON object
			""", quoteCharacter = '`')
	void refusesNonsense(String body, String message) {
		Answer answer = user("alice", body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("message").toString()).contains(message);
	}

	@Test
	void takesNoForm() {
		assertThat(this.client.form(ALICE + "/token", "scopes", "read:documents").status()).isEqualTo(415);
	}

	@Test
	void showsAUserWithoutItsTokens() {
		String token = alice();
		Answer answer = this.client.get(ALICE);
		assertThat(answer.json()).containsEntry("username", "alice")
			.containsEntry("id", "6f0d2f1e-alice")
			.containsEntry("email", "alice@example.com");
		assertThat((Integer) answer.get("active_tokens")).isPositive();
		assertThat(answer.body()).doesNotContain(token);
		assertThat(this.client.get("/dev/state").body()).contains("6f0d2f1e-alice", "app_portal")
			.doesNotContain(token, "portal-secret");
	}

	@Test
	void revokesAUsersTokensAndThoseOfAgentsThatActForTheUser() {
		String token = alice();
		String delegated = delegate(token, specialist()).accessToken();
		String ofBob = user("bob", "{}").accessToken();
		assertThat(isActive(token)).isTrue();
		assertThat(isActive(delegated)).isTrue();
		assertThat((Integer) this.client.send("DELETE", ALICE + "/tokens", null).get("revoked"))
			.isGreaterThanOrEqualTo(2);
		assertThat(isActive(token)).isFalse();
		assertThat(isActive(delegated)).isFalse();
		assertThat(isActive(ofBob)).isTrue();
		assertThat(this.client.get(ALICE).get("active_tokens")).isEqualTo(0);
	}

	@Test
	void leavesAnotherTenantsUserOfThatNameAlone() {
		Answer other = this.client.json("POST", "/dev/tenants/globex/users/alice/token", "{}");
		assertThat(other.claims()).containsEntry("tenant", "globex").containsEntry("sub", "usr_alice");
		this.client.send("DELETE", ALICE + "/tokens", null);
		assertThat((Integer) this.client.get("/dev/tenants/globex/users/alice").get("active_tokens")).isPositive();
		Answer answer = delegate(other.accessToken(), specialist());
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_grant");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/dev/tenants/acme-corp/users/nobody", "/dev/tenants/nobody/users/alice",
			"/dev/tenants/acme-corp/users/usr_bob" })
	void answersWhatDoesNotExistWith404(String path) {
		assertThat(this.client.get(path).status()).isEqualTo(404);
		assertThat(this.client.json("POST", path + "/token", "{}").status()).isEqualTo(404);
		assertThat(this.client.send("DELETE", path + "/tokens", null).status()).isEqualTo(404);
	}

	@Test
	void answersNoOtherSitesPage() {
		assertThat(this.client.json("POST", ALICE + "/token", "{}", "Origin", "https://example.com").status())
			.isEqualTo(403);
	}

	@Test
	void isNoClientThatMayIntrospect() {
		String token = alice();
		assertThat(this.client.formAs(Client.bearer(token), ACME + "/oauth/introspect", "token", token).status())
			.isEqualTo(401);
	}

	private boolean isActive(String token) {
		return Boolean.TRUE.equals(
				this.client
					.form(ACME + "/oauth/introspect", "client_id", "app_portal", "client_secret", "portal-secret",
							"token", token)
					.get("active"));
	}

}
