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

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A resource's token for one of LumoAuth's, without a user.
 */
class TokenTests extends AAuthTests {

	@Test
	void givesATokenForTheResource() throws Exception {
		Answer answer = token("auth", "resource_token", resourceToken(RESOURCE, "read:documents mcp:financial"));
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.json()).containsEntry("request_type", "auth")
			.containsEntry("expires_in", 900)
			.containsEntry("token_type", "auth+jwt")
			.containsKeys("auth_token", "refresh_token")
			.doesNotContainKeys("request_token", "access_token");
		Map<String, Object> claims = answer.claims("auth_token");
		assertThat(claims).containsEntry("iss", this.client.url() + ACME_ORG)
			.containsEntry("aud", RESOURCE)
			.containsEntry("agent", AGENT)
			.containsEntry("scope", "read:documents mcp:financial")
			.containsEntry("cnf", Map.of("jwk", TestKeys.AGENTS.publicKey(ED).toJSONObject()))
			.containsKeys("iat", "jti")
			.doesNotContainKeys("sub", "act", "agent_delegate");
		assertThat(((Number) claims.get("exp")).longValue() - ((Number) claims.get("iat")).longValue()).isEqualTo(900);
		SignedJWT jwt = SignedJWT.parse(answer.get("auth_token").toString());
		assertThat(jwt.getHeader().getType().getType()).isEqualTo("auth+jwt");
		JWKSet keys = JWKSet.parse(this.client.get(ACME_ORG + "/aauth/jwks.json").body());
		assertThat(jwt.verify(new RSASSAVerifier(keys.getKeyByKeyId(jwt.getHeader().getKeyID()).toRSAKey()))).isTrue();
	}

	@Test
	void inTheOtherLayoutTheIssuerIsThatOne() {
		Answer answer = request(ACME + "/aauth/agent/token", "request_type", "auth", "resource_token",
				resourceToken(RESOURCE, "read:documents"))
			.with(agentToken())
			.sign(TestKeys.AGENTS, ED)
			.send();
		assertThat(answer.claims("auth_token")).containsEntry("iss", this.client.url() + ACME);
	}

	@Test
	void scopeNarrows() {
		assertThat(token("auth", "resource_token", resourceToken(RESOURCE, "read:documents mcp:financial"), "scope",
				"mcp:financial")
			.claims("auth_token")).containsEntry("scope", "mcp:financial");
		assertThat(token("auth", "resource_token", resourceToken(RESOURCE, "read:documents write:everything"))
			.claims("auth_token")).containsEntry("scope", "read:documents");
		assertThat(token("auth", "resource_token", resourceToken(RESOURCE, "")).claims("auth_token"))
			.doesNotContainKey("scope");
	}

	@ParameterizedTest
	@ValueSource(strings = { "mcp:financial", "write:everything" })
	void refusesAScopeThatTheResourceDidNotAskFor(String scope) {
		refuses(token("auth", "resource_token", resourceToken(RESOURCE, "read:documents"), "scope", scope), 400,
				"invalid_scope");
	}

	@Test
	void refusesAnAgentThatHasNothingOfWhatTheResourceWants() {
		String capability = "/dev/tenants/acme-corp/agents/agt_signing/capabilities/read:documents";
		this.client.send("DELETE", capability, null);
		try {
			refuses(token("auth", "resource_token", resourceToken(RESOURCE, "read:documents")), 400, "invalid_scope");
		}
		finally {
			this.client.send("PUT", capability, null);
		}
	}

	static Stream<Map<String, Object>> claims() {
		return Stream
			.of(new Object[][] { { "iss", "https://unknown.example" }, { "iss", null }, { "aud", AGENT },
					{ "aud", null }, { "exp", 0L }, { "exp", null }, { "iat", 9_999_999_999L },
					{ "agent", "https://other.example" }, { "agent", null }, { "agent_jkt", null }, { "jti", null } })
			.map((change) -> {
				Map<String, Object> map = new HashMap<>();
				map.put(change[0].toString(), change[1]);
				return map;
			});
	}

	@ParameterizedTest
	@MethodSource("claims")
	void refusesOtherClaimsOfTheResource(Map<String, Object> change) {
		refuses(token("auth", "resource_token", jwt("resource+jwt", TestKeys.PLATFORMS, ED, changed(change))), 400,
				"invalid_resource_token");
	}

	private Map<String, Object> changed(Map<String, Object> change) {
		Map<String, Object> claims = resourceClaims(RESOURCE, "read:documents");
		change.forEach((name, value) -> {
			if (value == null) {
				claims.remove(name);
			}
			else {
				claims.put(name, value);
			}
		});
		return claims;
	}

	@Test
	void refusesAResourceTokenOfAnotherTypeOrKey() {
		Map<String, Object> claims = resourceClaims(RESOURCE, "read:documents");
		refuses(token("auth", "resource_token", jwt("agent+jwt", TestKeys.PLATFORMS, ED, claims)), 400,
				"invalid_resource_token");
		refuses(token("auth", "resource_token", jwt("resource+jwt", TestKeys.AGENTS, ED, claims)), 400,
				"invalid_resource_token");
		refuses(token("auth", "resource_token", "text"), 400, "invalid_resource_token");
	}

	@Test
	void refusesAResourceTokenForAnotherKey() {
		Answer answer = token("auth", "resource_token", jwt("resource+jwt", TestKeys.PLATFORMS, ED,
				changed(Map.of("agent_jkt", thumbprint(TestKeys.AGENTS, RSA)))));
		refuses(answer, 401, "key_binding_failed");
		assertThat(answer.header("Agent-Auth")).isEqualTo("httpsig");
	}

	@Test
	void refusesWhatIsNoRequest() {
		refuses(token("other"), 400, "invalid_request");
		refuses(token("auth"), 400, "invalid_request");
		refuses(token("auth", "resource_token", 7), 400, "invalid_request");
		refuses(token("code", "code", "x"), 400, "invalid_request");
		refuses(token("exchange", "auth_token", "x", "scope", List.of()), 400, "invalid_auth_token");
		refuses(token("refresh", "resource_token", "x"), 400, "invalid_request");
		refuses(signed("agent/token"), 400, "invalid_request");
		Signing request = request(ACME_ORG + "/aauth/agent/token").with(agentToken());
		for (String body : List.of("", "[]", "{\"request_type\":\"auth\",\"request_type\":\"code\"}",
				"request_type=auth")) {
			request.body = body;
			request.nonce = "0123456789012345" + body.hashCode();
			refuses(request.sign(TestKeys.AGENTS, ED).send(), 400, "invalid_request");
		}
	}

	@Test
	void refreshNeedsAFreshResourceTokenAndIsNotRotated() {
		String used = resourceToken(RESOURCE, "read:documents mcp:financial");
		Answer first = token("auth", "resource_token", used);
		String refreshToken = first.get("refresh_token").toString();
		refuses(token("refresh", "refresh_token", refreshToken, "resource_token", used), 400, "invalid_resource_token");
		for (int i = 0; i < 2; i++) {
			this.clock.advance(Duration.ofMinutes(10));
			Answer refreshed = token("refresh", "refresh_token", refreshToken, "resource_token",
					resourceToken(RESOURCE, "read:documents"), "scope", "mcp:financial");
			assertThat(refreshed.status()).as(refreshed.body()).isEqualTo(200);
			assertThat(refreshed.json()).containsEntry("request_type", "refresh").doesNotContainKey("refresh_token");
			assertThat(refreshed.claims("auth_token")).containsEntry("scope", "mcp:financial")
				.containsEntry("aud", RESOURCE);
		}
		refuses(token("refresh", "refresh_token", refreshToken, "resource_token", resourceToken(ASKING, "")), 400,
				"invalid_resource_token");
		refuses(token("refresh", "refresh_token", refreshToken, "resource_token", resourceToken(RESOURCE, ""), "scope",
				"delegate:on_behalf"), 400, "invalid_scope");
		refuses(token("refresh", "refresh_token", "art_other", "resource_token", resourceToken(RESOURCE, "")), 400,
				"invalid_grant");
		this.clock.advance(Duration.ofHours(8));
		refuses(token("refresh", "refresh_token", refreshToken, "resource_token", resourceToken(RESOURCE, "")), 400,
				"invalid_grant");
	}

	@Test
	void exchangeNamesWhoActedBefore() {
		Map<String, Object> claims = resourceClaims(AGENT, "read:documents");
		String forChain = jwt("resource+jwt", TestKeys.PLATFORMS, ED, claims);
		Answer upstream = token("auth", "resource_token", forChain);
		assertThat(upstream.status()).as(upstream.body()).isEqualTo(200);
		Answer answer = token("exchange", "auth_token", upstream.get("auth_token"), "resource_token",
				resourceToken(RESOURCE, "read:documents"));
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.json()).containsEntry("request_type", "exchange");
		assertThat(answer.claims("auth_token")).containsEntry("aud", RESOURCE)
			.containsEntry("act", Map.of("sub", AGENT));
		refuses(token("exchange", "auth_token", answer.get("auth_token"), "resource_token",
				resourceToken(ASKING, "read:documents")), 400, "invalid_auth_token");
	}

	@Test
	void exchangeRefusesTheTokenOfAnotherAgentForAnotherResource() {
		String auth = token("auth", "resource_token", resourceToken(RESOURCE, "read:documents")).get("auth_token")
			.toString();
		Map<String, Object> claims = resourceClaims(RESOURCE, "read:documents");
		claims.put("agent", "https://published.example");
		claims.put("agent_jkt", thumbprint(TestKeys.PLATFORMS, ED));
		Answer answer = request(ACME_ORG + "/aauth/agent/token", "request_type", "exchange", "auth_token", auth,
				"resource_token", jwt("resource+jwt", TestKeys.PLATFORMS, ED, claims))
			.with(jwt("agent+jwt", TestKeys.PLATFORMS, ED,
					agentClaims("https://published.example", TestKeys.PLATFORMS, ED)))
			.sign(TestKeys.PLATFORMS, ED)
			.send();
		refuses(answer, 400, "invalid_auth_token");
	}

	@Test
	void endsWhatIsRevokedAndSaysAlwaysTheSame() {
		Answer answer = token("auth", "resource_token", resourceToken(RESOURCE, "read:documents"));
		String value = answer.get("auth_token").toString();
		String id = answer.claims("auth_token").get("jti").toString();
		assertThat(verify(value)).containsEntry("active", true);
		assertThat(signed("token/revoke", "token", "other").json()).isEqualTo(Map.of("revoked", true));
		assertThat(verify(value)).containsEntry("active", true);
		assertThat(signed("token/revoke", "token", id).json()).isEqualTo(Map.of("revoked", true));
		assertThat(verify(value)).containsEntry("active", false).containsEntry("error", "invalid_auth_token");
		String refreshToken = answer.get("refresh_token").toString();
		assertThat(signed("token/revoke", "token", refreshToken, "token_type", "refresh_token").json())
			.isEqualTo(Map.of("revoked", true));
		refuses(token("refresh", "refresh_token", refreshToken, "resource_token", resourceToken(RESOURCE, "")), 400,
				"invalid_grant");
		refuses(signed("token/revoke", "token", "x", "token_type", "other"), 400, "invalid_request");
		refuses(signed("token/revoke"), 400, "invalid_request");
	}

	@Test
	void anotherAgentRevokesNothing() {
		Answer answer = token("auth", "resource_token", resourceToken(RESOURCE, "read:documents"));
		Answer revoked = request(ACME_ORG + "/aauth/token/revoke", "token", answer.claims("auth_token").get("jti"))
			.with(jwt("agent+jwt", TestKeys.AGENTS, ED, agentClaims("https://asks.example", TestKeys.AGENTS, ED)))
			.sign(TestKeys.AGENTS, ED)
			.send();
		assertThat(revoked.json()).isEqualTo(Map.of("revoked", true));
		assertThat(verify(answer.get("auth_token").toString())).containsEntry("active", true);
	}

	@Test
	void isInTheListOfTokensAndEndsWithThem() {
		Answer answer = token("auth", "resource_token", resourceToken(RESOURCE, "read:documents"));
		String platformToken = platformToken().claims().get("jti").toString();
		List<Map<String, Object>> listed = listed();
		assertThat(listed)
			.anySatisfy((token) -> assertThat(token).containsEntry("id", answer.claims("auth_token").get("jti"))
				.containsEntry("client_id", "agt_signing")
				.containsEntry("audience", List.of(RESOURCE))
				.containsEntry("jkt", thumbprint(TestKeys.AGENTS, ED))
				.containsEntry("obtained", Map.of("way", "aauth_auth", "key_id", thumbprint(TestKeys.AGENTS, ED))));
		assertThat(listed).anySatisfy((token) -> assertThat(token).containsEntry("id", platformToken)
			.containsEntry("obtained", Map.of("way", "aauth", "key_id", thumbprint(TestKeys.AGENTS, ED))));
		this.client.send("DELETE", "/dev/tenants/acme-corp/agents/agt_signing/tokens", null);
		assertThat(verify(answer.get("auth_token").toString())).containsEntry("active", false);
		refuses(token("refresh", "refresh_token", answer.get("refresh_token"), "resource_token",
				resourceToken(RESOURCE, "")), 400, "invalid_grant");
	}

	@Test
	void isNoTokenForLumoAuthItself() {
		String value = token("auth", "resource_token", resourceToken(RESOURCE, "read:documents")).get("auth_token")
			.toString();
		assertThat(this.client.get(ACME_ORG + "/oauth/userinfo", Client.bearer(value)).status()).isEqualTo(401);
		assertThat(exchange(ACME_ORG, value, "client_id", "agt_signing").status()).isEqualTo(400);
	}

	@SuppressWarnings("unchecked")
	private List<Map<String, Object>> listed() {
		return (List<Map<String, Object>>) this.client.get("/dev/tokens").get("tokens");
	}

	private Map<String, Object> verify(String token) {
		return request(ACME_ORG + "/aauth/auth/token/verify", "auth_token", token).named(RESOURCE)
			.sign(TestKeys.PLATFORMS, ED)
			.send()
			.json();
	}

	private static void refuses(Answer answer, int status, String error) {
		assertThat(answer.status()).as(answer.body()).isEqualTo(status);
		assertThat(answer.json()).containsEntry("error", error).containsKey("error_description");
	}

}
