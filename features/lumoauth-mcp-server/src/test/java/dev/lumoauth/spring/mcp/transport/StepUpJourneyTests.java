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

package dev.lumoauth.spring.mcp.transport;

import java.util.Set;

import dev.lumoauth.spring.mcp.McpConnection;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import io.modelcontextprotocol.client.McpSyncClient;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.mcp.transport.DirectClients.Kind;
import dev.lumoauth.spring.mcp.server.RawHttp;
import dev.lumoauth.spring.mcp.server.ServedMcp;
import dev.lumoauth.spring.mcp.server.TokenIssuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * This project's MCP client at this project's MCP server: the scope that a tool needs is
 * asked for once, and got or not.
 */
@ExtendWith(ServedMcp.Extension.class)
class StepUpJourneyTests {

	@ParameterizedTest
	@CsvSource({ "SERVLET, STREAMABLE, SYNC, JDK_STREAMABLE", "SERVLET, STATELESS, ASYNC, WEB_CLIENT_STREAMABLE",
			"REACTIVE, STREAMABLE, ASYNC, JDK_STREAMABLE", "REACTIVE, STATELESS, SYNC, WEB_CLIENT_STREAMABLE" })
	void getsTheScopeThatAToolNeedsAndNoOther(String web, String protocol, String type, Kind kind, ServedMcp served) {
		ServedMcp.Server server = served.server(web, protocol, type);
		String suffix = type.equals("ASYNC") ? "Later" : "";
		String token = served.issuer.token((claims) -> claims.claim("scope", "mcp:reports"));
		RawHttp.Answer begun = RawHttp.initialize(server.port(), "/mcp", "Authorization: Bearer " + token);
		RawHttp.Answer refused = RawHttp.call(server.port(), "/mcp", "read" + suffix, "Authorization: Bearer " + token,
				session(begun));
		assertThat(refused.status()).isEqualTo(403);
		assertThat(refused.header("WWW-Authenticate")).isEqualTo(
				"Bearer error=\"insufficient_scope\", resource_metadata=\"http://localhost:%d/.well-known/oauth-protected-resource/mcp\", scope=\"mcp:reports read\""
					.formatted(server.port()));
		assertThat(refused.body()).contains("{\"error\":\"insufficient_scope\"}");
		served.issuer.exchanges.clear();
		McpConnection connection = DirectClients.withStepUp(
				DirectClients.connection("reports", TokenIssuer.AUDIENCE, OnBehalfOf.AGENT, "mcp:reports"), "read",
				"export", TokenIssuer.UNGRANTED);
		try (McpSyncClient client = DirectClients.client(DirectClients.tokens(served.issuer.url(), "acme-corp"),
				connection, kind, server.url())) {
			client.initialize();
			assertThat(DirectClients.call(client, "open" + suffix)).isEqualTo("open to agent [mcp:reports]");
			assertThat(served.issuer.exchanges).containsExactly("mcp:reports");
			assertThat(DirectClients.call(client, "read" + suffix)).isEqualTo("read by agent [mcp:reports, read]");
			assertThat(DirectClients.call(client, "read" + suffix)).isEqualTo("read by agent [mcp:reports, read]");
			assertThat(served.issuer.exchanges).hasSize(2);
			assertThat(Set.of(served.issuer.exchanges.get(1).split(" "))).containsExactlyInAnyOrder("mcp:reports",
					"read");
			int calls = ServedMcp.Tools.CALLS.get();
			for (int i = 0; i < 3; i++) {
				assertThatThrownBy(() -> DirectClients.call(client, "secret"))
					.hasStackTraceContaining("%s: agent lacks '%s' capability."
						.formatted(CapabilityDeniedException.class.getName(), TokenIssuer.UNGRANTED));
			}
			// A scope that LumoAuth has refused is not asked for again at once.
			assertThat(served.issuer.exchanges).hasSize(3);
			assertThat(ServedMcp.Tools.CALLS).hasValue(calls);
			assertThat(DirectClients.call(client, "export")).contains("exported by agent [export, mcp:reports, read]");
		}
	}

	private static String session(RawHttp.Answer begun) {
		String session = begun.header("Mcp-Session-Id");
		return session.isEmpty() ? "X-None: x" : "Mcp-Session-Id: " + session;
	}

}
