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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.approval.client.ApprovalsClient;
import dev.lumoauth.spring.approval.escalation.JitEscalation;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.ResourceDeniedException;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.mcp.transport.DirectClients.Kind;
import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.token.LumoAuthTokens;
import io.modelcontextprotocol.client.McpSyncClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Calls of MCP tools that the server refuses for want of a permission, which LumoAuth
 * then grants or not.
 */
class EscalatedMcpCallTests {

	private static final String FINANCIAL = "urn:mcp:financial-data";

	private static final String DETAILS = "{\"type\":\"payment\",\"actions\":[\"initiate\"],\"locations\":[\""
			+ FINANCIAL + "\"]}";

	private static final Map<String, ProtectedMcpServer> SERVERS = new HashMap<>();

	private static IssuingLumoAuth lumoAuth;

	private final List<McpSyncClient> clients = new ArrayList<>();

	private LumoAuthTokens tokens;

	@BeforeAll
	static void startLumoAuth() {
		lumoAuth = new IssuingLumoAuth();
		lumoAuth.jitAudience = FINANCIAL;
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
		this.tokens = escalatingTokens(lumoAuth);
	}

	@AfterEach
	void close() {
		this.clients.forEach(McpSyncClient::closeGracefully);
	}

	/**
	 * LumoAuth is told in the background.
	 */
	private static void awaitOneCompletedTask() {
		long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (lumoAuth.completedTasks.get() == 0 && System.nanoTime() < end) {
			Thread.onSpinWait();
		}
		assertThat(lumoAuth.completedTasks).hasValue(1);
	}

	@ParameterizedTest
	@EnumSource
	void callsTheToolOnceMoreWithThePermission(Kind kind) {
		ProtectedMcpServer server = server(kind);
		McpSyncClient client = connected(server, kind);
		server.missingDetails = DETAILS;
		assertThat(DirectClients.whoami(client)).isEqualTo(FINANCIAL + " called by jit");
		server.missingDetails = "";
		assertThat(DirectClients.whoami(client)).contains("called by agent");
		assertThat(client.listTools().tools()).isNotEmpty();
		assertThat(server.seen).filteredOn((seen) -> seen.subject().equals("jit")).hasSize(1);
		assertThat(lumoAuth.jitRequests).singleElement()
			.asString()
			.contains("\"authorization_details\":" + DETAILS, "The server of '" + FINANCIAL + "' asks for");
		awaitOneCompletedTask();
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void asksForNothingForWhatIsNoCallOfATool(Kind kind) {
		ProtectedMcpServer server = server(kind);
		McpSyncClient client = connected(server, kind);
		server.missingDetails = DETAILS;
		assertDenied(catchThrowable(client::listTools));
		assertDenied(catchThrowable(client::ping));
		assertThat(lumoAuth.jitRequests).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void deniesTheCallWhereThePermissionIsDenied(Kind kind) {
		ProtectedMcpServer server = server(kind);
		McpSyncClient client = connected(server, kind);
		int runs = server.runs.get();
		server.missingDetails = DETAILS;
		lumoAuth.jitStatus = "denied";
		for (int i = 0; i < 3; i++) {
			assertDenied(catchThrowable(() -> DirectClients.whoami(client)));
		}
		assertThat(lumoAuth.jitRequests).hasSize(1);
		awaitOneCompletedTask();
		assertThat(server.runs).hasValue(runs);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void sendsTheCallNoThirdTime(Kind kind) {
		ProtectedMcpServer server = server(kind);
		McpSyncClient client = connected(server, kind);
		server.missingDetails = DETAILS;
		lumoAuth.jitScopes = "not enough";
		long requests = calls(server);
		assertDenied(catchThrowable(() -> DirectClients.whoami(client)));
		assertThat(calls(server)).isEqualTo(requests + 2);
		assertDenied(catchThrowable(() -> DirectClients.whoami(client)));
		assertThat(calls(server)).isEqualTo(requests + 3);
		assertThat(lumoAuth.jitRequests).hasSize(1);
	}

	/**
	 * The client opens its stream by a GET when it likes.
	 */
	private static long calls(ProtectedMcpServer server) {
		return server.seen.stream().filter((seen) -> seen.verb().equals("POST")).count();
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void asksForNoScopeThatIsNotConfigured(Kind kind) {
		ProtectedMcpServer server = server(kind);
		McpSyncClient client = connected(server, kind, "mcp:write");
		server.requiredScope = "mcp:write";
		assertThat(DirectClients.whoami(client)).contains("called by agent");
		assertThat(lumoAuth.jitRequests).isEmpty();
		server.requiredScope = "mcp:delete";
		lumoAuth.jitScopes = "mcp:delete";
		assertDenied(catchThrowable(() -> DirectClients.whoami(client)));
		assertThat(lumoAuth.jitRequests).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void asksForNothingThatATokenOfAnApprovalIsRejectedFor(Kind kind) {
		ProtectedMcpServer server = server(kind);
		McpSyncClient client = connected(server, kind);
		String token = lumoAuth.approved(FINANCIAL, "call-1");
		CallTokens call = CallTokens.of("agt_test", Set.of(FINANCIAL),
				new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, token, null, null));
		lumoAuth.revoked.add(token);
		assertThat(catchThrowable(() -> CallTokens.call(call, () -> DirectClients.whoami(client))))
			.hasStackTraceContaining(LumoAuthDeniedException.class.getName());
		assertThat(lumoAuth.jitRequests).isEmpty();
		lumoAuth.revoked.clear();
		server.missingDetails = DETAILS;
		assertThat(CallTokens.call(call, () -> DirectClients.whoami(client))).contains("called by jit");
	}

	private static void assertDenied(Throwable failure) {
		assertThat(failure).hasStackTraceContaining(ResourceDeniedException.class.getName());
	}

	private ProtectedMcpServer server(Kind kind) {
		return SERVERS.computeIfAbsent(kind.protocol,
				(protocol) -> new ProtectedMcpServer(lumoAuth, FINANCIAL, protocol));
	}

	private McpSyncClient connected(ProtectedMcpServer server, Kind kind, String... stepUp) {
		McpSyncClient client = DirectClients.client(this.tokens,
				DirectClients.withStepUp(DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT), stepUp),
				kind, server.url());
		this.clients.add(client);
		client.initialize();
		return client;
	}

	private static LumoAuthTokens escalatingTokens(IssuingLumoAuth lumoAuth) {
		return DirectClients.tokens(lumoAuth, (http) -> (tokens) -> new JitEscalation(new ApprovalsClient(http, tokens),
				Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofSeconds(5), Runnable::run, Clock.systemUTC()));
	}

}
