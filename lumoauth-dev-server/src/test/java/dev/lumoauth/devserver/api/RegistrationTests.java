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

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RegistrationController}.
 */
class RegistrationTests extends ServerTests {

	private static final String LONG = "{\"name\":\"0123456789012345678901234567890123456789012345678901234567890123456789"
			+ "0123456789012345678901234567890\"}";

	@ParameterizedTest
	@ValueSource(strings = { ACME, ACME_ORG })
	void namesTheAgent(String base) {
		Answer answer = register(base, changing().accessToken(),
				"{\"client_id\":\"agt_changing\",\"name\":\"Document Analyser\",\"description\":\"x\"}");
		Map<String, Object> expected = new HashMap<>(
				Map.of("success", true, "agent_id", "agt_changing", "name", "Document Analyser"));
		expected.put("workload_identity", null);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.json()).isEqualTo(expected);
		Answer token = changing();
		assertThat(token.claims()).containsEntry("agent_name", "Document Analyser");
		assertThat(this.client.get(ACME + "/me", Client.bearer(token.accessToken())).get("name"))
			.isEqualTo("Document Analyser");
		register(base, token.accessToken(), "{\"name\":\"agt_changing\"}");
	}

	@Test
	void grantsNoCapabilityThatAnAgentDeclares() {
		String token = changing().accessToken();
		assertThat(
				register(ACME, token, "{\"name\":\"agt_changing\",\"capabilities\":[\"admin:all\",\"a b\"]}").status())
			.isEqualTo(200);
		assertThat(
				this.client.json("POST", "/api/v1/authz/check", "{\"permission\":\"admin:all\"}", Client.bearer(token))
					.get("allowed"))
			.isEqualTo(false);
		assertThat(String.valueOf(changing().claims().get("scope"))).doesNotContain("admin:all");
	}

	@Test
	void registersNobodyElse() {
		Answer answer = register(ACME, changing().accessToken(), "{\"client_id\":\"agt_analyst\",\"name\":\"Mine\"}");
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.get("error")).isEqualTo("access_denied");
		assertThat(register(ACME, alice(), "{\"name\":\"Mine\"}").status()).isEqualTo(403);
		assertThat(register(ACME, delegate(alice(), specialist()).accessToken(), "{\"name\":\"Mine\"}").status())
			.isEqualTo(403);
		assertThat(register(ACME, delegate(orchestrator(), specialist()).accessToken(), "{\"name\":\"Mine\"}").status())
			.isEqualTo(403);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "{}", "{\"name\":\" \"}", "{\"name\":5}", LONG, "{\"name\":\"x\",\"capabilities\":[5]}",
			"{\"name\":\"x\",\"capabilities\":\"read:documents\"}" })
	void refusesWhatIsNoRegistration(String body) {
		assertThat(register(ACME, changing().accessToken(), body).status()).isEqualTo(400);
	}

	@Test
	void needsAToken() {
		assertThat(this.client.json("POST", ACME + "/agents/register", "{\"name\":\"x\"}").status()).isEqualTo(401);
	}

	private Answer register(String base, String token, String body) {
		return this.client.json("POST", base + "/agents/register", body, Client.bearer(token));
	}

}
