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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.nimbusds.jose.util.Base64URL;
import org.junit.jupiter.api.Test;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bridge from AAuth to LumoAuth's other resources.
 */
class PlatformTokenTests extends AAuthTests {

	@Test
	void givesATokenThatIsForTheAgentsKey() {
		Answer answer = platformToken();
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.json()).containsEntry("token_type", "DPoP")
			.containsEntry("expires_in", 300)
			.containsEntry("issued_token_type", Client.ACCESS_TOKEN)
			.containsEntry("agent_id", "agt_signing")
			.containsEntry("cnf_jkt", thumbprint(TestKeys.AGENTS, ED));
		assertThat(answer.get("scope").toString().split(" ")).containsExactlyInAnyOrder("read:documents",
				"mcp:financial", "delegate:on_behalf");
		assertThat(answer.claims()).containsEntry("sub", "agt_signing")
			.containsEntry("cnf", Map.of("jkt", thumbprint(TestKeys.AGENTS, ED)));
	}

	@Test
	void scopeNarrows() {
		assertThat(platformToken("read:documents", "openid").get("scope")).isEqualTo("read:documents openid");
		Answer refused = platformToken("write:everything");
		assertThat(refused.status()).isEqualTo(400);
		assertThat(refused.get("error")).isEqualTo("invalid_scope");
	}

	@Test
	void theTokenWorksWithProofsOfTheKeyAndNotWithout() {
		String token = platformToken("openid", "read:documents").accessToken();
		Answer check = proven("POST", ACME_ORG + "/authz/check", "{\"permission\":\"read:documents\"}", token);
		assertThat(check.status()).as(check.body()).isEqualTo(200);
		assertThat(check.json()).containsEntry("allowed", true);
		Answer userinfo = proven("GET", ACME_ORG + "/oauth/userinfo", null, token);
		assertThat(userinfo.status()).as(userinfo.body()).isEqualTo(200);
		assertThat(userinfo.json()).containsEntry("sub", "agent_agt_signing");
		Answer task = proven("POST", ACME_ORG + "/jit/task", "{\"name\":\"Pay\"}", token);
		assertThat(task.status()).as(task.body()).isEqualTo(201);
		assertThat(this.client.get(ACME_ORG + "/oauth/userinfo", Client.bearer(token)).status()).isEqualTo(401);
	}

	@Test
	void theTokenIsTheActorOfAnExchange() {
		String token = platformToken().accessToken();
		String path = ACME_ORG + "/oauth/token";
		Answer answer = this.client.formAs(new String[] { "DPoP", proof("POST", path, null) }, path, "grant_type",
				Client.EXCHANGE, "subject_token", alice(), "subject_token_type", Client.ACCESS_TOKEN, "actor_token",
				token, "actor_token_type", Client.ACCESS_TOKEN, "client_id", "agt_signing");
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.claims()).containsEntry("sub", "6f0d2f1e-alice")
			.containsEntry("act", Map.of("sub", "agt_signing"))
			.containsEntry("cnf", Map.of("jkt", thumbprint(TestKeys.AGENTS, ED)));
	}

	@Test
	void whoSignsIsNobodyByItsClientId() {
		Answer answer = this.client.form(ACME_ORG + "/oauth/token", "grant_type", "client_credentials", "client_id",
				"agt_signing");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_client");
	}

	@Test
	void takesTheSubjectTokenForTheHeader() {
		String token = agentToken();
		Answer answer = request(ACME + "/aauth/agent/platform-token", "grant_type", Client.EXCHANGE, "subject_token",
				token, "subject_token_type", "urn:lumoauth:params:oauth:token-type:aauth-token")
			.sign(TestKeys.AGENTS, ED)
			.send();
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.claims()).containsEntry("iss", this.client.url() + ACME);
	}

	@Test
	void refusesAReplay() {
		Signing request = request(ACME_ORG + "/aauth/agent/platform-token", "grant_type", Client.EXCHANGE,
				"subject_token", agentToken(), "subject_token_type", "urn:lumoauth:params:oauth:token-type:aauth-token")
			.with(agentToken())
			.sign(TestKeys.AGENTS, ED);
		assertThat(request.send().status()).isEqualTo(200);
		Answer replayed = request.send();
		assertThat(replayed.status()).isEqualTo(401);
		assertThat(replayed.get("error")).isEqualTo("invalid_signature");
	}

	@Test
	void refusesASubjectTokenOfAnotherKey() {
		String other = jwt("agent+jwt", TestKeys.AGENTS, ED, agentClaims(AGENT, TestKeys.AGENTS, RSA));
		Answer answer = signed("agent/platform-token", "grant_type", Client.EXCHANGE, "subject_token", other,
				"subject_token_type", "urn:lumoauth:params:oauth:token-type:aauth-token");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("key_binding_failed");
	}

	@Test
	void refusesOtherTypes() {
		assertThat(signed("agent/platform-token", "grant_type", "client_credentials", "subject_token", agentToken(),
				"subject_token_type", "urn:lumoauth:params:oauth:token-type:aauth-token")
			.status()).isEqualTo(400);
		assertThat(signed("agent/platform-token", "grant_type", Client.EXCHANGE, "subject_token", agentToken(),
				"subject_token_type", Client.ACCESS_TOKEN)
			.status()).isEqualTo(400);
		assertThat(signed("agent/platform-token", "grant_type", Client.EXCHANGE, "subject_token_type",
				"urn:lumoauth:params:oauth:token-type:aauth-token")
			.get("error")).isEqualTo("invalid_request");
	}

	@Test
	void refusesAnAgentThatTheAccessPolicyDenies() {
		String policy = "/dev/tenants/acme-corp/agents/agt_signing/access-policy-denial";
		this.client.json("PUT", policy, "{\"reason\":\"outside_hours\"}");
		try {
			for (Answer answer : List.of(platformToken(),
					token("auth", "resource_token", resourceToken(RESOURCE, "read:documents")))) {
				assertThat(answer.status()).isEqualTo(403);
				assertThat(answer.json()).containsEntry("error", "access_policy_denied")
					.containsEntry("reason_code", "outside_hours");
			}
		}
		finally {
			this.client.send("DELETE", policy, null);
		}
		assertThat(platformToken().status()).isEqualTo(200);
	}

	private Answer proven(String method, String path, String body, String token) {
		String[] headers = { "Authorization", "DPoP " + token, "DPoP", proof(method, path, token) };
		return (body != null) ? this.client.json(method, path, body, headers)
				: this.client.send(method, path, null, headers);
	}

	private String proof(String method, String path, String token) {
		Map<String, Object> claims = map("jti", UUID.randomUUID().toString(), "htm", method, "htu",
				URI.create(this.client.url() + path).toString(), "iat", now());
		if (token != null) {
			claims.put("ath", Base64URL.encode(sha256(token)).toString());
		}
		return TestKeys.AGENTS.prove(ED, claims);
	}

	private static byte[] sha256(String text) {
		String digest = Signing.digest(text);
		return Base64.getDecoder().decode(digest.substring(9, digest.length() - 1));
	}

}
