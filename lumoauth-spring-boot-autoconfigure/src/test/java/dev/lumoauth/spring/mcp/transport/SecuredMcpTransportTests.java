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
import java.nio.channels.NotYetConnectedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.ResourceDeniedException;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.RefusalText;
import dev.lumoauth.spring.mcp.transport.DirectClients.Kind;
import dev.lumoauth.spring.mcp.ConnectedTools;
import dev.lumoauth.spring.mcp.McpConnection;
import dev.lumoauth.spring.mcp.McpConnectionAddress;
import dev.lumoauth.spring.mcp.McpConnections;
import dev.lumoauth.spring.mcp.McpServerUnavailableException;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.mcp.UnlistedTools;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.Revocation.Effect;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenTarget;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.mcp.client.common.autoconfigure.NamedClientMcpTransport;
import org.springframework.ai.mcp.client.webflux.transport.WebFluxSseClientTransport;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * The MCP SDK's own client over secured transports, against real MCP servers that each
 * take the token for their own audience only.
 */
class SecuredMcpTransportTests {

	private static final String FINANCIAL = "urn:mcp:financial-data";

	private static final int TIMES = Integer.getInteger("tests.times", 1);

	private static final Map<String, ProtectedMcpServer> SERVERS = new HashMap<>();

	private static IssuingLumoAuth lumoAuth;

	private final List<McpSyncClient> clients = new ArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

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
		this.threads.shutdownNow();
	}

	@ParameterizedTest
	@EnumSource
	void putsTheTokenOnEachRequest(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT);
		assertThat(DirectClients.whoami(client)).isEqualTo(FINANCIAL + " called by agent");
		assertThat(client.listTools().tools()).hasSize(2);
		client.closeGracefully();
		assertThat(server.subjects()).containsExactly("agent");
		assertThat(lumoAuth.exchanges).hasSize(1);
	}

	@Test
	@SuppressWarnings("removal")
	void refusesSseOverAWebClient() {
		McpConnection connection = DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT);
		McpTransports transports = DirectClients.transports(this.tokens,
				McpConnections.of(Map.of(connection, URI.create("http://127.0.0.1:1"))), Duration.ofMinutes(1));
		NamedClientMcpTransport transport = new NamedClientMcpTransport("financial",
				WebFluxSseClientTransport.builder(WebClient.builder().baseUrl("http://127.0.0.1:1")).build());
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> transports.secure(List.of(transport)))
			.withMessageContaining("with SSE over a WebClient");
	}

	@ParameterizedTest
	@EnumSource
	void connectsWhenFirstUsedAndUsesARestartedServerAgain(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, Duration.ofSeconds(5));
		server.stop();
		assertThat(catchThrowable(() -> DirectClients.whoami(client))).isNotNull();
		server.start();
		assertThat(DirectClients.whoami(client)).contains("called by agent");
		server.stop();
		server.start();
		assertThat(DirectClients.whoami(client)).contains("called by agent");
		assertThat(server.subjects()).containsExactly("agent");
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void connectsAnewAfterAConnectionThatWasCutWhileItWasOpened(Kind kind) throws Exception {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		try (CuttingProxy proxy = new CuttingProxy(server.port())) {
			McpSyncClient client = DirectClients.client(this.tokens,
					DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT), kind, proxy.url(),
					Duration.ofSeconds(5), (spec) -> {
					});
			this.clients.add(client);
			proxy.cut = true;
			assertThat(catchThrowable(() -> DirectClients.whoami(client))).isNotNull();
			proxy.cut = false;
			assertThat(DirectClients.whoami(client)).contains("called by agent");
			assertThat(server.runs).hasValue(1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "JDK_STREAMABLE, false", "JDK_STREAMABLE, true", "WEB_CLIENT_STREAMABLE, false",
			"WEB_CLIENT_STREAMABLE, true" })
	@ExtendWith(OutputCaptureExtension.class)
	void holdsNoSocketOfACallForWhoseAnswerNobodyWaitsAnyLonger(Kind kind, boolean begins, CapturedOutput output)
			throws Exception {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		try (CuttingProxy proxy = new CuttingProxy(server.port())) {
			McpConnection connection = DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT);
			McpSyncClient client = DirectClients.client(this.tokens, connection, kind, proxy.url(),
					Duration.ofSeconds(20), (spec) -> spec.requestTimeout(Duration.ofSeconds(2)));
			this.clients.add(client);
			ToolCallback tool = ConnectedTools.of(new McpConnectionAddress(connection, URI.create(proxy.url())),
					SyncMcpToolCallback.builder()
						.mcpClient(client)
						.tool(McpSchema.Tool.builder("whoami", Map.of("type", "object")).build())
						.build());
			awaitAnswer(tool);
			proxy.hung = begins ? "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: is at work\n\n" : "";
			List<Callable<Throwable>> calls = Collections.nCopies(5, () -> catchThrowable(() -> tool.call("{}")));
			for (Future<Throwable> failure : this.threads.invokeAll(calls)) {
				assertThat(failure.get()).hasCauseInstanceOf(McpServerUnavailableException.class);
			}
			// The server would close them after a minute.
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> proxy.hanging() == 0);
			proxy.hung = null;
			awaitAnswer(tool);
			assertThat(output).doesNotContain("\tat ");
		}
	}

	private static void awaitAnswer(ToolCallback tool) {
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.ignoreExceptions()
			.until(() -> tool.call("{}").contains("called by agent"));
	}

	@ParameterizedTest
	@EnumSource
	void replacesARevokedTokenAndSendsTheRequestAgain(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT);
		DirectClients.whoami(client);
		lumoAuth.revoked.add(mcpToken());
		assertThat(DirectClients.whoami(client)).contains("called by agent");
		assertThat(lumoAuth.exchanges).hasSize(2);
		assertThat(server.runs).hasValue(2);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void asksOnceMoreWhereNoTokenIsAccepted(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT);
		DirectClients.whoami(client);
		server.rejectsEverything = true;
		for (int i = 0; i < 5; i++) {
			LumoAuthDeniedException denied = cause(LumoAuthDeniedException.class,
					catchThrowable(() -> DirectClients.whoami(client)));
			assertThat(denied).hasMessageContaining("lumoauth.mcp.connections.financial.audience");
			assertThat(denied.getErrorCode()).isEqualTo("invalid_token");
		}
		assertThat(lumoAuth.exchanges).hasSize(2);
		server.rejectsEverything = false;
		assertThat(DirectClients.whoami(client)).contains("called by agent");
	}

	@ParameterizedTest
	@EnumSource
	void asksForAScopeThatTheServerAsksForAndMayAskFor(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT, "mcp:read", "mcp:write", "mcp:delete");
		DirectClients.whoami(client);
		server.requiredScope = "mcp:write";
		assertThat(DirectClients.whoami(client)).contains("called by agent");
		assertThat(lumoAuth.exchanges).hasSize(2);
		assertThat(scopes(1)).containsExactlyInAnyOrder("mcp:read", "mcp:write");
		long messages = server.messages();
		DirectClients.whoami(client);
		assertThat(server.messages()).isEqualTo(messages + 1);
		assertThat(lumoAuth.exchanges).hasSize(2);
		server.requiredScope = "mcp:delete mcp:read";
		assertThat(DirectClients.whoami(client)).contains("called by agent");
		assertThat(scopes(2)).containsExactlyInAnyOrder("mcp:read", "mcp:write", "mcp:delete");
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void asksForNoScopeThatOnlyTheServerNames(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT, "mcp:read");
		DirectClients.whoami(client);
		server.requiredScope = "delete:all admin:everything";
		for (int i = 0; i < 3; i++) {
			ResourceDeniedException denied = cause(ResourceDeniedException.class,
					catchThrowable(() -> DirectClients.whoami(client)));
			assertThat(denied).hasMessageContaining("'delete:all admin:everything'")
				.hasMessageContaining("lumoauth.mcp.connections.financial.step-up-scopes");
			assertThat(RefusalText.of(denied)).isEqualTo("Error: the tool is not permitted.");
		}
		assertThat(lumoAuth.exchanges).hasSize(1);
		server.requiredScope = "";
		DirectClients.whoami(client);
		assertThat(server.seen).extracting(ProtectedMcpServer.Seen::scopes).containsOnly("mcp:read");
	}

	/**
	 * What LumoAuth grants by itself is no reason to ask for more.
	 */
	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void asksForNoScopeWhereNoneIsConfigured(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT);
		DirectClients.whoami(client);
		server.requiredScope = "mcp:write";
		cause(ResourceDeniedException.class, catchThrowable(() -> DirectClients.whoami(client)));
		assertThat(lumoAuth.exchanges).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void asksOnceForThePartThatTheServerMayAskFor(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT, "mcp:read", "mcp:write");
		DirectClients.whoami(client);
		server.requiredScope = "mcp:write delete:all";
		for (int i = 0; i < 3; i++) {
			ResourceDeniedException denied = cause(ResourceDeniedException.class,
					catchThrowable(() -> DirectClients.whoami(client)));
			assertThat(denied).hasMessageContaining("'delete:all'").hasMessageNotContaining("mcp:write");
		}
		assertThat(lumoAuth.exchanges).hasSize(2);
		assertThat(scopes(1)).containsExactlyInAnyOrder("mcp:read", "mcp:write");
		server.requiredScope = "mcp:write";
		assertThat(DirectClients.whoami(client)).contains("called by agent");
		assertThat(lumoAuth.exchanges).hasSize(2);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void asksOnceWhereTheServerIsNeverContent(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT, "mcp:read", "mcp:write");
		DirectClients.whoami(client);
		server.isNeverContent = true;
		server.requiredScope = "mcp:write";
		long messages = server.messages();
		for (int i = 0; i < 3; i++) {
			cause(ResourceDeniedException.class, catchThrowable(() -> DirectClients.whoami(client)));
		}
		assertThat(lumoAuth.exchanges).hasSize(2);
		assertThat(server.messages()).isEqualTo(messages + 4);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void asksForMoreForTheUserAloneWhoseTokenWasNotEnough(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.USER, "mcp:read", "mcp:write");
		UserScope.call(UserToken.of("alice"), () -> DirectClients.whoami(client));
		UserScope.call(UserToken.of("bob"), () -> DirectClients.whoami(client));
		server.requiredScope = "mcp:write";
		UserScope.call(UserToken.of("alice"), () -> DirectClients.whoami(client));
		server.requiredScope = "";
		server.seen.clear();
		UserScope.call(UserToken.of("bob"), () -> DirectClients.whoami(client));
		UserScope.call(UserToken.of("carol"), () -> DirectClients.whoami(client));
		UserScope.call(UserToken.of("alice"), () -> DirectClients.whoami(client));
		assertThat(server.seen).isNotEmpty()
			.allSatisfy((seen) -> assertThat(seen.scopes().split(" "))
				.containsExactlyInAnyOrder(seen.subject().equals("alice") ? new String[] { "mcp:read", "mcp:write" }
						: new String[] { "mcp:read" }));
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void saysWhichScopeLumoAuthDoesNotGrant(Kind kind) {
		lumoAuth.ungranted.add("mcp:write");
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT, "mcp:read", "mcp:write");
		DirectClients.whoami(client);
		server.requiredScope = "mcp:write mcp:read delete:all";
		for (int i = 0; i < 3; i++) {
			CapabilityDeniedException denied = cause(CapabilityDeniedException.class,
					catchThrowable(() -> DirectClients.whoami(client)));
			assertThat(denied).hasMessage("agent lacks 'mcp:write' capability.");
		}
		assertThat(lumoAuth.exchanges).hasSize(2);
		assertThat(server.runs).hasValue(1);
	}

	/**
	 * The words of the application's own properties may be used, though no token is asked
	 * for with them.
	 */
	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void saysWhichCapabilityOfTheConnectionTheTokenLacks(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpConnection connection = new McpConnection("financial", FINANCIAL, null, Set.of(),
				CapabilityRequirement.of("mcp:financial"), Map.of("whoami", CapabilityRequirement.of("mcp:who")),
				OnBehalfOf.AGENT, false, UnlistedTools.ALLOW, Set.of());
		McpSyncClient client = DirectClients.client(this.tokens, connection, kind, server.url());
		this.clients.add(client);
		DirectClients.whoami(client);
		server.requiredScope = "mcp:who delete:all";
		assertThat(cause(CapabilityDeniedException.class, catchThrowable(() -> DirectClients.whoami(client))))
			.hasMessage("agent lacks 'mcp:who' capability.");
		assertThat(lumoAuth.exchanges).hasSize(1);
	}

	private McpSyncClient client(ProtectedMcpServer server, Kind kind, OnBehalfOf onBehalfOf, String scope,
			String... stepUp) {
		McpSyncClient client = DirectClients.client(this.tokens,
				DirectClients.withStepUp(DirectClients.connection("financial", FINANCIAL, onBehalfOf, scope), stepUp),
				kind, server.url());
		this.clients.add(client);
		return client;
	}

	private static String[] scopes(int exchange) {
		return lumoAuth.exchanges.get(exchange).get("scope").split(" ");
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void failsForAnyOther403(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT);
		DirectClients.whoami(client);
		server.forbidsEverything = true;
		ResourceDeniedException denied = cause(ResourceDeniedException.class,
				catchThrowable(() -> DirectClients.whoami(client)));
		assertThat(RefusalText.of(denied)).isEqualTo("Error: the tool is not permitted.");
		assertThat(lumoAuth.exchanges).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void failsWithTheRateLimit(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.AGENT);
		lumoAuth.exchangeStatus = 429;
		cause(LumoAuthRateLimitedException.class, catchThrowable(() -> DirectClients.whoami(client)));
		assertThat(server.seen).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void survivesAnExchangeThatTakesLongerThanTheRequest(Kind kind) throws Exception {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, Duration.ofMillis(500));
		lumoAuth.hold = new CountDownLatch(1);
		assertThat(catchThrowable(() -> DirectClients.whoami(client)))
			.hasRootCauseInstanceOf(java.util.concurrent.TimeoutException.class);
		lumoAuth.hold.countDown();
		this.tokens.exchange(new TokenTarget(FINANCIAL, null, Set.of()), null);
		assertThat(DirectClients.whoami(client)).contains("called by agent");
		assertThat(lumoAuth.exchanges).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void neverMixesTheTokensOfTwoConnections(Kind kind) throws Exception {
		ProtectedMcpServer financial = server(FINANCIAL, kind);
		ProtectedMcpServer reports = server("urn:mcp:reports", kind);
		for (int round = 0; round < 25 * TIMES; round++) {
			LumoAuthTokens cold = DirectClients.tokens(lumoAuth);
			CyclicBarrier barrier = new CyclicBarrier(2);
			Future<String> first = call(barrier, cold, "financial", financial, kind);
			Future<String> second = call(barrier, cold, "reports", reports, kind);
			assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo("urn:mcp:financial-data called by agent");
			assertThat(second.get(60, TimeUnit.SECONDS)).isEqualTo("urn:mcp:reports called by agent");
		}
		assertThat(financial.subjects()).containsExactly("agent");
		assertThat(reports.subjects()).containsExactly("agent");
	}

	private Future<String> call(CyclicBarrier barrier, LumoAuthTokens tokens, String name, ProtectedMcpServer server,
			Kind kind) {
		return this.threads.submit(() -> {
			barrier.await(60, TimeUnit.SECONDS);
			try {
				return connected(tokens, name, server, kind);
			}
			catch (RuntimeException ex) {
				// Of Netty, now and then on a busy machine.
				assertThat(ex).hasRootCauseInstanceOf(NotYetConnectedException.class);
				return connected(tokens, name, server, kind);
			}
		});
	}

	private static String connected(LumoAuthTokens tokens, String name, ProtectedMcpServer server, Kind kind) {
		try (McpSyncClient client = DirectClients.client(tokens,
				DirectClients.connection(name, server.audience(), OnBehalfOf.AGENT), kind, server.url())) {
			return DirectClients.whoami(client);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void endsTheSessionsOfAUserWhoseTokensWereRevoked(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpConnection connection = DirectClients.connection("financial", FINANCIAL, OnBehalfOf.USER);
		McpTransports transports = DirectClients.transports(this.tokens,
				McpConnections.of(Map.of(connection, URI.create(server.url()))), Duration.ofMinutes(1));
		McpSyncClient client = DirectClients.client(transports, connection, kind, server.url());
		this.clients.add(client);
		this.tokens.knownAs("agt_test");
		UserToken alice = UserToken.of(IssuingLumoAuth.userToken("alice"));
		UserToken bob = UserToken.of(IssuingLumoAuth.userToken("bob"));
		for (UserToken user : List.of(alice, bob)) {
			UserScope.call(user, () -> DirectClients.whoami(client));
		}
		assertThat(sessions(server, "alice")).isOne();
		transports.revoked(new Revocation(Effect.DECISIONS, Set.of("alice")));
		transports.revoked(new Revocation(Effect.TOKENS, Set.of("carol")));
		UserScope.call(alice, () -> DirectClients.whoami(client));
		assertThat(sessions(server, "alice")).as("nothing was taken from her").isOne();
		transports.revoked(new Revocation(Effect.TOKENS, Set.of("Alice")));
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> server.seen.stream().anyMatch((seen) -> seen.verb().equals("DELETE")));
		for (UserToken user : List.of(alice, bob)) {
			UserScope.call(user, () -> DirectClients.whoami(client));
		}
		assertThat(sessions(server, "alice")).isEqualTo(2);
		assertThat(sessions(server, "bob")).isOne();
		transports.revoked(new Revocation(Effect.DISABLED, Set.of("agt_test")));
		UserScope.call(bob, () -> DirectClients.whoami(client));
		assertThat(sessions(server, "bob")).as("the agent's are all").isEqualTo(2);
	}

	private static long sessions(ProtectedMcpServer server, String subject) {
		return server.seen.stream()
			.filter((seen) -> seen.session() != null && seen.subject().equals(subject))
			.map(ProtectedMcpServer.Seen::session)
			.distinct()
			.count();
	}

	@ParameterizedTest
	@EnumSource
	void neverUsesOneUsersTokenForAnother(Kind kind) throws Exception {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.USER);
		UserScope.call(UserToken.of("alice"), () -> DirectClients.whoami(client));
		UserScope.call(UserToken.of("bob"), () -> DirectClients.whoami(client));
		List<Callable<String>> calls = new ArrayList<>();
		for (int i = 0; i < 200 * TIMES; i++) {
			String user = (i % 2 == 0) ? "alice" : "bob";
			calls.add(() -> user + ": " + UserScope.call(UserToken.of(user), () -> DirectClients.whoami(client)));
		}
		ExecutorService pool = Executors.newFixedThreadPool(8);
		Map<String, Integer> answers = new HashMap<>();
		for (Future<String> answer : pool.invokeAll(calls, 120, TimeUnit.SECONDS)) {
			answers.merge(answer.get(), 1, Integer::sum);
		}
		pool.shutdownNow();
		assertThat(answers).containsExactlyInAnyOrderEntriesOf(Map.of("alice: urn:mcp:financial-data called by alice",
				100 * TIMES, "bob: urn:mcp:financial-data called by bob", 100 * TIMES));
		assertThat(server.subjects()).containsExactlyInAnyOrder("alice", "bob");
		assertThat(lumoAuth.exchanges).hasSize(2)
			.allSatisfy((form) -> assertThat(form.get("actor_token")).startsWith("agent-"));
		// One session is never used with two tokens.
		Map<String, String> owners = new HashMap<>();
		server.seen.forEach((seen) -> {
			if (seen.session() != null) {
				assertThat(owners.merge(seen.session(), seen.subject(), (one, other) -> one)).isEqualTo(seen.subject());
			}
		});
	}

	/**
	 * The client answers a server's request on its own, without knowing for whom it was.
	 */
	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void answersAServersRequestInTheSessionThatItCameFrom(Kind kind) throws Exception {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.USER);
		List<Callable<String>> calls = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			String user = (i % 2 == 0) ? "alice" : "bob";
			calls.add(() -> user + ": "
					+ UserScope.call(UserToken.of(user), () -> DirectClients.call(client, "whoamiAfterPing")));
		}
		ExecutorService pool = Executors.newFixedThreadPool(4);
		for (Future<String> answer : pool.invokeAll(calls, 60, TimeUnit.SECONDS)) {
			assertThat(answer.get()).isIn("alice: urn:mcp:financial-data called by alice",
					"bob: urn:mcp:financial-data called by bob");
		}
		pool.shutdownNow();
		assertThat(server.subjects()).containsExactlyInAnyOrder("alice", "bob");
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void readsAChangedListForTheUserOfTheSessionThatListens(Kind kind) throws Exception {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		BlockingQueue<List<McpSchema.Tool>> changes = new LinkedBlockingQueue<>();
		McpSyncClient client = DirectClients.client(this.tokens,
				DirectClients.connection("financial", server.audience(), OnBehalfOf.USER), kind, server.url(),
				Duration.ofMinutes(1), (spec) -> spec.toolsChangeConsumer(changes::add));
		this.clients.add(client);
		UserScope.call(UserToken.of("alice"), () -> DirectClients.whoami(client));
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> server.seen.stream().anyMatch((seen) -> seen.verb().equals("GET")));
		UserScope.call(UserToken.of("bob"), () -> DirectClients.whoami(client));
		server.seen.clear();
		server.changeTools();
		assertThat(changes.poll(60, TimeUnit.SECONDS)).isNotEmpty();
		assertThat(server.subjects()).containsExactly("alice");
	}

	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void asksForTokensOnThreadsThatMayBlock(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		Set<String> askedOn = ConcurrentHashMap.newKeySet();
		LumoAuthTokens watched = mock(LumoAuthTokens.class, delegatesTo(this.tokens));
		given(watched.exchange(any(TokenTarget.class), any())).willAnswer((call) -> {
			askedOn.add(Thread.currentThread().getName());
			return this.tokens.exchange(call.<TokenTarget>getArgument(0), null);
		});
		McpSyncClient client = DirectClients.client(watched,
				DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT), kind, server.url());
		this.clients.add(client);
		DirectClients.whoami(client);
		lumoAuth.revoked.add(mcpToken());
		DirectClients.whoami(client);
		assertThat(askedOn).isNotEmpty().allMatch((thread) -> thread.startsWith("boundedElastic-"));
	}

	@ParameterizedTest
	@EnumSource
	void sendsNothingWithoutAUser(Kind kind) {
		ProtectedMcpServer server = server(FINANCIAL, kind);
		McpSyncClient client = client(server, kind, OnBehalfOf.USER);
		cause(UserRequiredException.class, catchThrowable(() -> DirectClients.whoami(client)));
		assertThat(server.seen).isEmpty();
		assertThat(lumoAuth.exchanges).isEmpty();
		UserScope.call(UserToken.of("alice"), () -> DirectClients.whoami(client));
		cause(UserRequiredException.class, catchThrowable(() -> DirectClients.whoami(client)));
		assertThat(server.subjects()).containsExactly("alice");
	}

	private ProtectedMcpServer server(String audience, Kind kind) {
		return SERVERS.computeIfAbsent(audience + kind.protocol,
				(key) -> new ProtectedMcpServer(lumoAuth, audience, kind.protocol));
	}

	private McpSyncClient client(ProtectedMcpServer server, Kind kind, OnBehalfOf onBehalfOf) {
		McpSyncClient client = DirectClients.client(this.tokens,
				DirectClients.connection("financial", server.audience(), onBehalfOf), kind, server.url());
		this.clients.add(client);
		return client;
	}

	private McpSyncClient client(ProtectedMcpServer server, Kind kind, Duration timeout) {
		McpSyncClient client = DirectClients.client(this.tokens,
				DirectClients.connection("financial", server.audience(), OnBehalfOf.AGENT), kind, server.url(), timeout,
				(spec) -> {
				});
		this.clients.add(client);
		return client;
	}

	private String mcpToken() {
		return this.tokens.exchange(FINANCIAL).getTokenValue();
	}

	private static <T extends Throwable> T cause(Class<T> type, Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return type.cast(cause);
			}
		}
		throw new AssertionError("Not because of a " + type.getSimpleName(), failure);
	}

}
