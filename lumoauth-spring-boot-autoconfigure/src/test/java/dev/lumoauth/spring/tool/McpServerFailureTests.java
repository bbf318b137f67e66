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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ResourceDeniedException;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.RefusalText;
import dev.lumoauth.spring.mcp.transport.GuardedMcpApplication;
import dev.lumoauth.spring.user.UserRequiredException;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * What who calls the application's own MCP server reads when a tool fails because of
 * LumoAuth: never the exceptions' own texts, which name addresses and client ids.
 */
class McpServerFailureTests {

	private static final String FOR_PEOPLE = "LumoAuth at https://lumo.internal:9000 refused client agt_secret";

	private static final String UNAVAILABLE = "Error: authorization is unavailable; try again later.";

	private static final Map<String, Supplier<Exception>> FAILURES = new LinkedHashMap<>();

	private static final Map<String, String> WORDS = new LinkedHashMap<>();

	static {
		failure("denied", UNAVAILABLE, () -> new LumoAuthDeniedException(FOR_PEOPLE, "invalid_grant", null));
		failure("authentication", UNAVAILABLE, () -> new LumoAuthAuthenticationException(FOR_PEOPLE, null));
		failure("unavailable", UNAVAILABLE,
				() -> new LumoAuthUnavailableException(FOR_PEOPLE, new IllegalStateException(FOR_PEOPLE)));
		failure("rateLimited", UNAVAILABLE, () -> new LumoAuthRateLimitedException(FOR_PEOPLE, Duration.ZERO, null));
		failure("budget", UNAVAILABLE, () -> new LumoAuthBudgetExceededException(FOR_PEOPLE, null));
		failure("protocol", UNAVAILABLE, () -> new LumoAuthProtocolException(FOR_PEOPLE, null));
		failure("resource", "Error: the tool is not permitted.", () -> new ResourceDeniedException(FOR_PEOPLE));
		failure("capability", "Error: agent lacks 'a:b' capability.",
				() -> new CapabilityDeniedException(List.of("a:b")));
		failure("user", RefusalText.NO_USER, () -> new UserRequiredException(FOR_PEOPLE, null));
		failure("inRuntimeException", UNAVAILABLE, () -> new IllegalStateException(FOR_PEOPLE, denied()));
		failure("inCheckedException", UNAVAILABLE, () -> new Exception(FOR_PEOPLE, denied()));
		failure("inCompletion", UNAVAILABLE, () -> new CompletionException(new IllegalStateException(denied())));
		failure("inToolExecution", UNAVAILABLE,
				() -> new ToolExecutionException(ToolDefinition.builder().name("x").inputSchema("{}").build(),
						denied()));
		failure("inMcpError", UNAVAILABLE, () -> {
			McpError error = McpError.builder(McpSchema.ErrorCodes.INTERNAL_ERROR).message(FOR_PEOPLE).build();
			error.initCause(denied());
			return error;
		});
		failure("own", "The figures are not there", () -> new IllegalStateException("The figures are not there"));
		failure("ownWithCause", "The figures are not there",
				() -> new IllegalStateException("The figures are not there", new IllegalArgumentException("No file")));
	}

	private static void failure(String kind, String words, Supplier<Exception> failure) {
		FAILURES.put(kind, failure);
		WORDS.put(kind, words);
	}

	private static LumoAuthDeniedException denied() {
		return new LumoAuthDeniedException(FOR_PEOPLE, "invalid_grant", null);
	}

	@ParameterizedTest(name = "{0}, {1}")
	@CsvSource({ "STREAMABLE, SYNC", "STATELESS, SYNC", "STREAMABLE, ASYNC", "STATELESS, ASYNC" })
	void aFailureBecauseOfLumoAuthIsPutIntoWords(String protocol, String type) {
		try (ConfigurableApplicationContext server = start(protocol, type); McpSyncClient client = client(server)) {
			SoftAssertions softly = new SoftAssertions();
			List<String> tools = client.listTools().tools().stream().map(McpSchema.Tool::name).toList();
			softly.assertThat(tools)
				.contains("method", "callback", "prompted", "byHand")
				.contains(type.equals("SYNC") ? new String[] { "mcpTool", "mcpToolResult", "guarded" } : new String[] {
						"mono", "flux", "publisher", "monoResult", "voidMono", "throwing", "guardedMono" });
			for (String tool : tools) {
				FAILURES.keySet().forEach((kind) -> {
					String text = call(client, tool, kind);
					String words = WORDS.get(kind);
					if (kind.startsWith("own")) {
						softly.assertThat(text).as(tool + " " + kind).contains(words);
					}
					else {
						softly.assertThat(text).as(tool + " " + kind).isEqualTo(words);
					}
				});
				softly.assertThat(call(client, tool, "none")).as(tool).contains("one");
			}
			softly.assertAll();
		}
	}

	private static String call(McpSyncClient client, String tool, String kind) {
		try {
			McpSchema.CallToolResult result = client
				.callTool(McpSchema.CallToolRequest.builder(tool).arguments(Map.of("kind", kind)).build());
			return ((McpSchema.TextContent) result.content().get(0)).text();
		}
		catch (RuntimeException ex) {
			return "thrown: " + ex.getMessage();
		}
	}

	private static ConfigurableApplicationContext start(String protocol, String type) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.run("--server.port=0", "--server.address=127.0.0.1", "--server.shutdown=immediate",
					// Else a connection ends after 100 requests, now and then just before
					// the next.
					"--server.tomcat.max-keep-alive-requests=-1", "--spring.ai.mcp.server.protocol=" + protocol,
					"--spring.ai.mcp.server.type=" + type, "--spring.ai.openai.api-key=none",
					"--spring.main.banner-mode=off");
	}

	private static McpSyncClient client(ConfigurableApplicationContext server) {
		McpSyncClient client = McpClient
			.sync(HttpClientStreamableHttpTransport
				.builder("http://localhost:" + server.getEnvironment().getProperty("local.server.port"))
				.build())
			.requestTimeout(Duration.ofMinutes(1))
			.build();
		client.initialize();
		return client;
	}

	private static String fail(String kind) {
		Exception failure = FAILURES.getOrDefault(kind, () -> null).get();
		if (failure != null) {
			throw McpServerFailureTests.<RuntimeException>sneaky(failure);
		}
		return "none";
	}

	@SuppressWarnings("unchecked")
	private static <E extends Exception> E sneaky(Exception failure) throws E {
		throw (E) failure;
	}

	@Configuration(proxyBeanMethods = false)
	@GuardedMcpApplication
	@Import({ LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class })
	static class Application {

		@Bean
		CapabilityDecisions decisions() {
			return new FakeDecisions().grant("read:documents");
		}

		@Bean
		SyncTools failingTools() {
			return new SyncTools();
		}

		@Bean
		AsyncTools failingLater() {
			return new AsyncTools();
		}

		@Bean
		ToolCallback method() {
			return ToolCallbacks.from(new MethodTools())[0];
		}

		@Bean
		ToolCallback callback() {
			return new FailingCallback("callback");
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallback prompted() {
			return new FailingCallback("prompted");
		}

		@Bean
		List<McpServerFeatures.SyncToolSpecification> byHand() {
			return List.of(McpServerFeatures.SyncToolSpecification.builder()
				.tool(tool())
				.callHandler((exchange, request) -> byHand(request))
				.build());
		}

		@Bean
		List<McpServerFeatures.AsyncToolSpecification> byHandLater() {
			return List.of(McpServerFeatures.AsyncToolSpecification.builder()
				.tool(tool())
				.callHandler((exchange, request) -> Mono.fromCallable(() -> byHand(request)))
				.build());
		}

		@Bean
		List<McpStatelessServerFeatures.SyncToolSpecification> byHandStateless() {
			return List.of(McpStatelessServerFeatures.SyncToolSpecification.builder()
				.tool(tool())
				.callHandler((exchange, request) -> byHand(request))
				.build());
		}

		@Bean
		List<McpStatelessServerFeatures.AsyncToolSpecification> byHandLaterStateless() {
			return List.of(McpStatelessServerFeatures.AsyncToolSpecification.builder()
				.tool(tool())
				.callHandler((exchange, request) -> Mono.fromCallable(() -> byHand(request)))
				.build());
		}

		private static McpSchema.Tool tool() {
			return McpSchema.Tool.builder("byHand", Map.of("type", "object")).build();
		}

		private static McpSchema.CallToolResult byHand(McpSchema.CallToolRequest request) {
			return McpSchema.CallToolResult.builder()
				.addTextContent(fail(String.valueOf(request.arguments().get("kind"))))
				.build();
		}

	}

	static class FailingCallback implements ToolCallback {

		private final ToolDefinition definition;

		FailingCallback(String name) {
			this.definition = ToolDefinition.builder()
				.name(name)
				.description("x")
				.inputSchema("{\"type\":\"object\",\"properties\":{\"kind\":{\"type\":\"string\"}}}")
				.build();
		}

		@Override
		public ToolDefinition getToolDefinition() {
			return this.definition;
		}

		@Override
		public String call(String input) {
			return fail(input.replaceAll(".*:\\s*\"|\".*", ""));
		}

		@Override
		public String call(String input, ToolContext context) {
			return call(input);
		}

	}

	public static class MethodTools {

		@Tool
		public String method(String kind) {
			return fail(kind);
		}

	}

	public static class SyncTools {

		@McpTool
		public String mcpTool(String kind) {
			return fail(kind);
		}

		@McpTool
		public McpSchema.CallToolResult mcpToolResult(McpSchema.CallToolRequest request, String kind) {
			return McpSchema.CallToolResult.builder().addTextContent(fail(kind)).build();
		}

		@McpTool
		@RequiresCapability("read:documents")
		public String guarded(String kind) {
			return fail(kind);
		}

	}

	public static class AsyncTools {

		@McpTool
		public Mono<String> mono(String kind) {
			return Mono.fromCallable(() -> fail(kind));
		}

		@McpTool
		public Flux<String> flux(String kind) {
			return Flux.defer(() -> Flux.just(fail(kind)));
		}

		@McpTool
		public Publisher<String> publisher(String kind) {
			return (subscriber) -> Mono.fromCallable(() -> fail(kind)).subscribe(subscriber);
		}

		@McpTool
		public Mono<McpSchema.CallToolResult> monoResult(String kind) {
			return Mono.delay(Duration.ofMillis(1))
				.map((tick) -> McpSchema.CallToolResult.builder().addTextContent(fail(kind)).build());
		}

		@McpTool
		public Mono<Void> voidMono(String kind) {
			return Mono.fromRunnable(() -> fail(kind));
		}

		@McpTool
		public Mono<String> throwing(String kind) {
			return Mono.just(fail(kind));
		}

		@McpTool
		@RequiresCapability("read:documents")
		public Mono<String> guardedMono(String kind) {
			return Mono.fromCallable(() -> fail(kind));
		}

	}

}
