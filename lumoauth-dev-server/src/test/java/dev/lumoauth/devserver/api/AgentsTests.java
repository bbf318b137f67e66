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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AgentsController}.
 */
class AgentsTests extends ServerTests {

	@AfterEach
	void removeBudget() {
		admin("DELETE", "/budget", "");
	}

	@ParameterizedTest
	@CsvSource({ "/t/acme-corp/api/v1", "/orgs/acme-corp/api/v1" })
	void tellsTheAgentWhoItIs(String base) {
		Answer answer = this.client.get(base + "/agents/me", Client.bearer(analyst().accessToken()));
		assertThat(answer.get("identity")).isEqualTo(Map.of("id", "agt_analyst", "type", "agent", "tenant", "acme-corp",
				"agent_id", "agt_analyst", "status", "active"));
		assertThat(answer.get("capabilities")).isEqualTo(List.of("mcp:financial", "read:documents"));
		assertThat(answer.get("workspace")).isEqualTo(Map.of("slug", "acme-corp", "api_base", base + "/"));
	}

	@Test
	void answersAMissingTokenWith401() {
		Answer answer = this.client.get(ACME + "/agents/me");
		assertThat(answer.status()).isEqualTo(401);
		assertThat(answer.get("error")).isEqualTo("unauthorized");
		assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
	}

	@Test
	void allowsWhatTheAgentHas() {
		Answer answer = ask(analyst(), "{\"action\":\"read:documents\",\"context\":{\"id\":\"doc_99\"}}");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json()).containsEntry("allowed", true)
			.containsEntry("action", "read:documents")
			.containsEntry("context", Map.of("id", "doc_99"))
			.containsKey("reason");
		assertThat(answer.get("audit_id").toString()).matches("[0-9a-f]{16}");
	}

	@Test
	void deniesTheRestWithStatus200AndAReason() {
		Answer answer = ask(analyst(), "{\"action\":\"write:documents\"}");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json()).containsEntry("allowed", false)
			.containsEntry("reason", "The agent lacks the capability");
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "{}", "{\"action\":null}", "{\"action\":\" \"}", "[", "[]", "{\"action\":{}}",
			"{\"action\":5}", "\"x\"" })
	void answersAQuestionWithoutAnActionWith400(String body) {
		Answer answer = ask(analyst(), body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isIn("validation_error", "invalid_json");
		assertThat(answer.get("status")).isEqualTo(400);
	}

	@Test
	void answersABudgetThatIsExhaustedWith429() {
		admin("POST", "/budget/reset", "");
		admin("PUT", "/budget", "{\"max_tokens_per_day\":100}");
		admin("POST", "/budget/spend", "{\"tokens\":99}");
		Answer token = changing();
		assertThat(ask(token, "{\"action\":\"x\"}").status()).isEqualTo(200);
		admin("POST", "/budget/spend", "{\"tokens\":1}");
		Answer answer = ask(token, "{\"action\":\"x\"}");
		assertThat(answer.status()).isEqualTo(429);
		assertThat(answer.get("error")).isEqualTo("budget_exceeded");
		Answer check = this.client.json("POST", "/api/v1/authz/check", "{\"permission\":\"x\"}",
				Client.bearer(token.accessToken()));
		assertThat(check.status()).isEqualTo(200);
	}

	@Test
	void countsEachCallOnce() {
		admin("POST", "/budget/reset", "");
		admin("PUT", "/budget", "{\"max_api_calls_per_hour\":2}");
		Answer token = changing();
		assertThat(ask(token, "{\"action\":\"x\"}").status()).isEqualTo(200);
		assertThat(ask(token, "{\"action\":\"x\"}").status()).isEqualTo(200);
		assertThat(ask(token, "{\"action\":\"x\"}").status()).isEqualTo(429);
	}

	private Answer ask(Answer token, String body) {
		return this.client.json("POST", ACME + "/agents/ask", body, Client.bearer(token.accessToken()));
	}

}
