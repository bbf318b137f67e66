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

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.mcp.transport.DirectClients.Kind;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.dpop.DPoPProofs;
import io.modelcontextprotocol.client.McpSyncClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of MCP connections whose tokens are bound to the agent's key, with a server that
 * checks every proof.
 */
class BoundMcpTokenTests {

	private static final String FINANCIAL = "urn:mcp:financial-data";

	private static final Map<String, ProtectedMcpServer> SERVERS = new HashMap<>();

	private static IssuingLumoAuth lumoAuth;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private DPoPProofs proofs;

	private LumoAuthTokens tokens;

	@BeforeAll
	static void startLumoAuth() {
		lumoAuth = new IssuingLumoAuth();
	}

	@AfterAll
	static void stopServers() {
		SERVERS.values().forEach(ProtectedMcpServer::close);
		SERVERS.clear();
		lumoAuth.close();
	}

	@BeforeEach
	void reset() {
		lumoAuth.reset();
		SERVERS.values().forEach(ProtectedMcpServer::reset);
		this.proofs = DPoPProofs.inMemory(Clock.systemUTC());
		this.tokens = DirectClients.boundTokens(lumoAuth, this.proofs, true);
	}

	@AfterEach
	void close() {
		this.threads.shutdownNow();
	}

	@ParameterizedTest
	@EnumSource
	void provesEachRequest(Kind kind) {
		ProtectedMcpServer server = server(kind);
		try (McpSyncClient client = client(server, kind)) {
			assertThat(DirectClients.whoami(client)).isEqualTo(FINANCIAL + " called by agent");
			assertThat(client.listTools().tools()).hasSize(2);
			client.closeGracefully(); // no answer of this one comes while the next is
										// served
		}
		assertThat(server.subjects()).containsExactly("agent");
		assertThat(exchanges()).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void answersTheWishForANonceAndRemembersIt(Kind kind) {
		ProtectedMcpServer server = server(kind);
		server.nonce = "nonce-1";
		try (McpSyncClient client = client(server, kind)) {
			// Two requests at most are under way at once: a call, and one that listens.
			IntStream.range(0, 5).forEach((i) -> assertThat(DirectClients.whoami(client)).contains("called by agent"));
			assertThat(server.refusedNonces).hasValueBetween(1, 2);
			server.nonce = "nonce-2";
			IntStream.range(0, 5).forEach((i) -> assertThat(DirectClients.whoami(client)).contains("called by agent"));
			assertThat(server.refusedNonces).hasValueBetween(2, 4);
			client.closeGracefully(); // no answer of this one comes while the next is
										// served
		}
		assertThat(server.subjects()).containsExactly("agent");
		assertThat(exchanges()).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource
	void replacesATokenThatIsRevoked(Kind kind) {
		ProtectedMcpServer server = server(kind);
		server.nonce = "nonce-1";
		try (McpSyncClient client = client(server, kind)) {
			DirectClients.whoami(client);
			lumoAuth.revokeAll();
			server.nonce = "nonce-2";
			assertThat(DirectClients.whoami(client)).contains("called by agent");
			client.closeGracefully(); // no answer of this one comes while the next is
										// served
		}
		assertThat(exchanges()).hasSize(2);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void aServerThatIsNeverContentIsAFailureAndCostsNoToken(Kind kind) {
		ProtectedMcpServer server = server(kind);
		try (McpSyncClient client = client(server, kind)) {
			DirectClients.whoami(client);
			server.nonce = "not a nonce";
			assertThat(catchThrowable(() -> DirectClients.whoami(client))).isNotNull();
			assertThat(server.refusedNonces).hasValue(1);
			server.nonce = "";
			assertThat(DirectClients.whoami(client)).contains("called by agent");
			client.closeGracefully(); // no answer of this one comes while the next is
										// served
		}
		assertThat(exchanges()).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void manyThreadsProveTheirRequests(Kind kind) throws Exception {
		ProtectedMcpServer server = server(kind);
		server.nonce = "nonce-1";
		try (McpSyncClient client = client(server, kind)) {
			List<Future<String>> answers = IntStream.range(0, 64)
				.mapToObj((i) -> this.threads.submit(() -> DirectClients.whoami(client)))
				.toList();
			for (Future<String> answer : answers) {
				assertThat(answer.get()).contains("called by agent");
			}
			client.closeGracefully(); // no answer of this one comes while the next is
										// served
		}
		assertThat(server.subjects()).containsExactly("agent");
		assertThat(exchanges()).hasSize(1);
	}

	/**
	 * Not those of a client that another test has left behind.
	 */
	private List<Map<String, String>> exchanges() {
		String own = this.tokens.agentToken().getTokenValue();
		return lumoAuth.exchanges.stream().filter((exchange) -> own.equals(exchange.get("subject_token"))).toList();
	}

	private ProtectedMcpServer server(Kind kind) {
		ProtectedMcpServer server = SERVERS.computeIfAbsent(kind.protocol,
				(protocol) -> new ProtectedMcpServer(lumoAuth, FINANCIAL, protocol));
		server.jkt = this.proofs.thumbprint();
		return server;
	}

	private McpSyncClient client(ProtectedMcpServer server, Kind kind) {
		return DirectClients.client(this.tokens, DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT),
				kind, server.url(), Duration.ofMinutes(1), (spec) -> {
				});
	}

}
