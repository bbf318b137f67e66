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

package dev.lumoauth.spring.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.test.analyst.AnalystApplication;
import dev.lumoauth.spring.test.analyst.Components;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.SmartLifecycle;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WithAgent} in an application that lists a connection to an MCP server.
 */
@SpringBootTest(classes = AnalystApplication.class,
		properties = "lumoauth.mcp.connections.financial.audience=urn:mcp:financial-data")
@WithAgent("orders:read")
@Execution(ExecutionMode.SAME_THREAD)
class McpServerTests {

	private static final AtomicInteger requests = new AtomicInteger();

	private static HttpServer server;

	@BeforeAll
	static void start() throws IOException {
		server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", (exchange) -> {
			requests.incrementAndGet();
			exchange.sendResponseHeaders(500, -1);
			exchange.close();
		});
		server.start();
	}

	@AfterAll
	static void stop() {
		server.stop(0);
	}

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry properties) {
		properties.add("spring.ai.mcp.client.streamable-http.connections.financial.url",
				() -> "http://localhost:" + server.getAddress().getPort());
	}

	@Test
	void nothingConnectsInTheBackground(@Autowired @Qualifier("lumoAuthMcpStart") SmartLifecycle start) {
		assertThat(start.isRunning()).isFalse();
	}

	@Test
	void theReadmesTestPasses(@Autowired Components.DocumentTools documents, @Autowired TestAgent agent) {
		assertThatExceptionOfType(CapabilityDeniedException.class)
			.isThrownBy(() -> documents.searchCompanyDocuments("Q3"));
		assertThat(agent).wasDenied("read:documents").exchangedNothing();
		assertThat(requests).hasValue(0);
	}

	@Test
	void theServersToolsAreLeftOut(@Autowired SyncMcpToolCallbackProvider tools, @Autowired TestAgent agent) {
		requests.set(0);
		assertThat(tools.getToolCallbacks()).isEmpty();
		assertThat(agent).exchangedNothing();
		assertThat(requests).hasValue(0);
	}

	@Nested
	@TestPropertySource(properties = "lumoauth.test.reach-mcp-servers=true")
	class Reached {

		@Test
		void byTheTestThatUsesIt(@Autowired SyncMcpToolCallbackProvider tools,
				@Autowired @Qualifier("lumoAuthMcpStart") SmartLifecycle start, @Autowired TestAgent agent) {
			assertThat(start.isRunning()).isFalse();
			assertThat(agent).exchangedNothing();
			assertThat(tools.getToolCallbacks()).isEmpty();
			assertThat(agent).exchangedFor("urn:mcp:financial-data");
			assertThat(requests).hasPositiveValue();
		}

	}

}
