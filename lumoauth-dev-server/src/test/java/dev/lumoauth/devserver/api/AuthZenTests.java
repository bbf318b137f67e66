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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AuthZenController}.
 */
class AuthZenTests extends ServerTests {

	private static final String REQUEST = """
			{"subject":{"type":"%s","id":"%s"},"action":{"name":"%s"},"resource":{"type":"%s","id":"1"}}""";

	@ParameterizedTest
	@CsvSource({ "read:documents,document,true", "read,documents,true", "read,document,false", "write,documents,false",
			"mcp:financial,anything,true", "mcp,financial,true", "financial,mcp,false", "documents,read,false" })
	void decidesByTheCapabilityThatActionAndResourceName(String action, String resource, boolean decision) {
		for (String base : List.of("/api/v1", ACME, ACME_ORG)) {
			Answer answer = evaluate(base, analyst().accessToken(),
					REQUEST.formatted("agent", "agt_analyst", action, resource));
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.json()).isEqualTo(Map.of("decision", decision));
		}
	}

	@Test
	void saysWhereItDecides() {
		String server = this.client.url();
		assertThat(this.client.get("/.well-known/authzen-configuration").json()).isEqualTo(Map
			.of("policy_decision_point", server, "access_evaluation_endpoint", server + "/api/v1/authz/v1/evaluation"));
		for (String path : List.of(ACME + "/.well-known/authzen-configuration",
				"/.well-known/authzen-configuration" + ACME)) {
			assertThat(this.client.get(path).json()).isEqualTo(Map.of("policy_decision_point", server + ACME,
					"access_evaluation_endpoint", server + ACME + "/authz/v1/evaluation"));
		}
		assertThat(this.client.get("/.well-known/authzen-configuration/t/nobody/api/v1").status()).isEqualTo(404);
	}

	@Test
	void takesACapabilityWithADotAsWell() {
		admin("PUT", "/capabilities/report.write", "");
		String token = changing().accessToken();
		assertThat(evaluate("/api/v1", token, REQUEST.formatted("agent", "agt_changing", "write", "report")).json())
			.isEqualTo(Map.of("decision", true));
		admin("DELETE", "/capabilities/report.write", "");
	}

	@Test
	void decidesAboutAUser() {
		assertThat(evaluate(ACME, alice(), REQUEST.formatted("user", "6f0d2f1e-alice", "read", "documents")).json())
			.isEqualTo(Map.of("decision", true));
	}

	@Test
	void decidesAboutOthersOnlyForWhoMayAsk() {
		String body = REQUEST.formatted("user", "6f0d2f1e-alice", "read", "documents");
		assertThat(evaluate("/api/v1", analyst().accessToken(), body).status()).isEqualTo(403);
		String auditor = this.client.token(ACME, "agt_auditor", "auditor-secret").accessToken();
		assertThat(evaluate("/api/v1", auditor, body).get("decision")).isEqualTo(true);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "{}", "{\"action\":{\"name\":\"x\"},\"resource\":{\"type\":\"x\",\"id\":\"1\"}}",
			"{\"subject\":{\"type\":\"agent\",\"id\":\"agt_analyst\"},\"resource\":{\"type\":\"x\",\"id\":\"1\"}}",
			"{\"subject\":{\"type\":\"agent\",\"id\":\"agt_analyst\"},\"action\":{\"name\":\"x\"}}",
			"{\"subject\":{\"type\":\"agent\",\"id\":\"agt_analyst\"},\"action\":{},\"resource\":{\"type\":\"x\",\"id\":\"1\"}}",
			"{\"subject\":{\"type\":\"agent\"},\"action\":{\"name\":\"x\"},\"resource\":{\"type\":\"x\",\"id\":\"1\"}}",
			"{\"subject\":{\"type\":\"agent\",\"id\":\"agt_analyst\"},\"action\":{\"name\":5},\"resource\":{\"type\":\"x\",\"id\":\"1\"}}" })
	void refusesWhatIsNotComplete(String body) {
		assertThat(evaluate("/api/v1", analyst().accessToken(), body).status()).isEqualTo(400);
	}

	private Answer evaluate(String base, String token, String body) {
		return this.client.json("POST", base + "/authz/v1/evaluation", body, Client.bearer(token));
	}

}
