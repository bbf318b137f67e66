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

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.mcp.transport.DirectClients.Kind;
import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.util.context.Context;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The token of a call that a person has approved, over each transport: for the message
 * that calls the tool, and for nothing else that the connection sends.
 */
class ApprovedMcpCallTests {

	private static final String FINANCIAL = "urn:mcp:financial-data";

	private static final Map<String, ProtectedMcpServer> SERVERS = new HashMap<>();

	private static IssuingLumoAuth lumoAuth;

	private final List<McpSyncClient> clients = new ArrayList<>();

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
		this.tokens = DirectClients.tokens(lumoAuth);
	}

	@AfterEach
	void close() {
		this.clients.forEach(McpSyncClient::closeGracefully);
	}

	@ParameterizedTest
	@EnumSource
	void callsTheToolWithItsOwnTokenAndKeepsTheSessionOnTheOrdinaryOne(Kind kind) {
		ProtectedMcpServer server = server(kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT);
		if (kind.protocol.equals("SSE")) {
			client.initialize();
		}
		assertThat(CallTokens.call(approved("call-1"), () -> DirectClients.whoami(client)))
			.isEqualTo(FINANCIAL + " called by call-1");
		CallTokens.call(approved("call-2"), () -> client.listTools());
		assertThat(CallTokens.call(approved("call-3"), () -> DirectClients.call(client, "whoamiAfterPing")))
			.contains("called by call-3");
		assertThat(DirectClients.whoami(client)).contains("called by agent");
		assertThat(server.seen).filteredOn((seen) -> seen.subject().startsWith("call-"))
			.extracting((seen) -> seen.verb() + " " + seen.subject())
			.containsExactly("POST call-1", "POST call-3");
		assertThat(server.subjects()).doesNotContain("no token").contains("agent");
		assertThat(lumoAuth.exchanges).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void usesTheOrdinaryTokenForAnotherServerAndAfterTheCall(Kind kind) {
		ProtectedMcpServer server = server(kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT);
		assertThat(CallTokens.call(tokensFor("urn:mcp:another", "call-1"), () -> DirectClients.whoami(client)))
			.contains("called by agent");
		CallTokens ended = approved("call-2");
		ended.end();
		assertThat(CallTokens.call(ended, () -> DirectClients.whoami(client))).contains("called by agent");
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void sendsNoOtherTokenInPlaceOfOneThatIsNotTaken(Kind kind) {
		ProtectedMcpServer server = server(kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT);
		DirectClients.whoami(client);
		String token = lumoAuth.approved(FINANCIAL, "call-1");
		lumoAuth.revoked.add(token);
		long messages = server.messages();
		Throwable failure = catchThrowable(
				() -> CallTokens.call(of(FINANCIAL, token), () -> DirectClients.whoami(client)));
		assertThat(failure).hasStackTraceContaining(LumoAuthDeniedException.class.getName())
			.hasStackTraceContaining("or for one call (401)");
		assertThat(server.messages()).isEqualTo(messages + 1);
		assertThat(lumoAuth.exchanges).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void neverUsesTheTokenOfOneCallForAnother(Kind kind) throws Exception {
		ProtectedMcpServer server = server(kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.USER);
		List<Callable<String>> calls = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			String call = "call-" + i;
			UserToken user = UserToken.of((i % 2 == 0) ? "alice" : "bob");
			calls.add(() -> call + ": "
					+ UserScope.call(user, () -> CallTokens.call(approved(call), () -> DirectClients.whoami(client))));
		}
		ExecutorService pool = Executors.newFixedThreadPool(8);
		List<Future<String>> answers = pool.invokeAll(calls, 60, TimeUnit.SECONDS);
		for (int i = 0; i < answers.size(); i++) {
			assertThat(answers.get(i).get()).isEqualTo("call-" + i + ": " + FINANCIAL + " called by call-" + i);
		}
		pool.shutdownNow();
		assertThat(server.seen).filteredOn((seen) -> seen.subject().startsWith("call-")).hasSize(200);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void asynchronousClientTakesItFromTheStream(Kind kind) {
		ProtectedMcpServer server = server(kind);
		McpAsyncClient client = DirectClients.asyncClient(this.tokens,
				DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT), kind, server.url());
		McpSchema.CallToolResult result = client.callTool(McpSchema.CallToolRequest.builder("whoami").build())
			.contextWrite(Context.of(CallContext.REACTOR_KEY, approved("call-1").in(CallContext.EMPTY)))
			.block(Duration.ofSeconds(60));
		assertThat(((McpSchema.TextContent) result.content().get(0)).text()).contains("called by call-1");
		client.closeGracefully().block(Duration.ofSeconds(60));
		assertThat(server.seen).filteredOn((seen) -> seen.subject().startsWith("call-")).hasSize(1);
	}

	private static CallTokens approved(String name) {
		return tokensFor(FINANCIAL, name);
	}

	private static CallTokens tokensFor(String audience, String name) {
		return of(audience, lumoAuth.approved(FINANCIAL, name));
	}

	private static CallTokens of(String audience, String token) {
		return CallTokens.of("agt_test", Set.of(audience),
				new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, token, null, null));
	}

	private ProtectedMcpServer server(Kind kind) {
		return SERVERS.computeIfAbsent(kind.protocol,
				(protocol) -> new ProtectedMcpServer(lumoAuth, FINANCIAL, protocol));
	}

	private McpSyncClient client(ProtectedMcpServer server, Kind kind, OnBehalfOf onBehalfOf) {
		McpSyncClient client = DirectClients.client(this.tokens,
				DirectClients.connection("financial", FINANCIAL, onBehalfOf), kind, server.url());
		this.clients.add(client);
		return client;
	}

}
