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

package dev.lumoauth.devserver.aauth;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A user lets an agent use a resource, or does not.
 */
class UserConsentTests extends AAuthTests {

	private static final String BACK = "http://127.0.0.1:8099/callback";

	private Answer ask(String scope, String redirectUri) {
		return token("auth", "resource_token", resourceToken(ASKING, scope), "redirect_uri", redirectUri);
	}

	private static String path(Answer asked) {
		URI uri = URI.create(asked.get("authorization_uri").toString());
		return uri.getPath() + "?" + uri.getQuery();
	}

	private Answer decide(Answer asked, String... parameters) {
		StringBuilder body = new StringBuilder("request_token=" + asked.get("request_token"));
		for (int i = 0; i < parameters.length; i += 2) {
			body.append('&')
				.append(parameters[i])
				.append('=')
				.append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
		}
		return this.client.send("POST", "/orgs/acme-corp/portal/aauth/authorize", body.toString(), "Content-Type",
				"application/x-www-form-urlencoded");
	}

	private String code(Answer asked, String user) {
		String location = decide(asked, "user", user).header("Location");
		assertThat(location).startsWith(BACK + "?code=");
		return location.substring((BACK + "?code=").length());
	}

	@Test
	void theUserChoosesAndTheCodeIsGoodForATokenOfTheUsers() {
		Answer asked = ask("read:documents mcp:financial", BACK);
		assertThat(asked.status()).as(asked.body()).isEqualTo(200);
		assertThat(asked.json()).containsOnlyKeys("request_token", "authorization_uri", "expires_in")
			.containsEntry("expires_in", 600)
			.containsEntry("authorization_uri", this.client.url()
					+ "/orgs/acme-corp/portal/aauth/authorize?request_token=" + asked.get("request_token"));
		Answer page = this.client.get(path(asked));
		assertThat(page.status()).isEqualTo(200);
		assertThat(page.body()).contains("Signing Agent", AGENT, ASKING, "read:documents, mcp:financial",
				"Allow as Alice", "Deny", thumbprint(TestKeys.AGENTS, ED));
		// Without the query: the request token would be sent twice.
		assertThat(page.body()).contains("action=\"/orgs/acme-corp/portal/aauth/authorize\"");
		assertThat(page.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
		Answer answer = token("code", "code", code(asked, "alice"), "redirect_uri", BACK);
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.json()).containsEntry("request_type", "code").containsKey("refresh_token");
		assertThat(answer.claims("auth_token")).containsEntry("sub", "6f0d2f1e-alice").containsEntry("aud", ASKING);
		Answer refreshed = token("refresh", "refresh_token", answer.get("refresh_token"), "resource_token",
				resourceToken(ASKING, "read:documents"));
		assertThat(refreshed.claims("auth_token")).containsEntry("sub", "6f0d2f1e-alice");
		Answer exchanged = token("exchange", "auth_token", answer.get("auth_token"), "resource_token",
				resourceToken(ASKING, "read:documents"));
		assertThat(exchanged.claims("auth_token")).containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("act", Map.of("sub", AGENT));
	}

	@Test
	void anExchangeGrantsNoMoreThanTheUserHasConsentedTo() {
		Object consented = token("code", "code", code(ask("mcp:financial", BACK), "alice"), "redirect_uri", BACK)
			.get("auth_token");
		Answer more = token("exchange", "auth_token", consented, "resource_token",
				resourceToken(RESOURCE, "read:documents"));
		assertThat(more.status()).as(more.body()).isEqualTo(400);
		assertThat(more.get("error")).isEqualTo("invalid_scope");
		Answer both = token("exchange", "auth_token", consented, "resource_token",
				resourceToken(RESOURCE, "read:documents mcp:financial"));
		assertThat(both.claims("auth_token")).containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("scope", "mcp:financial");
	}

	@Test
	void aResourceTokenStartsOneRequest() {
		String first = resourceToken(ASKING, "read:documents");
		assertThat(token("auth", "resource_token", first).get("error")).as("refused, so not used")
			.isEqualTo("invalid_request");
		assertThat(token("auth", "resource_token", first, "redirect_uri", BACK).status()).isEqualTo(200);
		Answer again = token("auth", "resource_token", first, "redirect_uri", BACK);
		assertThat(again.status()).isEqualTo(400);
		assertThat(again.get("error")).isEqualTo("invalid_resource_token");
		Answer auth = token("auth", "resource_token", resourceToken(RESOURCE, "read:documents"));
		String second = resourceToken(RESOURCE, "read:documents");
		assertThat(token("exchange", "auth_token", auth.get("auth_token"), "resource_token", second).status())
			.isEqualTo(200);
		for (Answer other : new Answer[] {
				token("exchange", "auth_token", auth.get("auth_token"), "resource_token", second),
				token("auth", "resource_token", second) }) {
			assertThat(other.get("error")).isEqualTo("invalid_resource_token");
		}
	}

	@Test
	void grantsOnlyWhatTheUserHas() {
		Answer asked = ask("read:documents mcp:financial", BACK);
		assertThat(token("code", "code", code(asked, "bob"), "redirect_uri", BACK).claims("auth_token"))
			.containsEntry("scope", "read:documents")
			.containsEntry("sub", "usr_bob");
		assertThat(decide(ask("read:documents", BACK), "user", "carol").header("Location"))
			.isEqualTo(BACK + "?error=access_denied");
	}

	@Test
	void theUserDenies() {
		Answer asked = ask("read:documents", "https://app.example/back?x=1");
		Answer denied = decide(asked, "decline", "true");
		assertThat(denied.status()).isEqualTo(303);
		assertThat(denied.header("Location")).isEqualTo("https://app.example/back?x=1&error=access_denied");
		assertThat(decide(asked, "user", "alice").status()).isEqualTo(400);
	}

	@Test
	void aRequestIsAnsweredOnceAndInTenMinutes() {
		Answer asked = ask("read:documents", BACK);
		assertThat(decide(asked, "user", "nobody").status()).isEqualTo(400);
		assertThat(decide(asked).status()).isEqualTo(400);
		assertThat(decide(asked, "user", "alice").status()).isEqualTo(303);
		assertThat(decide(asked, "user", "alice").status()).isEqualTo(400);
		Answer late = ask("read:documents", BACK);
		this.clock.advance(Duration.ofSeconds(600));
		assertThat(this.client.get(path(late)).status()).isEqualTo(400);
		assertThat(decide(late, "user", "alice").status()).isEqualTo(400);
	}

	@Test
	void aCodeIsGoodOnceForAMinuteAndForTheSameRedirectUri() {
		String code = code(ask("read:documents", BACK), "alice");
		assertThat(token("code", "code", code, "redirect_uri", BACK).status()).isEqualTo(200);
		assertThat(token("code", "code", code, "redirect_uri", BACK).get("error")).isEqualTo("invalid_grant");
		String other = code(ask("read:documents", BACK), "alice");
		assertThat(token("code", "code", other, "redirect_uri", "http://127.0.0.1/callback").get("error"))
			.isEqualTo("invalid_grant");
		String late = code(ask("read:documents", BACK), "alice");
		this.clock.advance(Duration.ofSeconds(60));
		assertThat(token("code", "code", late, "redirect_uri", BACK).get("error")).isEqualTo("invalid_grant");
	}

	@Test
	void aCodeIsForTheAgentAndTheKeyThatAsked() {
		String code = code(ask("read:documents", BACK), "alice");
		Answer otherKey = request(ACME_ORG + "/aauth/agent/token", "request_type", "code", "code", code, "redirect_uri",
				BACK)
			.with(jwt("agent+jwt", TestKeys.AGENTS, RSA, agentClaims(AGENT, TestKeys.AGENTS, RSA)))
			.sign(TestKeys.AGENTS, RSA)
			.send();
		assertThat(otherKey.status()).isEqualTo(401);
		assertThat(otherKey.get("error")).isEqualTo("key_binding_failed");
		String second = code(ask("read:documents", BACK), "alice");
		Answer otherAgent = request(ACME_ORG + "/aauth/agent/token", "request_type", "code", "code", second,
				"redirect_uri", BACK)
			.with(jwt("agent+jwt", TestKeys.AGENTS, ED, agentClaims("https://asks.example", TestKeys.AGENTS, ED)))
			.sign(TestKeys.AGENTS, ED)
			.send();
		assertThat(otherAgent.get("error")).isEqualTo("invalid_grant");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://127.0.0.1/other", "http://localhost/callback", "http://127.0.0.1:1x/callback",
			"http://127.0.0.1.example/callback", "http://127.0.0.1:80@evil.example/callback",
			"https://app.example:8443/back?x=1", "https://app.example/back" })
	void refusesToSendUsersElsewhere(String redirectUri) {
		Answer answer = ask("read:documents", redirectUri);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_request");
		assertThat(answer.get("error_description").toString()).contains("redirect-uris");
	}

	@Test
	void needsToKnowWhereTheUserReturnsTo() {
		assertThat(token("auth", "resource_token", resourceToken(ASKING, "")).get("error"))
			.isEqualTo("invalid_request");
	}

	@Test
	void anAgentMayNeedConsentWhereverItGoes() {
		Map<String, Object> claims = resourceClaims(RESOURCE, "read:documents");
		claims.put("agent", "https://asks.example");
		Answer answer = request(ACME_ORG + "/aauth/agent/token", "request_type", "auth", "resource_token",
				jwt("resource+jwt", TestKeys.PLATFORMS, ED, claims), "redirect_uri", "http://127.0.0.1/callback")
			.with(jwt("agent+jwt", TestKeys.AGENTS, ED, agentClaims("https://asks.example", TestKeys.AGENTS, ED)))
			.sign(TestKeys.AGENTS, ED)
			.send();
		assertThat(answer.json()).containsKey("authorization_uri").doesNotContainKey("auth_token");
	}

	@Test
	void theOtherAnswerIs401WithAnAddressThatRedirects() {
		String globex = "/orgs/globex/api/v1";
		Map<String, Object> agent = agentClaims(AGENT, TestKeys.AGENTS, ED);
		agent.put("aud", this.client.url() + globex);
		Map<String, Object> resource = resourceClaims(ASKING, "read:documents");
		resource.put("aud", this.client.url() + globex);
		Answer asked = request(GLOBEX + "/aauth/agent/token", "request_type", "auth", "resource_token",
				jwt("resource+jwt", TestKeys.PLATFORMS, ED, resource), "redirect_uri", BACK)
			.with(jwt("agent+jwt", TestKeys.AGENTS, ED, agent))
			.sign(TestKeys.AGENTS, ED)
			.send();
		assertThat(asked.status()).as(asked.body()).isEqualTo(401);
		assertThat(asked.header("Agent-Auth")).isEqualTo("httpsig");
		assertThat(asked.json()).containsOnlyKeys("auth_url", "request_token", "expires_in");
		URI url = URI.create(asked.get("auth_url").toString());
		assertThat(url.getPath()).isEqualTo("/t/globex/api/v1/aauth/agent/auth");
		Answer redirect = this.client.get(url.getPath() + "?" + url.getQuery());
		assertThat(redirect.status()).isEqualTo(302);
		assertThat(redirect.header("Location")).isEqualTo(
				this.client.url() + "/t/globex/portal/aauth/authorize?request_token=" + asked.get("request_token"));
		assertThat(this.client.get("/orgs/globex/portal/aauth/authorize?request_token=" + asked.get("request_token"))
			.status()).isEqualTo(200);
		assertThat(this.client.get("/orgs/acme-corp/portal/aauth/authorize?request_token=" + asked.get("request_token"))
			.status()).isEqualTo(400);
	}

	@Test
	void redirectsOnlyWithARequestToken() {
		for (String query : new String[] { "", "?request_token=", "?request_token=rt_other" }) {
			Answer answer = this.client.get(ACME_ORG + "/aauth/agent/auth" + query);
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.get("error")).isEqualTo("invalid_request");
		}
	}

	@Test
	void anotherSitesPageLinksAndDecidesNothing() {
		Answer asked = ask("read:documents", BACK);
		Answer decided = this.client.send("POST", "/orgs/acme-corp/portal/aauth/authorize",
				"user=alice&request_token=" + asked.get("request_token"), "Content-Type",
				"application/x-www-form-urlencoded", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site");
		assertThat(decided.status()).isEqualTo(403);
		String[] navigation = { "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest",
				"document" };
		assertThat(this.client.get(path(asked), navigation).status()).isEqualTo(200);
		assertThat(
				this.client.get(ACME_ORG + "/aauth/agent/auth?request_token=" + asked.get("request_token"), navigation)
					.status())
			.isEqualTo(302);
		String[] frame = { "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe" };
		assertThat(this.client.get(path(asked), frame).status()).isEqualTo(403);
	}

}
