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

package dev.lumoauth.devserver.user;

import java.util.Map;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.Login;
import dev.lumoauth.devserver.ServerTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a user's consent to an agent, as LumoAuth's SDKs ask for it: the agent's own
 * client, with its secret and without PKCE.
 */
class ConsentTests extends ServerTests {

	@Test
	void showsWhatTheAgentMayThenDo() {
		Answer page = consent().open();
		assertThat(page.status()).isEqualTo(200);
		assertThat(page.body()).contains("<title>Let Deputy act for you</title>", "permits read:documents<");
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void letsAnAgentActForTheUserWithASecretAndWithoutPkce(String base) {
		Login consent = consent(base);
		Answer redirect = consent.choose("alice");
		assertThat(redirect.header("Location")).startsWith("http://127.0.0.1:8123/callback?code=");
		assertThat(Login.parameter(redirect, "state")).isEqualTo("session:1");
		assertThat(Login.parameter(redirect, "iss")).isEqualTo(this.client.url() + base);
		Answer token = consent.redeem(redirect);
		assertThat(token.status()).isEqualTo(200);
		assertThat(token.get("scope")).isEqualTo("read:documents");
		assertThat(token.claims()).containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("client_id", "agt_deputy")
			.doesNotContainKey("act");
		Answer delegated = delegate(token.accessToken(), deputy());
		assertThat(delegated.claims()).containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("act", Map.of("sub", "agt_deputy"))
			.containsEntry("scope", "read:documents");
	}

	@Test
	void renewsAndRevokesTheConsent() {
		Login consent = consent();
		Answer first = consent.as("alice");
		Answer second = consent.refresh(first.get("refresh_token").toString());
		assertThat(second.claims()).containsEntry("sub", "6f0d2f1e-alice").containsEntry("client_id", "agt_deputy");
		String refreshToken = second.get("refresh_token").toString();
		assertThat(this.client
			.form(ACME + "/oauth/revoke", "token", refreshToken, "token_type_hint", "refresh_token", "client_id",
					"agt_deputy", "client_secret", "deputy-secret")
			.status()).isEqualTo(200);
		assertThat(consent.refresh(refreshToken).get("error")).isEqualTo("invalid_grant");
		assertThat(delegate(second.accessToken(), deputy()).get("error")).isEqualTo("invalid_grant");
	}

	@Test
	void neverLetsTheAgentActWithoutSayingSo() {
		String token = consent().as("alice").accessToken();
		for (String[] client : new String[][] { {}, { "client_id", "agt_deputy", "client_secret", "deputy-secret" } }) {
			Answer answer = exchange(ACME, token, client);
			assertThat(answer.status()).isEqualTo(403);
			assertThat(answer.get("error")).isEqualTo("delegation_not_allowed");
		}
		assertThat(delegate(alice(), token).get("error")).isEqualTo("delegation_not_allowed");
	}

	@Test
	void isTheUsersTokenAndNotTheAgents() {
		String token = consent().as("alice").accessToken();
		assertThat(this.client.get(ACME + "/me", Client.bearer(token)).get("id")).isEqualTo("6f0d2f1e-alice");
		assertThat(this.client.formAs(Client.bearer(token), ACME + "/oauth/introspect", "token", token).status())
			.isEqualTo(401);
	}

	@ParameterizedTest
	@ValueSource(strings = { "delegate:on_behalf", "write:reports", "unheard:of" })
	void givesNoScopeThatIsNoUsers(String scope) {
		Login consent = consent();
		consent.request.put("scope", "read:documents " + scope);
		assertThat(Login.parameter(consent.open(), "error")).isEqualTo("invalid_scope");
		assertThat(Login.parameter(consent.choose("alice"), "error")).isEqualTo("invalid_scope");
	}

	@Test
	void takesACodeChallengeThatIsSent() {
		Login consent = new Login(this.client, ACME, "deputy-secret");
		agent(consent, "agt_deputy");
		consent.token.put("code", Login.parameter(consent.choose("alice"), "code"));
		consent.token.put("code_verifier", "another-code-verifier-that-is-long-enough-as-well-as-that");
		assertThat(consent.redeem().get("error")).isEqualTo("invalid_grant");
		consent.token.remove("code_verifier");
		assertThat(consent.redeem().get("error")).isEqualTo("invalid_grant");
		consent.token.put("code_verifier", Login.VERIFIER);
		assertThat(consent.redeem().status()).isEqualTo(200);
	}

	@Test
	void takesNoCodeVerifierWithoutAChallenge() {
		Login consent = consent();
		consent.token.put("code_verifier", Login.VERIFIER);
		assertThat(consent.as("alice").get("error")).isEqualTo("invalid_grant");
	}

	@Test
	void needsTheSecretOfAnAgentThatHasOne() {
		Login consent = consent();
		consent.token.remove("client_secret");
		assertThat(consent.as("alice").get("error")).isEqualTo("invalid_client");
	}

	@Test
	void needsPkceOfAnAgentWithoutASecret() {
		Login consent = consent();
		consent.request.put("client_id", "agt_public");
		assertThat(Login.parameter(consent.open(), "error")).isEqualTo("invalid_request");
		Login withPkce = new Login(this.client, ACME, "none");
		agent(withPkce, "agt_public");
		withPkce.token.remove("client_secret");
		withPkce.token.put("code", Login.parameter(withPkce.choose("alice"), "code"));
		withPkce.token.put("code_verifier", "another-code-verifier-that-is-long-enough-as-well-as-that");
		assertThat(withPkce.redeem().get("error")).isEqualTo("invalid_grant");
		withPkce.token.remove("code_verifier");
		assertThat(withPkce.redeem().get("error")).isEqualTo("invalid_grant");
		withPkce.token.put("code_verifier", Login.VERIFIER);
		assertThat(withPkce.redeem().claims()).containsEntry("client_id", "agt_public");
	}

	@Test
	void letsAnApplicationWithASecretLogInWithoutPkce() {
		Login login = new Login(this.client, ACME, "portal-secret");
		withoutPkce(login);
		assertThat(login.as("alice").status()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "redirect_uri,http://127.0.0.1:8123/other", "redirect_uri,https://example.com/callback",
			"client_id,agt_specialist" })
	void redirectsNowhereElse(String parameter, String value) {
		Login consent = consent();
		consent.request.put(parameter, value);
		Answer answer = consent.choose("alice");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.header("Location")).isNull();
		assertThat(answer.body()).contains("redirect");
	}

	private Login consent() {
		return consent(ACME);
	}

	private Login consent(String base) {
		Login consent = new Login(this.client, base, "deputy-secret");
		agent(consent, "agt_deputy");
		withoutPkce(consent);
		consent.request.put("state", "session:1");
		consent.request.put("prompt", "consent");
		consent.request.put("access_type", "offline");
		return consent;
	}

	private static void agent(Login consent, String agent) {
		consent.request.put("client_id", agent);
		consent.request.put("redirect_uri", "http://127.0.0.1:8123/callback");
		consent.request.put("scope", "read:documents");
		consent.request.remove("nonce");
		consent.token.put("client_id", agent);
		consent.token.put("redirect_uri", "http://127.0.0.1:8123/callback");
	}

	private static void withoutPkce(Login login) {
		login.request.remove("code_challenge");
		login.request.remove("code_challenge_method");
		login.token.remove("code_verifier");
	}

	private String deputy() {
		return this.client.token(ACME, "agt_deputy", "deputy-secret").accessToken();
	}

}
