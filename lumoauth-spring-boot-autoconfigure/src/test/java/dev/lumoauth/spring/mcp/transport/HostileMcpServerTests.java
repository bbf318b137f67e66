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

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.spring.mcp.McpConnection;
import dev.lumoauth.spring.mcp.McpConnections;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.mcp.transport.DirectClients.Kind;
import dev.lumoauth.spring.token.LumoAuthTokens;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.customizer.McpSyncHttpClientRequestCustomizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.mcp.client.common.autoconfigure.NamedClientMcpTransport;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Servers, customizers and logs that would lead a token astray.
 */
class HostileMcpServerTests {

	private static final String FINANCIAL = "urn:mcp:financial-data";

	private final IssuingLumoAuth lumoAuth = new IssuingLumoAuth();

	private final LumoAuthTokens tokens = DirectClients.tokens(this.lumoAuth);

	@AfterEach
	void close() {
		this.lumoAuth.close();
	}

	@ParameterizedTest
	@CsvSource({ "JDK_STREAMABLE, 302", "JDK_STREAMABLE, 307", "JDK_SSE, 302", "JDK_SSE, 308",
			"WEB_CLIENT_STREAMABLE, 302", "WEB_CLIENT_STREAMABLE, 307" })
	void followsNoRedirect(Kind kind, int status) throws IOException {
		Queue<String> elsewhere = new ConcurrentLinkedQueue<>();
		HttpServer thief = server((path) -> {
			elsewhere.add(path);
			return null;
		}, 200);
		HttpServer server = server((path) -> "http://127.0.0.1:" + thief.getAddress().getPort() + "/mcp", status);
		try (McpSyncClient client = DirectClients.client(this.tokens,
				DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT), kind, url(server),
				Duration.ofSeconds(2), (spec) -> {
				})) {
			assertThat(catchThrowable(() -> DirectClients.whoami(client))).isNotNull();
		}
		finally {
			server.stop(0);
			thief.stop(0);
		}
		assertThat(elsewhere).isEmpty();
	}

	/**
	 * 401 and 403 in turn: each is answered once.
	 */
	@ParameterizedTest
	@EnumSource(names = { "JDK_STREAMABLE", "WEB_CLIENT_STREAMABLE" })
	void sendsAMessageAtMostThreeTimes(Kind kind) throws IOException {
		Queue<String> seen = new ConcurrentLinkedQueue<>();
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", (exchange) -> {
			seen.add(exchange.getRequestMethod());
			exchange.getResponseHeaders()
				.set("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"mcp:write\"");
			exchange.sendResponseHeaders((seen.size() % 2 == 1) ? 401 : 403, -1);
			exchange.close();
		});
		server.start();
		McpConnection connection = DirectClients
			.withStepUp(DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT, "mcp:read"), "mcp:write");
		try (McpSyncClient client = DirectClients.client(this.tokens, connection, kind, url(server))) {
			assertThat(catchThrowable(() -> DirectClients.whoami(client))).isNotNull();
		}
		finally {
			server.stop(0);
		}
		assertThat(seen).containsExactly("POST", "POST", "POST");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void noLogHasTheToken(CapturedOutput output) {
		List<String> loggers = List.of("io.modelcontextprotocol", "org.springframework", "reactor", "dev.lumoauth",
				"jdk.httpclient");
		LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
		Set<String> sent = new HashSet<>();
		try (ProtectedMcpServer server = new ProtectedMcpServer(this.lumoAuth, FINANCIAL, "STREAMABLE")) {
			// The server's application has set the levels before.
			loggers.forEach((logger) -> logging.setLogLevel(logger, LogLevel.TRACE));
			for (Kind kind : List.of(Kind.JDK_STREAMABLE, Kind.WEB_CLIENT_STREAMABLE)) {
				try (McpSyncClient client = DirectClients.client(this.tokens,
						DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT), kind, server.url())) {
					assertThat(DirectClients.whoami(client)).contains("called by agent");
					sent.add(this.tokens.exchange(FINANCIAL).getTokenValue());
					server.rejectsEverything = true;
					assertThat(catchThrowable(() -> DirectClients.whoami(client))).isNotNull();
					sent.add(this.tokens.exchange(FINANCIAL).getTokenValue());
					server.rejectsEverything = false;
				}
			}
		}
		finally {
			loggers.forEach((logger) -> logging.setLogLevel(logger, null));
		}
		assertThat(output).contains("Sending message");
		assertThat(sent).hasSizeGreaterThan(1)
			.allSatisfy(
					(token) -> assertThat(output.toString().contains(token)).as("the token is in the log").isFalse());
	}

	@ParameterizedTest
	@CsvSource({ "true", "false" })
	void anApplicationsCustomizerThatThrowsOrWaitsHoldsNobodyUp(boolean fails) throws Exception {
		CountDownLatch waits = new CountDownLatch(1);
		try (ProtectedMcpServer server = new ProtectedMcpServer(this.lumoAuth, FINANCIAL, "STREAMABLE")) {
			McpConnection connection = DirectClients.connection("financial", FINANCIAL, OnBehalfOf.AGENT);
			McpTransports transports = DirectClients.transports(this.tokens,
					McpConnections.of(Map.of(connection, URI.create(server.url()))), Duration.ofSeconds(20));
			McpSyncHttpClientRequestCustomizer customizer = (request, method, uri, body, context) -> {
				if (body != null && body.contains("tools/call")) {
					if (fails) {
						throw new IllegalStateException("the application's own");
					}
					await(waits);
				}
			};
			HttpClientStreamableHttpTransport.Builder builder = HttpClientStreamableHttpTransport.builder(server.url())
				.clientBuilder(HttpClient.newBuilder())
				.httpRequestCustomizer(customizer);
			transports.built("financial", builder);
			try (McpSyncClient client = McpClient
				.sync(transports.secure(List.of(new NamedClientMcpTransport("financial", builder.build())))
					.get(0)
					.transport())
				.requestTimeout(Duration.ofSeconds(20))
				.build()) {
				client.initialize();
				Thread other = new Thread(() -> catchThrowable(() -> DirectClients.whoami(client)));
				other.start();
				assertThat(client.listTools().tools()).isNotEmpty();
				waits.countDown();
				other.join(TimeUnit.SECONDS.toMillis(60));
				assertThat(other.isAlive()).isFalse();
				assertThat(server.runs).hasValue(fails ? 0 : 1);
			}
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static String url(HttpServer server) {
		return "http://127.0.0.1:" + server.getAddress().getPort();
	}

	private static HttpServer server(UnaryOperator<String> location, int status) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", (exchange) -> {
			String to = location.apply(exchange.getRequestURI().getPath());
			if (to != null) {
				exchange.getResponseHeaders().set("Location", to);
			}
			exchange.sendResponseHeaders(status, -1);
			exchange.close();
		});
		server.start();
		return server;
	}

}
