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

package dev.lumoauth.spring.mcp.server;

import java.util.Set;

import io.modelcontextprotocol.server.McpSyncServer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.lumoauth.spring.revocation.Revocation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stream that a caller holds open lasts no longer than the caller's session.
 */
@ExtendWith(ServedMcp.Extension.class)
class ServedStreamsTests {

	@ParameterizedTest
	@ValueSource(strings = { "SERVLET", "REACTIVE" })
	void endsWhenTheCallersTokensAreTakenAway(String web, ServedMcp served) {
		ServedMcp.Server server = served.server(web, "STREAMABLE", "SYNC");
		try (RawHttp.Stream ada = open(server, served.issuer.tokenOf("ada of the stream"));
				RawHttp.Stream grace = open(server, served.issuer.tokenOf("grace of the stream"))) {
			hears(server, ada);
			revoke(server, "somebody-else");
			revoke(server, "ada of the stream");
			ada.untilItsEnd();
			hears(server, grace);
			revoke(server, "grace of the stream");
			grace.untilItsEnd();
		}
	}

	private static void hears(ServedMcp.Server server, RawHttp.Stream stream) {
		McpSyncServer notifying = server.context().getBean(McpSyncServer.class);
		assertThat(stream.until((text) -> text.contains("tools/list_changed"), notifying::notifyToolsListChanged))
			.contains("tools/list_changed");
	}

	private static void revoke(ServedMcp.Server server, String subject) {
		server.context()
			.getBean(McpServerSecurity.class)
			.revocations()
			.revoked(new Revocation(Revocation.Effect.TOKENS, Set.of(subject)));
	}

	private static RawHttp.Stream open(ServedMcp.Server server, String token) {
		String bearer = "Authorization: Bearer " + token;
		return RawHttp.stream(server.port(), "/mcp", bearer,
				"Mcp-Session-Id: " + RawHttp.initialize(server.port(), "/mcp", bearer).header("Mcp-Session-Id"));
	}

}
