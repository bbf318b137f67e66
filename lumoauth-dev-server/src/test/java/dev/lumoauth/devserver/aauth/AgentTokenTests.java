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

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose signature it is: the agent's token, and what is known of the agent.
 */
class AgentTokenTests extends AAuthTests {

	private static final TestKeys DELEGATES = new TestKeys("delegates");

	private Answer send(String token) {
		return request(ACME_ORG + "/aauth/token/revoke", "token", "none").with(token).sign(TestKeys.AGENTS, ED).send();
	}

	static Stream<Arguments> claims() {
		return Stream.of(claim("iss", "https://other.example"), claim("iss", null), claim("sub", null),
				claim("sub", " "), claim("exp", null), claim("exp", 0L), claim("iat", 9_999_999_999L),
				claim("nbf", 9_999_999_999L), claim("aud", "https://elsewhere.example"), claim("aud", RESOURCE),
				claim("cnf", null), claim("cnf", Map.of()), claim("cnf", Map.of("jwk", "text")),
				claim("cnf", Map.of("jwk", Map.of("kty", "OKP"))),
				claim("cnf", Map.of("jwk", TestKeys.AGENTS.publicKey("ES256").toJSONObject())),
				claim("cnf", Map.of("jwk", TestKeys.AGENTS.ec().toJSONObject())));
	}

	private static Arguments claim(String name, Object value) {
		Map<String, Object> change = new HashMap<>();
		change.put(name, value);
		return Arguments.of(change);
	}

	@ParameterizedTest
	@MethodSource("claims")
	void refusesOtherClaims(Map<String, Object> change) {
		Map<String, Object> claims = agentClaims(AGENT, TestKeys.AGENTS, ED);
		change.forEach((name, value) -> {
			if (value == null) {
				claims.remove(name);
			}
			else {
				claims.put(name, value);
			}
		});
		refuses(send(jwt("agent+jwt", TestKeys.AGENTS, ED, claims)));
	}

	@Test
	void itsEndIsTheEnd() {
		Map<String, Object> claims = agentClaims(AGENT, TestKeys.AGENTS, ED);
		claims.put("exp", now());
		refuses(send(jwt("agent+jwt", TestKeys.AGENTS, ED, claims)));
		claims.put("exp", now() + 1);
		assertThat(send(jwt("agent+jwt", TestKeys.AGENTS, ED, claims)).status()).isEqualTo(200);
	}

	@Test
	void takesTheIssuerOfTheOtherLayoutAndNoAudience() {
		Map<String, Object> claims = agentClaims(AGENT, TestKeys.AGENTS, ED);
		claims.put("aud", List.of(RESOURCE, this.client.url() + ACME));
		assertThat(send(jwt("agent+jwt", TestKeys.AGENTS, ED, claims)).status()).isEqualTo(200);
		claims.remove("aud");
		assertThat(send(jwt("agent+jwt", TestKeys.AGENTS, ED, claims)).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "JWT", "resource+jwt", "auth+jwt", "dpop+jwt" })
	void refusesOtherTypes(String type) {
		refuses(send(jwt(type, TestKeys.AGENTS, ED, agentClaims(AGENT, TestKeys.AGENTS, ED))));
	}

	@Test
	void refusesATokenThatAnotherKeyHasSigned() {
		Answer answer = refuses(
				send(jwt("agent+jwt", TestKeys.PLATFORMS, ED, agentClaims(AGENT, TestKeys.AGENTS, ED))));
		assertThat(answer.get("error_description").toString()).contains(AGENT);
	}

	@Test
	void refusesAChangedToken() {
		String token = agentToken();
		refuses(send(token.substring(0, token.length() - 4) + "AAAA"));
		refuses(send("eyJhbGciOiJub25lIn0.e30."));
		refuses(send("no token"));
	}

	@Test
	void refusesToGoWithoutTheHeaderWhereTokensAreGiven() {
		Answer answer = request(ACME_ORG + "/aauth/agent/token", "request_type", "auth").sign(TestKeys.AGENTS, ED)
			.send();
		refuses(answer);
	}

	@Test
	void theKeyAloneSaysWhoTheAgentIsWhereItHasNoDelegates() {
		Answer answer = request(ACME_ORG + "/aauth/token/revoke", "token", "none").sign(TestKeys.AGENTS, ED).send();
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		Answer unknown = request(ACME_ORG + "/aauth/token/revoke", "token", "none").sign(DELEGATES, ED).send();
		assertThat(unknown.status()).isEqualTo(401);
		assertThat(unknown.get("error")).isEqualTo("invalid_signature");
	}

	@Test
	void anAgentOfAnotherTenantIsNone() {
		Answer answer = request("/orgs/initech/api/v1/aauth/token/revoke", "token", "none").with(agentToken())
			.sign(TestKeys.AGENTS, ED)
			.send();
		refuses(answer);
	}

	@Test
	void readsKeysAtAUri() {
		String token = jwt("agent+jwt", TestKeys.PLATFORMS, ED,
				agentClaims("https://published.example", TestKeys.PLATFORMS, ED));
		Answer answer = request(ACME_ORG + "/aauth/token/revoke", "token", "none").with(token)
			.sign(TestKeys.PLATFORMS, ED)
			.send();
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
	}

	@Test
	void trustsTheFirstKeyThatSignsAndNoOther() {
		Consumer<TestKeys> refused = (keys) -> refuses(first(keys, keys));
		// Whoever does not have the key is not the first one.
		assertThat(first(DELEGATES, TestKeys.AGENTS).get("error")).isEqualTo("invalid_signature");
		assertThat(first(DELEGATES, DELEGATES).status()).isEqualTo(200);
		assertThat(first(DELEGATES, DELEGATES).status()).isEqualTo(200);
		refused.accept(TestKeys.AGENTS);
	}

	private Answer first(TestKeys keys, TestKeys signing) {
		return request(ACME_ORG + "/aauth/token/revoke", "token", "none")
			.with(jwt("agent+jwt", keys, ED, agentClaims("https://first.example", keys, ED)))
			.sign(signing, ED)
			.send();
	}

	@Test
	void issuesATokenForADelegate() {
		Answer issued = signed("agent/issue", "delegate_sub", "instance-7", "delegate_public_key",
				DELEGATES.publicKey(ED).toJSONObject(), "audience", List.of(this.client.url() + ACME_ORG, RESOURCE));
		assertThat(issued.status()).as(issued.body()).isEqualTo(200);
		assertThat(issued.json()).containsEntry("token_type", "agent+jwt").containsEntry("expires_in", 3600);
		assertThat(issued.claims("agent_token")).containsEntry("iss", AGENT)
			.containsEntry("sub", "instance-7")
			.containsEntry("aud", List.of(this.client.url() + ACME_ORG, RESOURCE))
			.containsEntry("cnf", Map.of("jwk", DELEGATES.publicKey(ED).toJSONObject()));
		String token = issued.get("agent_token").toString();
		Map<String, Object> claims = resourceClaims(RESOURCE, "read:documents");
		claims.put("agent_jkt", thumbprint(DELEGATES, ED));
		Answer authorized = request(ACME_ORG + "/aauth/agent/token", "request_type", "auth", "resource_token",
				jwt("resource+jwt", TestKeys.PLATFORMS, ED, claims))
			.with(token)
			.sign(DELEGATES, ED)
			.send();
		assertThat(authorized.status()).as(authorized.body()).isEqualTo(200);
		assertThat(authorized.claims("auth_token")).containsEntry("agent", AGENT)
			.containsEntry("agent_delegate", "instance-7");
		Answer further = request(ACME_ORG + "/aauth/agent/issue", "delegate_sub", "x", "delegate_public_key",
				DELEGATES.publicKey(ED).toJSONObject())
			.with(token)
			.sign(DELEGATES, ED)
			.send();
		refuses(further);
	}

	@Test
	void refusesDelegatesWithoutANameOrAKey() {
		Map<String, Object> key = DELEGATES.publicKey(ED).toJSONObject();
		for (Answer answer : List.of(signed("agent/issue", "delegate_public_key", key),
				signed("agent/issue", "delegate_sub", "a"),
				signed("agent/issue", "delegate_sub", "a", "delegate_public_key", "text"),
				signed("agent/issue", "delegate_sub", "a", "delegate_public_key", DELEGATES.ec().toJSONObject()),
				signed("agent/issue", "delegate_sub", "a", "delegate_public_key", key, "audience", 7),
				signed("agent/issue", "delegate_sub", 7, "delegate_public_key", key))) {
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.get("error")).isEqualTo("invalid_request");
		}
	}

	private static Answer refuses(Answer answer) {
		assertThat(answer.status()).as(answer.body()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_agent_token");
		assertThat(answer.header("Agent-Auth")).isEqualTo("httpsig");
		return answer;
	}

}
