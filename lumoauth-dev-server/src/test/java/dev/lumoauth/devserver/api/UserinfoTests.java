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

package dev.lumoauth.devserver.api;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UserinfoController}.
 */
class UserinfoTests extends ServerTests {

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void tellsWhatTheAgentIsAndMay(String base) {
		Answer answer = this.client.get(base + "/oauth/userinfo", Client.bearer(analyst().accessToken()));
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
		assertThat(answer.json()).containsEntry("sub", "agent_agt_analyst")
			.containsEntry("name", "Analyst")
			.containsEntry("agent_id", "agt_analyst")
			.containsEntry("tenant", "acme-corp")
			.containsEntry("identity_type", "agent")
			.containsEntry("capabilities", List.of("mcp:financial", "read:documents"))
			.containsEntry("workload_identity", null);
	}

	@Test
	@SuppressWarnings("unchecked")
	void tellsLimitsAndCountersInOneObject() {
		Answer answer = this.client.send("POST", ACME + "/oauth/userinfo", null,
				Client.bearer(analyst().accessToken()));
		Map<String, Object> policy = (Map<String, Object>) answer.get("budget_policy");
		assertThat(policy).containsEntry("max_tokens_per_day", 1000)
			.containsEntry("max_api_calls_per_hour", 1000000)
			.containsEntry("max_cost_per_month_usd", 12.5)
			.containsEntry("allowed_models", List.of("gpt-4o-mini"))
			.containsEntry("tokens_used_today", 0)
			.containsKey("api_calls_this_hour")
			.doesNotContainKey("require_approval_above_usd");
	}

	@Test
	void leavesOutTheBudgetOfAnAgentWithoutOne() {
		String token = this.client.token(ACME, "agt_specialist", "specialist-secret").accessToken();
		assertThat(this.client.get(ACME + "/oauth/userinfo", Client.bearer(token)).json())
			.doesNotContainKey("budget_policy");
	}

	@Test
	void wantsTheOpenidScopeUnlessTheTenantDoesWithout() {
		Answer without = this.client.get(GLOBEX + "/oauth/userinfo",
				Client.bearer(this.client.token(GLOBEX, "agt_analyst", "globex-secret").accessToken()));
		assertThat(without.status()).isEqualTo(403);
		assertThat(without.get("error")).isEqualTo("insufficient_scope");
		Answer with = this.client.get(GLOBEX + "/oauth/userinfo",
				Client.bearer(this.client.token(GLOBEX, "agt_analyst", "globex-secret", "openid").accessToken()));
		assertThat(with.status()).isEqualTo(200);
	}

	@Test
	void answersAMissingTokenWith400() {
		Answer answer = this.client.get(ACME + "/oauth/userinfo");
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isEqualTo("invalid_request");
	}

	@Test
	void answersAnUnknownTokenWith401() {
		Answer answer = this.client.get(ACME + "/oauth/userinfo", Client.bearer("unknown"));
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("invalid_token");
		assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
	}

	@Test
	void acceptsNoTokenThatIsForAnotherServer() {
		String token = exchange(ACME, analyst().accessToken(), "audience", "urn:mcp:open").accessToken();
		assertThat(this.client.get(ACME + "/oauth/userinfo", Client.bearer(token)).status()).isEqualTo(401);
	}

}
