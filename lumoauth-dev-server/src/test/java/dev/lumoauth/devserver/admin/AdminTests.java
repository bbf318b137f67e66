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

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AdminController}.
 */
class AdminTests extends ServerTests {

	@AfterEach
	void restore() {
		admin("DELETE", "/budget", "");
		admin("POST", "/budget/reset", "");
		admin("DELETE", "/capabilities/a:b", "");
		admin("DELETE", "/capabilities/files/read", "");
	}

	@Test
	void listsTheStateWithoutSecretsAndTokens() {
		String token = changing().accessToken();
		Answer answer = this.client.get("/dev/state");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).contains("acme-corp", "globex", "agt_changing", "urn:mcp:financial-data")
			.doesNotContain(token, "changing-secret", "analyst-secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a:b", "files/read" })
	void grantsAndRevokesACapability(String capability) {
		assertThat(admin("PUT", "/capabilities/" + capability, "").get("capabilities")).isEqualTo(List.of(capability));
		assertThat(changing().get("scope")).isEqualTo(capability);
		assertThat(admin("DELETE", "/capabilities/" + capability, "").get("capabilities")).isEqualTo(List.of());
		assertThat(changing().json()).doesNotContainKey("scope");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a%20b", "%22", "caf%C3%A9" })
	void refusesWhatIsNoCapability(String capability) {
		Answer answer = admin("PUT", "/capabilities/" + capability, "");
		assertThat(answer.status()).isIn(400, 404, 405);
		assertThat(this.client.get("/dev/tenants/acme-corp/agents/agt_changing").get("capabilities"))
			.isEqualTo(List.of());
	}

	@Test
	void setsSpendsRaisesAndResetsABudget() {
		Answer set = admin("PUT", "/budget", "{\"max_tokens_per_day\":100,\"allowed_models\":[\"m\"]}");
		assertThat(set.get("budget_policy")).isEqualTo(Map.of("max_tokens_per_day", 100, "allowed_models", List.of("m"),
				"tokens_used_today", 0, "api_calls_this_hour", 0));
		assertThat(admin("POST", "/budget/spend", "{\"tokens\":100,\"api_calls\":2}").json())
			.containsEntry("budget_exhausted", true);
		Answer raised = admin("POST", "/budget/raise", "{\"tokens\":50}");
		assertThat(raised.json()).containsEntry("budget_exhausted", false);
		assertThat(raised.get("budget_policy")).isEqualTo(Map.of("max_tokens_per_day", 150, "allowed_models",
				List.of("m"), "tokens_used_today", 100, "api_calls_this_hour", 2));
		assertThat(admin("POST", "/budget/exhaust", "").json()).containsEntry("budget_exhausted", true);
		assertThat(admin("POST", "/budget/reset", "").json()).containsEntry("budget_exhausted", false);
		Answer used = admin("PUT", "/budget/used", "{\"tokens\":150,\"api_calls\":7}");
		assertThat(used.json()).containsEntry("budget_exhausted", true);
		assertThat(used.get("budget_policy")).asString().contains("tokens_used_today=150", "api_calls_this_hour=7");
		assertThat(admin("DELETE", "/budget", "").json()).containsEntry("budget_policy", null);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			PUT  | /budget       | {"max_tokens_per_day":-1}
			PUT  | /budget       | {"max_tokens_per_day":"many"}
			PUT  | /budget       | nonsense
			PUT  | /budget       | {"max_token_per_day":1}
			PUT  | /budget/used  | {"tokens":-1}
			POST | /budget/spend | {"tokens":-1}
			POST | /budget/spend | {"tokens":"many"}
			POST | /budget/spend | {"token":5}
			POST | /budget/raise | {"api_calls":-1}
			""")
	void refusesNonsense(String method, String path, String body) {
		Answer answer = admin(method, path, body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.get("error")).isIn("validation_error", "invalid_json");
		assertThat(answer.json().toString()).doesNotContain("java", "lumoauth");
		assertThat(this.client.get("/dev/tenants/acme-corp/agents/agt_changing").get("budget_policy")).isNull();
	}

	@Test
	void revokesTheTokensOfAnAgentOfATenantOrAll() {
		String first = changing().accessToken();
		String other = analyst().accessToken();
		Answer globex = this.client.token(GLOBEX, "agt_analyst", "globex-secret");
		assertThat(admin("DELETE", "/tokens", "").get("revoked")).isNotEqualTo(0);
		assertThat(statusOf(ACME, first)).isEqualTo(401);
		assertThat(statusOf(ACME, other)).isEqualTo(200);
		assertThat(this.client.json("DELETE", "/dev/tenants/acme-corp/tokens", "").status()).isEqualTo(200);
		assertThat(statusOf(ACME, other)).isEqualTo(401);
		assertThat(statusOf(GLOBEX, globex.accessToken())).isEqualTo(200);
		assertThat(this.client.json("DELETE", "/dev/tokens", "").status()).isEqualTo(200);
		assertThat(statusOf(GLOBEX, globex.accessToken())).isEqualTo(401);
	}

	@ParameterizedTest
	@CsvSource({ "PUT,/dev/tenants/acme-corp/agents/nobody/capabilities/a", "DELETE,/dev/tenants/nobody/tokens",
			"DELETE,/dev/tenants/acme-corp/agents/nobody/tokens", "GET,/dev/tenants/acme-corp/agents/nobody",
			"GET,/dev/unknown" })
	void answersWhatDoesNotExistWith404(String method, String path) {
		assertThat(this.client.json(method, path, "").status()).isEqualTo(404);
	}

	@Test
	void refusesARequestOfAnotherSitesPage() {
		assertThat(this.client.get("/dev/state", "Origin", "https://example.com").status()).isEqualTo(403);
		assertThat(this.client.get("/dev/state", "Sec-Fetch-Site", "cross-site").status()).isEqualTo(403);
		assertThat(this.client.get("/dev/state", "Origin", this.client.url(), "Sec-Fetch-Site", "same-origin").status())
			.isEqualTo(200);
	}

	private int statusOf(String base, String token) {
		return this.client.get(base + "/agents/me", Client.bearer(token)).status();
	}

}
