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

import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.TestKeys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a resource asks for.
 */
class ResourceTests extends AAuthTests {

	@Test
	void hasThisServerSignAResourceToken() {
		Answer issued = byResource("resource/token", "agent", AGENT, "agent_jkt", thumbprint(TestKeys.AGENTS, ED),
				"scope", "read:documents", "auth_request_url", "https://resource.example/more");
		assertThat(issued.status()).as(issued.body()).isEqualTo(200);
		assertThat(issued.json()).containsEntry("token_type", "resource+jwt").containsEntry("expires_in", 300);
		String token = issued.get("resource_token").toString();
		assertThat(issued.claims("resource_token")).containsEntry("iss", RESOURCE)
			.containsEntry("aud", this.client.url() + ACME_ORG)
			.containsEntry("agent", AGENT)
			.containsEntry("auth_request_url", "https://resource.example/more");
		assertThat(byResource("resource/token/verify", "resource_token", token, "agent", AGENT, "agent_jkt",
				thumbprint(TestKeys.AGENTS, ED))
			.json())
			.isEqualTo(map("active", true, "resource", RESOURCE, "scope", "read:documents", "auth_request_url",
					"https://resource.example/more"));
		assertThat(token("auth", "resource_token", token).status()).isEqualTo(200);
	}

	@Test
	void refusesToIssueWithoutAnAgentOrWithAnotherScope() {
		assertThat(byResource("resource/token", "agent", AGENT).get("error")).isEqualTo("invalid_request");
		assertThat(byResource("resource/token", "agent_jkt", "x").get("error")).isEqualTo("invalid_request");
		assertThat(byResource("resource/token", "agent", AGENT, "agent_jkt", "x", "scope", "other").get("error"))
			.isEqualTo("invalid_scope");
	}

	@Test
	void saysWhatAResourceTokenIsWorth() {
		String token = resourceToken(RESOURCE, "read:documents");
		String thumbprint = thumbprint(TestKeys.AGENTS, ED);
		assertThat(verify(token, AGENT, thumbprint).json()).containsEntry("active", true);
		assertThat(verify(token, AGENT, "other").json()).containsEntry("active", false)
			.containsEntry("error", "key_binding_failed");
		assertThat(verify(token, "https://other.example", thumbprint).json()).containsEntry("active", false);
		assertThat(verify("text", AGENT, thumbprint).json())
			.isEqualTo(Map.of("active", false, "error", "invalid_resource_token"));
		assertThat(verify(resourceToken(ASKING, ""), AGENT, thumbprint).status()).isEqualTo(403);
	}

	private Answer verify(String token, String agent, String thumbprint) {
		return byResource("resource/token/verify", "resource_token", token, "agent", agent, "agent_jkt", thumbprint);
	}

	@Test
	void saysWhatAnAuthTokenIsWorth() {
		String token = token("auth", "resource_token", resourceToken(RESOURCE, "read:documents")).get("auth_token")
			.toString();
		assertThat(byResource("auth/token/verify", "auth_token", token, "resource", RESOURCE).json())
			.isEqualTo(map("active", true, "agent", AGENT, "resource", RESOURCE, "scope", "read:documents", "cnf_jkt",
					thumbprint(TestKeys.AGENTS, ED), "pop_required", true));
		assertThat(byResource("auth/token/verify", "auth_token", token + "x").json())
			.isEqualTo(map("active", false, "error", "invalid_auth_token", "pop_required", true));
		assertThat(byResource("auth/token/verify", "auth_token", token, "resource", ASKING).status()).isEqualTo(403);
		assertThat(request(ACME_ORG + "/aauth/auth/token/verify", "auth_token", token).named(ASKING)
			.sign(TestKeys.PLATFORMS, ED)
			.send()
			.json()).containsEntry("active", false);
	}

	@Test
	void takesAResourcesOwnTokenInTheHeader() {
		String own = jwt("agent+jwt", TestKeys.PLATFORMS, ED, agentClaims(RESOURCE, TestKeys.PLATFORMS, ED));
		Signing request = request(ACME_ORG + "/aauth/auth/token/verify", "auth_token", "text");
		assertThat(request.with(own).sign(TestKeys.PLATFORMS, ED).send().json()).containsEntry("active", false);
	}

	@Test
	void anAgentIsNoResource() {
		Answer answer = signed("auth/token/verify", "auth_token", "text");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_agent_token");
		Answer bare = request(ACME_ORG + "/aauth/auth/token/verify", "auth_token", "text").sign(TestKeys.AGENTS, ED)
			.send();
		assertThat(bare.status()).isEqualTo(401);
		assertThat(bare.get("error")).isEqualTo("invalid_signature");
		assertThat(bare.header("Agent-Auth")).isEqualTo("httpsig");
	}

}
