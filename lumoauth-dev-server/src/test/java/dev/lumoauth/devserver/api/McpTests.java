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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.devserver.Answer;
import dev.lumoauth.devserver.Client;
import dev.lumoauth.devserver.ServerTests;

import static org.assertj.core.api.Assertions.assertThat;

class McpTests extends ServerTests {

	private static final String SERVER = "urn:mcp:financial-data";

	@AfterEach
	void restore() {
		admin("DELETE", "/capabilities/mcp:financial", "");
		setMayCall(true);
		this.client.json("PUT", "/dev/tenants/acme-corp/users/alice/scopes/mcp:financial", "");
	}

	@ParameterizedTest
	@CsvSource({ "urn:mcp:financial-data,get_balance,200", "https://mcp.example.com,get_balance,200",
			"urn:mcp:financial-data,transfer,403", "urn:mcp:other,get_balance,403", "urn:mcp:open,anything,200",
			"urn:mcp:open,'',400", "'',get_balance,400" })
	void saysWhichToolsAnAgentMayCall(String server, String tool, int status) {
		for (String base : new String[] { ACME, ACME_ORG }) {
			assertThat(authorize(base, server, tool, analyst().accessToken()).status()).isEqualTo(status);
		}
	}

	@Test
	void namesAgentAndResource() {
		assertThat(authorize(ACME, SERVER, "get_balance", analyst().accessToken()).body())
			.isEqualTo("{\"allowed\":true,\"agent_id\":\"agt_analyst\",\"resource\":\"https://mcp.example.com\"}");
		assertThat(authorize(ACME, SERVER, "get_balance", orchestrator()).status()).isEqualTo(403);
		assertThat(authorize(ACME, SERVER, "get_balance", alice()).status()).isEqualTo(403);
	}

	@Test
	void isSwitchedWhileTheServerRuns() {
		String token = changing().accessToken();
		assertThat(authorize(ACME, SERVER, "get_balance", token).status()).isEqualTo(200);
		setMayCall(false);
		assertThat(authorize(ACME, SERVER, "get_balance", token).status()).isEqualTo(403);
		assertThat(authorize(ACME, SERVER, "list", token).status()).isEqualTo(200);
	}

	@Test
	void aServerAsksWithTheTokenOfUserAndAgentThatItWasSent() {
		admin("PUT", "/capabilities/mcp:financial", "");
		admin("PUT", "/capabilities/delegate:on_behalf", "");
		String token = delegate(alice(), changing().accessToken(), "audience", SERVER).accessToken();
		assertThat(results(token)).contains("\"mcp:financial\":true", "\"read:documents\":false",
				"\"subject_type\":\"user\"");
		assertThat(check(token)).contains("\"allowed\":true");
		assertThat(authorize(ACME, SERVER, "get_balance", token).get("agent_id")).isEqualTo("agt_changing");
		assertThat(authorize(ACME, "urn:mcp:open", "anything", token).status()).isEqualTo(403);
		admin("DELETE", "/capabilities/mcp:financial", "");
		assertThat(check(token)).contains("\"allowed\":false");
		admin("PUT", "/capabilities/mcp:financial", "");
		this.client.send("DELETE", "/dev/tenants/acme-corp/users/alice/scopes/mcp:financial", null);
		assertThat(check(token)).contains("\"allowed\":false");
	}

	@ParameterizedTest
	@ValueSource(strings = { "mcp:financial", "" })
	void aServerAsksWithAnAgentsTokenAndGetsNoMoreThanItsScopes(String scope) {
		Answer answer = exchange(ACME, analyst().accessToken(), "audience", scope.isEmpty() ? "urn:mcp:open" : SERVER,
				"scope", scope.isEmpty() ? "read:documents" : scope, "client_id", "agt_analyst", "client_secret",
				"analyst-secret");
		String token = answer.accessToken();
		assertThat(check(token)).contains("\"allowed\":" + !scope.isEmpty());
		assertThat(results(token)).contains("\"read:documents\":" + scope.isEmpty());
		assertThat(this.client.get(ACME + "/agents/me", Client.bearer(token)).status()).isEqualTo(401);
		assertThat(this.client.json("POST", ACME + "/ssf/stream", "{}", Client.bearer(token)).status()).isEqualTo(401);
	}

	private void setMayCall(boolean allowed) {
		admin("PUT", "/mcp-tools",
				"{\"server_id\":\"%s\",\"tool\":\"get_balance\",\"allowed\":%s}".formatted(SERVER, allowed));
	}

	private String check(String token) {
		return this.client
			.json("POST", "/api/v1/authz/check", "{\"permission\":\"mcp:financial\"}", Client.bearer(token))
			.body();
	}

	private String results(String token) {
		return this.client
			.json("POST", ACME + "/authz/check-bulk", "{\"permissions\":[\"mcp:financial\",\"read:documents\"]}",
					Client.bearer(token))
			.body();
	}

	private Answer authorize(String base, String server, String tool, String token) {
		return this.client.json("POST", base + "/agents/me/mcp/authorize",
				"{\"server_id\":\"%s\",\"tool\":\"%s\"}".formatted(server, tool), Client.bearer(token));
	}

}
