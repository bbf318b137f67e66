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

import java.time.Duration;
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
 * Tests for users' logins: the authorization code with PKCE, its page and its tokens.
 */
class LoginTests extends ServerTests {

	@Test
	void showsAPageToChooseAUserIn() {
		Answer page = login().open();
		assertThat(page.status()).isEqualTo(200);
		assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
		assertThat(page.body()).contains("<html lang=\"en\">", "<title>Log in to Portal</title>",
				"<button name=\"user\" value=\"alice\">", "<button name=\"user\" value=\"bob\">",
				"There are no passwords", "permits read:documents<", "name=\"decline\"");
	}

	@Test
	void keepsNoSessionAndLetsNoPageFrameOrScriptItsOwn() {
		Answer page = login().open();
		assertThat(page.header("Set-Cookie")).isNull();
		assertThat(page.header("Cache-Control")).contains("no-store");
		assertThat(page.header("X-Frame-Options")).isEqualTo("DENY");
		assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'; style-src 'sha256-")
			.contains("frame-ancestors 'none'")
			// Browsers apply it to the redirect to the application too.
			.doesNotContain("form-action");
		// With no-referrer, browsers send the form with the Origin null, which is
		// refused.
		assertThat(page.header("Referrer-Policy")).isNull();
		assertThat(page.body()).doesNotContain("<script", "style=\"");
		assertThat(login().choose("alice").header("Set-Cookie")).isNull();
	}

	@Test
	void escapesWhatTheRequestSays() {
		Login login = login();
		login.request.put("state", "\"><script>alert(1)</script>");
		login.request.put("x\"><b>", "y");
		assertThat(login.open().body()).contains("&quot;&gt;&lt;script&gt;")
			.contains("name=\"x&quot;&gt;&lt;b&gt;\"")
			.doesNotContain("<script", "<b>");
	}

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void logsInWithACode(String base) {
		Login login = new Login(this.client, base, "portal-secret");
		Answer redirect = login.choose("alice");
		assertThat(redirect.header("Location")).startsWith("http://127.0.0.1:8123/login/oauth2/code/lumoauth?code=");
		assertThat(Login.parameter(redirect, "state")).isEqualTo("a state/=");
		assertThat(Login.parameter(redirect, "iss")).isEqualTo(this.client.url() + base);
		Answer answer = login.redeem(redirect);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Cache-Control")).contains("no-store");
		assertThat(answer.get("refresh_token")).isNotNull();
		assertThat(answer.get("scope").toString().split(" ")).containsExactlyInAnyOrder("openid", "profile",
				"read:documents");
		String issuer = this.client.url() + base;
		Map<String, Object> claims = answer.claims();
		assertThat(claims).containsEntry("iss", issuer)
			.containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("username", "alice")
			.containsEntry("client_id", "app_portal")
			.containsEntry("aud", "app_portal")
			.containsEntry("tenant", "acme-corp")
			.doesNotContainKey("act");
		assertThat((Integer) claims.get("exp") - (Integer) claims.get("iat")).isEqualTo(1800);
		assertThat(answer.claims("id_token")).containsEntry("iss", issuer)
			.containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("aud", "app_portal")
			.containsEntry("azp", "app_portal")
			.containsEntry("nonce", "a-nonce")
			.containsEntry("name", "Alice")
			.containsEntry("preferred_username", "alice")
			.containsKeys("iat", "exp", "auth_time")
			.doesNotContainKeys("email", "scope");
	}

	@Test
	void yieldsATokenThatAnAgentCanActWith() {
		String token = login().as("alice").accessToken();
		Answer answer = delegate(token, specialist());
		assertThat(answer.claims()).containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("scope", "read:documents")
			.containsEntry("act", Map.of("sub", "agt_specialist"));
	}

	@Test
	void tellsWhoTheUserIs() {
		Login login = login();
		login.request.put("scope", "openid profile email");
		Answer answer = this.client.get(ACME + "/oauth/userinfo", Client.bearer(login.as("alice").accessToken()));
		assertThat(answer.json()).isEqualTo(Map.of("sub", "6f0d2f1e-alice", "tenant", "acme-corp", "name", "Alice",
				"preferred_username", "alice", "email", "alice@example.com"));
	}

	@Test
	void tellsNothingOfAUserWithoutTheOpenidScope() {
		Login login = login();
		login.request.put("scope", "read:documents");
		Answer token = login.as("alice");
		assertThat(token.json()).doesNotContainKey("id_token");
		Answer answer = this.client.get(ACME + "/oauth/userinfo", Client.bearer(token.accessToken()));
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("insufficient_scope");
	}

	@Test
	void givesOfTheScopesAskedForThoseThatTheUserHas() {
		Login login = login();
		login.request.put("scope", "mcp:financial read:documents write:everything");
		assertThat(login.open().body()).contains("permits mcp:financial, read:documents<",
				"permits read:documents, write:everything<");
		assertThat(login.as("bob").get("scope").toString().split(" ")).containsExactlyInAnyOrder("read:documents",
				"write:everything");
	}

	@Test
	void givesAllThatTheUserMayDelegateWhenNoScopeIsAskedFor() {
		Login login = login();
		login.request.remove("scope");
		assertThat(login.as("alice").claims()).containsEntry("scope", "mcp:financial read:documents");
	}

	@Test
	void givesNoScopeWhenTheUserHasNoneOfThoseAskedFor() {
		Login login = login();
		login.request.put("scope", "write:everything");
		assertThat(login.open().body()).contains("permits none of the requested scopes<");
		assertThat(login.as("alice").claims()).containsEntry("scope", "");
	}

	@Test
	void renewsAndReplacesTheRefreshToken() {
		Login login = login();
		Answer first = login.as("alice");
		this.clock.advance(Duration.ofSeconds(2));
		Answer second = login.refresh(first.get("refresh_token").toString());
		assertThat(second.claims()).containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("scope", first.claims().get("scope"));
		assertThat(second.claims().get("exp")).isNotEqualTo(first.claims().get("exp"));
		assertThat(second.claims("id_token")).containsEntry("auth_time", first.claims("id_token").get("auth_time"))
			.doesNotContainKey("nonce");
		assertThat(second.get("refresh_token")).isNotNull().isNotEqualTo(first.get("refresh_token"));
		Answer again = login.refresh(first.get("refresh_token").toString());
		assertThat(again.status()).isEqualTo(400);
		assertThat(again.get("error")).isEqualTo("invalid_grant");
		assertThat(login.refresh(second.get("refresh_token").toString()).status()).isEqualTo(200);
	}

	@Test
	void leavesAnAccessTokenValidWhenItIsRenewed() {
		Login login = login();
		Answer first = login.as("alice");
		login.refresh(first.get("refresh_token").toString()).accessToken();
		assertThat(isActive(first.accessToken())).isTrue();
		assertThat(delegate(first.accessToken(), specialist()).status()).isEqualTo(200);
	}

	@Test
	void renewsWithFewerScopesButNotWithMore() {
		Login login = login();
		String refreshToken = login.as("alice").get("refresh_token").toString();
		Answer more = login.refresh(refreshToken, "scope", "read:documents mcp:financial");
		assertThat(more.status()).isEqualTo(400);
		assertThat(more.get("error")).isEqualTo("invalid_scope");
		assertThat(login.refresh(refreshToken, "scope", "read:documents").claims()).containsEntry("scope",
				"read:documents");
	}

	@Test
	void endsALoginWithItsRefreshToken() {
		Login login = login();
		Answer first = login.as("alice");
		Answer second = login.refresh(first.get("refresh_token").toString());
		revoke(second.get("refresh_token").toString());
		assertThat(isActive(first.accessToken())).isFalse();
		assertThat(isActive(second.accessToken())).isFalse();
		assertThat(login.refresh(second.get("refresh_token").toString()).get("error")).isEqualTo("invalid_grant");
	}

	@Test
	void endsOnlyAnAccessTokenWithAnAccessToken() {
		Login login = login();
		Answer first = login.as("alice");
		Answer second = login.refresh(first.get("refresh_token").toString());
		revoke(first.accessToken());
		assertThat(isActive(first.accessToken())).isFalse();
		assertThat(isActive(second.accessToken())).isTrue();
		// Nor does the refresh token of that time come back.
		assertThat(login.refresh(first.get("refresh_token").toString()).status()).isEqualTo(400);
		assertThat(login.refresh(second.get("refresh_token").toString()).status()).isEqualTo(200);
	}

	@Test
	void endsAUsersLoginsInTheAdminApi() {
		Login login = login();
		Answer answer = login.as("alice");
		String pending = Login.parameter(login.choose("alice"), "code");
		this.client.send("DELETE", "/dev/tenants/acme-corp/users/alice/tokens", null);
		assertThat(isActive(answer.accessToken())).isFalse();
		assertThat(login.refresh(answer.get("refresh_token").toString()).get("error")).isEqualTo("invalid_grant");
		login.token.put("code", pending);
		assertThat(login.redeem().get("error")).isEqualTo("invalid_grant");
	}

	@Test
	void takesACodeOnceAndEndsTheLoginWhenItComesAgain() {
		Login login = login();
		Answer first = login.as("alice");
		Answer second = login.redeem();
		assertThat(second.status()).isEqualTo(400);
		assertThat(second.get("error")).isEqualTo("invalid_grant");
		assertThat(second.get("error_description").toString()).contains("code was already used");
		assertThat(isActive(first.accessToken())).isFalse();
		assertThat(login.refresh(first.get("refresh_token").toString()).get("error")).isEqualTo("invalid_grant");
	}

	@Test
	void takesNoOldCodeAndNoOldRefreshToken() {
		Login login = login();
		Answer first = login.as("alice");
		login.token.put("code", Login.parameter(login.choose("alice"), "code"));
		this.clock.advance(Duration.ofMinutes(6));
		assertThat(login.redeem().get("error")).isEqualTo("invalid_grant");
		Answer second = login.refresh(first.get("refresh_token").toString());
		assertThat(second.status()).isEqualTo(200);
		this.clock.advance(Duration.ofHours(8));
		assertThat(login.refresh(second.get("refresh_token").toString()).get("error")).isEqualTo("invalid_grant");
	}

	@ParameterizedTest
	@CsvSource({ "code_verifier,another-code-verifier-that-is-long-enough-as-well-as-that,400,invalid_grant",
			"code_verifier,,400,invalid_grant", "redirect_uri,http://127.0.0.1:8124/other,400,invalid_grant",
			"code,unheard-of,400,invalid_grant", "client_secret,wrong,401,invalid_client",
			"client_secret,,401,invalid_client" })
	void givesNoTokenForAWrong(String parameter, String value, int status, String error) {
		Login login = login();
		login.token.put("code", Login.parameter(login.choose("alice"), "code"));
		if (value != null) {
			login.token.put(parameter, value);
		}
		else {
			login.token.remove(parameter);
		}
		Answer answer = login.redeem();
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.get("error")).isEqualTo(error);
		if (!error.equals("invalid_client")) {
			assertThat(answer.get("error_description").toString()).doesNotContainIgnoringCase("client authentication")
				.contains(parameter);
		}
	}

	@Test
	void givesNoTokenToAnotherApplication() {
		Login login = login();
		login.token.put("code", Login.parameter(login.choose("alice"), "code"));
		login.token.put("client_id", "app_other");
		login.token.put("client_secret", "other-secret");
		assertThat(login.redeem().get("error")).isEqualTo("invalid_grant");
		login.token.put("client_id", "app_portal");
		login.token.put("client_secret", "portal-secret");
		String refreshToken = login.as("alice").get("refresh_token").toString();
		login.token.put("client_id", "app_other");
		login.token.put("client_secret", "other-secret");
		assertThat(login.refresh(refreshToken).get("error")).isEqualTo("invalid_grant");
	}

	@Test
	void givesNoTokenInAnotherTenant() {
		Login acme = login();
		Answer answer = acme.as("alice");
		Login globex = new Login(this.client, GLOBEX, "globex-portal-secret");
		globex.token.put("code", Login.parameter(acme.choose("alice"), "code"));
		assertThat(globex.redeem().get("error")).isEqualTo("invalid_grant");
		assertThat(globex.refresh(answer.get("refresh_token").toString()).get("error")).isEqualTo("invalid_grant");
		assertThat(globex.as("alice").claims()).containsEntry("sub", "usr_alice").containsEntry("tenant", "globex");
	}

	@ParameterizedTest
	@CsvSource({ "code_challenge_method,plain,invalid_request", "code_challenge_method,,invalid_request",
			"scope,openid unheard:of,invalid_scope", "scope,openid delegate:on_behalf,invalid_scope",
			"prompt,none,login_required" })
	void sendsAnErrorBackToTheApplication(String parameter, String value, String error) {
		Login login = login();
		if (value != null) {
			login.request.put(parameter, value);
		}
		else {
			login.request.remove(parameter);
		}
		Answer answer = login.open();
		assertThat(answer.header("Location")).startsWith("http://127.0.0.1:8123/login/oauth2/code/lumoauth?");
		assertThat(Login.parameter(answer, "error")).isEqualTo(error);
		assertThat(Login.parameter(answer, "state")).isEqualTo("a state/=");
		assertThat(Login.parameter(answer, "error_description")).isNotBlank();
		assertThat(Login.parameter(answer, "iss")).isEqualTo(this.client.url() + ACME);
	}

	@Test
	void tellsTheApplicationThatTheUserDeclined() {
		Answer answer = login().press("decline", "true");
		assertThat(Login.parameter(answer, "error")).isEqualTo("access_denied");
		assertThat(Login.parameter(answer, "state")).isEqualTo("a state/=");
		assertThat(Login.parameter(answer, "code")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://127.0.0.1:1/login/oauth2/code/lumoauth",
			"http://127.0.0.1/login/oauth2/code/lumoauth", "http://localhost:8080/back" })
	void redirectsToWhatIsRegisteredAndToAnyPortOfALoopbackAddress(String uri) {
		Login login = login();
		login.request.put("redirect_uri", uri);
		assertThat(login.choose("alice").header("Location")).startsWith(uri + "?code=");
	}

	@ParameterizedTest
	@CsvSource({ "redirect_uri,http://127.0.0.1:8123/other", "redirect_uri,http://localhost:8081/back",
			"redirect_uri,https://example.com/login/oauth2/code/lumoauth",
			"redirect_uri,http://127.0.0.1.example.com/login/oauth2/code/lumoauth",
			"redirect_uri,http://127.0.0.1:8123/login/oauth2/code/lumoauth#x", "redirect_uri,",
			"client_id,app_unheard_of", "client_id,agt_analyst", "client_id,", "response_type,token", "response_type,",
			"request_uri,urn:x" })
	void redirectsNowhereElse(String parameter, String value) {
		Login login = login();
		if (value != null) {
			login.request.put(parameter, value);
		}
		else {
			login.request.remove(parameter);
		}
		for (Answer answer : new Answer[] { login.open(), login.choose("alice"), login.press("decline", "true") }) {
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.header("Location")).isNull();
			assertThat(answer.body()).contains("This login cannot continue", parameter);
		}
	}

	@Test
	void saysWhichRedirectUriWasSentAndWhichAreRegistered() {
		Login login = login();
		login.request.put("redirect_uri", "https://example.com/<x>");
		assertThat(login.open().body()).contains("https://example.com/&lt;x&gt;",
				"registered: http://127.0.0.1/login/oauth2/code/lumoauth, http://localhost:8080/back.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nobody", "", "agt_analyst", "6f0d2f1e-alice" })
	void showsThePageAgainWhenThereIsNoSuchUser(String username) {
		Answer answer = login().choose(username);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).contains("<title>Log in to Portal</title>");
	}

	@Test
	void choosesNoUserInALink() {
		Login login = login();
		login.request.put("user", "alice");
		assertThat(login.open().status()).isEqualTo(200);
	}

	@Test
	void letsNoOtherSitesPageChoose() {
		assertThat(login().press("user", "alice", "Origin", "http://localhost:8080").status()).isEqualTo(403);
		assertThat(login()
			.press("user", "alice", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest",
					"document")
			.status()).isEqualTo(403);
		assertThat(
				login().press("user", "alice", "Origin", this.client.url(), "Sec-Fetch-Site", "same-origin").status())
			.isEqualTo(303);
		assertThat(
				login().open("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
					.status())
			.isEqualTo(200);
	}

	private Login login() {
		return new Login(this.client, ACME, "portal-secret");
	}

	private boolean isActive(String token) {
		return Boolean.TRUE.equals(
				this.client
					.form(ACME + "/oauth/introspect", "client_id", "app_portal", "client_secret", "portal-secret",
							"token", token)
					.get("active"));
	}

	private void revoke(String token) {
		assertThat(this.client
			.form(ACME + "/oauth/revoke", "client_id", "app_portal", "client_secret", "portal-secret", "token", token)
			.status()).isEqualTo(200);
	}

}
