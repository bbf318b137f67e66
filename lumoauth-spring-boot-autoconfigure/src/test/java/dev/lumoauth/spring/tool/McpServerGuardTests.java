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

package dev.lumoauth.spring.tool;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.lumoauth.spring.RecordedObservations;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardListener;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.mcp.transport.GuardedMcpApplication;
import io.micrometer.observation.ObservationRegistry;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application's own MCP server, called by a real MCP client.
 */
class McpServerGuardTests {

	private static final FakeDecisions DECISIONS = new FakeDecisions();

	private static final RecordedObservations RECORDED = new RecordedObservations();

	/** By their protocols and types. */
	private static final Map<List<String>, ConfigurableApplicationContext> SERVERS = new HashMap<>();

	private ConfigurableApplicationContext server;

	/** As listeners are told of them. */
	private static final List<String> REFUSALS = new CopyOnWriteArrayList<>();

	@BeforeEach
	void reset() {
		DECISIONS.reset();
		RECORDED.clear();
		REFUSALS.clear();
		GuardedTools.RUNS.set(0);
	}

	@AfterAll
	static void stop() {
		SERVERS.values().forEach(ConfigurableApplicationContext::close);
		SERVERS.clear();
	}

	@ParameterizedTest(name = "{0}, {1}: {2}")
	@CsvSource({ "STREAMABLE, SYNC, mcpTool, MCP_SERVER", "STREAMABLE, SYNC, callbackBean, TOOL_BEAN",
			"STREAMABLE, SYNC, functionCallbackBean, TOOL_BEAN", "STREAMABLE, SYNC, providedTool, TOOL_BEAN",
			"STREAMABLE, SYNC, providedMethodTool, TOOL_BEAN", "STREAMABLE, SYNC, singleMethodTool, TOOL_BEAN",
			"STREAMABLE, SYNC, functionBean, FUNCTION_BEAN", "STATELESS, SYNC, mcpTool, MCP_SERVER",
			"STATELESS, SYNC, callbackBean, TOOL_BEAN", "STREAMABLE, ASYNC, reactiveMcpTool, MCP_SERVER",
			"STATELESS, ASYNC, reactiveMcpTool, MCP_SERVER" })
	void refusesWithoutTheCapabilityAndRunsWithIt(String protocol, String type, String tool, GuardLayer layer) {
		try (McpSyncClient client = client(protocol, type)) {
			assertThat(client.listTools().tools()).extracting(McpSchema.Tool::name).contains(tool);
			assertThat(call(client, tool)).isEqualTo("Error: agent lacks 'read:documents' capability.");
			DECISIONS.unavailable();
			assertThat(call(client, tool)).isEqualTo("Error: authorization is unavailable; try again later.");
			assertThat(GuardedTools.RUNS).hasValue(0);
			DECISIONS.reset();
			DECISIONS.grant("read:documents");
			assertThat(call(client, tool)).contains("secret");
			assertThat(GuardedTools.RUNS).hasValue(1);
			assertThat(RECORDED.of("lumoauth.tool")).containsExactly("deny " + tool + " !CapabilityDeniedException",
					"unavailable " + tool + " !LumoAuthUnavailableException", "allow " + tool);
			assertThat(this.server.getBean(GuardRuntime.class).register().all())
				.anyMatch((guarded) -> guarded.layer() == layer && guarded.name().equals(tool));
			assertThat(REFUSALS).containsExactly("deny " + tool, "unavailable " + tool);
		}
	}

	private McpSyncClient client(String protocol, String type) {
		this.server = SERVERS.computeIfAbsent(List.of(protocol, type), (key) -> start(protocol, type));
		String port = this.server.getEnvironment().getRequiredProperty("local.server.port");
		McpSyncClient client = McpClient
			.sync(HttpClientStreamableHttpTransport.builder("http://localhost:" + port).build())
			.requestTimeout(Duration.ofMinutes(1))
			.build();
		client.initialize();
		return client;
	}

	private static ConfigurableApplicationContext start(String protocol, String type) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.run("--server.port=0", "--server.address=127.0.0.1", "--server.shutdown=immediate",
					"--spring.ai.mcp.server.protocol=" + protocol, "--spring.ai.mcp.server.type=" + type,
					"--spring.ai.openai.api-key=none", "--spring.main.banner-mode=off");
	}

	private static String call(McpSyncClient client, String tool) {
		McpSchema.CallToolResult result = client.callTool(McpSchema.CallToolRequest.builder(tool)
			.arguments(tool.contains("Method") ? Map.of() : Map.of("text", "x"))
			.build());
		assertThat(result.content()).hasSize(1);
		return ((McpSchema.TextContent) result.content().get(0)).text();
	}

	@Configuration(proxyBeanMethods = false)
	@GuardedMcpApplication
	@Import({ GuardedTools.Beans.class, LumoAuthMethodSecurityAutoConfiguration.class,
			LumoAuthToolAutoConfiguration.class })
	static class Application {

		@Bean
		CapabilityDecisions decisions() {
			return DECISIONS;
		}

		@Bean
		GuardListener refusals() {
			return (outcome) -> REFUSALS.add(outcome.decision().code() + " " + outcome.tool());
		}

		@Bean
		ObservationRegistry observationRegistry() {
			return RECORDED.registry();
		}

		@Bean
		McpTools mcpTools() {
			return new McpTools();
		}

		@Bean
		ReactiveMcpTools reactiveMcpTools() {
			return new ReactiveMcpTools();
		}

	}

	public static class McpTools {

		private final GuardedTools.Store store = new GuardedTools.Store();

		@McpTool
		@RequiresCapability("read:documents")
		public String mcpTool(String text) {
			return this.store.read();
		}

	}

	public static class ReactiveMcpTools {

		private final GuardedTools.Store store = new GuardedTools.Store();

		@McpTool
		@RequiresCapability("read:documents")
		public Mono<String> reactiveMcpTool(String text) {
			return Mono.fromCallable(this.store::read);
		}

	}

}
