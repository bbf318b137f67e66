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

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;

import dev.lumoauth.spring.mcp.OnBehalfOf;
import io.modelcontextprotocol.client.McpSyncClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.lumoauth.spring.mcp.transport.DirectClients.Kind;
import dev.lumoauth.spring.mcp.transport.ProtectedMcpServer.Seen;
import dev.lumoauth.spring.token.RequestSigner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of MCP connections whose requests are signed, on every transport: each request is
 * signed for itself, with its token and the body that is sent.
 */
class SignedMcpRequestsTests {

	private static final String FINANCIAL = "urn:mcp:financial-data";

	private static final Map<String, ProtectedMcpServer> SERVERS = new HashMap<>();

	private static final IssuingLumoAuth LUMO_AUTH = new IssuingLumoAuth();

	@AfterAll
	static void stopServers() {
		SERVERS.values().forEach(ProtectedMcpServer::close);
		LUMO_AUTH.close();
	}

	@ParameterizedTest
	@EnumSource
	void signsEachRequestWithItsTokenAndItsBody(Kind kind) {
		Signer signer = new Signer(100_000);
		ProtectedMcpServer server = server(kind);
		try (McpSyncClient client = client(server, kind, signer)) {
			assertThat(DirectClients.whoami(client)).isEqualTo(FINANCIAL + " called by agent");
			client.closeGracefully();
		}
		assertThat(signer.signed).allSatisfy((request) -> assertThat(request.authorization()).startsWith("Bearer "))
			.anyMatch((request) -> request.method().equals("POST") && request.body().contains("tools/call")
					&& request.body().contains("whoami"))
			.filteredOn((request) -> request.method().equals("GET"))
			.allMatch((request) -> request.body().isEmpty());
		assertThat(server.seen).extracting(Seen::application)
			.doesNotHaveDuplicates()
			.allSatisfy((header) -> assertThat(signer.signed).extracting(Signed::number)
				.contains(header.replace("null", "")));
	}

	@Test
	void aBodyThatIsTooLargeIsNotSent() {
		for (Kind kind : List.of(Kind.JDK_STREAMABLE, Kind.WEB_CLIENT_STREAMABLE)) {
			Signer signer = new Signer(10);
			ProtectedMcpServer server = server(kind);
			try (McpSyncClient client = client(server, kind, signer)) {
				assertThat(catchThrowable(() -> DirectClients.whoami(client)))
					.hasStackTraceContaining("more than 10 bytes");
				assertThat(server.seen).isEmpty();
			}
		}
	}

	private static ProtectedMcpServer server(Kind kind) {
		ProtectedMcpServer server = SERVERS.computeIfAbsent(kind.protocol,
				(protocol) -> new ProtectedMcpServer(LUMO_AUTH, FINANCIAL, protocol));
		server.reset();
		return server;
	}

	private static McpSyncClient client(ProtectedMcpServer server, Kind kind, RequestSigner signer) {
		return DirectClients.signingClient(DirectClients.tokens(LUMO_AUTH),
				DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT), kind, server.url(), signer);
	}

	/**
	 * Numbers the requests that it signs.
	 */
	private record Signer(int maxBodySize, List<Signed> signed) implements RequestSigner {

		private Signer(int maxBodySize) {
			this(maxBodySize, new CopyOnWriteArrayList<>());
		}

		@Override
		public synchronized void sign(String method, URI uri, Function<String, List<String>> headers, byte[] body,
				BiConsumer<String, String> setHeader) {
			String number = "signed-" + this.signed.size();
			this.signed.add(new Signed(number, method, String.join(",", headers.apply("Authorization")),
					new String(body, StandardCharsets.UTF_8)));
			setHeader.accept("X-First", number);
		}

	}

	private record Signed(String number, String method, String authorization, String body) {
	}

}
