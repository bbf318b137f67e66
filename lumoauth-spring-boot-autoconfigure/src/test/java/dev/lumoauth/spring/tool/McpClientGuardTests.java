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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.GuardedCode;
import dev.lumoauth.spring.mcp.McpServerUnavailableException;
import dev.lumoauth.spring.mcp.transport.GuardedMcpApplication;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.mcp.AsyncMcpToolCallbackProvider;
import org.springframework.ai.mcp.McpToolUtils;
import org.springframework.ai.mcp.McpToolsChangedEvent;
import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ResolvableType;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.Mockito.mock;

/**
 * The tools of real MCP servers, offered to a model that calls them whether they were
 * offered or not.
 */
class McpClientGuardTests {

	private static final FakeDecisions DECISIONS = McpClientApplications.DECISIONS;

	private static final String DENIED = "Error: agent lacks 'mcp:alpha:query' capability.";

	private static final String LIST_ALPHA = "lumoauth.mcp.connections.alpha.audience=urn:mcp:alpha";

	private static final String OPEN_ALPHA = "lumoauth.mcp.connections.alpha.unlisted-tools=allow";

	private static final String QUERY_ALPHA = "lumoauth.mcp.connections.alpha.tools.queryData=mcp:alpha:query";

	private static RecordingMcpServer alpha;

	private static RecordingMcpServer beta;

	private static McpClientApplications applications;

	private static ScriptedOpenAi model;

	private static ConfigurableApplicationContext onlyAlpha;

	private ConfigurableApplicationContext context;

	@BeforeAll
	static void startServers() {
		alpha = new RecordingMcpServer("alpha");
		beta = new RecordingMcpServer("beta");
		applications = new McpClientApplications();
		model = applications.model();
		onlyAlpha = applications.start(McpClientApplications.connection("alpha", alpha), LIST_ALPHA, QUERY_ALPHA);
	}

	@AfterAll
	static void stopServers() {
		onlyAlpha.close();
		applications.close();
		alpha.close();
		beta.close();
	}

	@BeforeEach
	void reset() {
		DECISIONS.reset();
		alpha.requests().clear();
		beta.requests().clear();
	}

	@AfterEach
	void stop() {
		if (this.context != null) {
			this.context.close();
		}
	}

	private ApplicationContext start(String... more) {
		List<String> properties = new ArrayList<>(List.of(McpClientApplications.connection("alpha", alpha),
				McpClientApplications.connection("beta", beta)));
		properties.addAll(List.of(more));
		this.context = applications.start(properties.toArray(String[]::new));
		return this.context;
	}

	@ParameterizedTest
	@EnumSource
	void refusesAToolWithoutItsCapabilityAndRunsItWithIt(Path path) {
		ApplicationContext context = onlyAlpha;
		model.willCall("query_data", "{\"text\":\"x\"}");
		assertThat(path.ask.apply(context, tools(context))).contains(DENIED);
		DECISIONS.unavailable();
		assertThat(path.ask.apply(context, tools(context)))
			.contains("Error: authorization is unavailable; try again later.");
		assertThat(alpha.toolCalls()).isEmpty();
		DECISIONS.reset();
		DECISIONS.grant("mcp:alpha:query");
		assertThat(path.ask.apply(context, tools(context))).contains("alpha found x");
		assertThat(alpha.toolCalls()).hasSize(1);
		assertThat(context.getBean(GuardRuntime.class).register().all())
			.filteredOn((guarded) -> guarded.name().equals("query_data"))
			.extracting(GuardedCode::layer)
			.containsExactly(GuardLayer.MCP_CONNECTION);
	}

	@Test
	void hidesWhatTheAgentMayNotUse() {
		ApplicationContext context = start(LIST_ALPHA, OPEN_ALPHA, QUERY_ALPHA,
				"lumoauth.mcp.connections.alpha.tools.fail=other");
		DECISIONS.grant("other");
		model.willCall("none", "{}");
		Path.CALL.ask.apply(context, tools(context));
		assertThat(model.offered()).contains("fail", "open_door").hasSize(5);
		String queryOfAlpha = named(context, "alpha", "query_data").getToolDefinition().name();
		assertThat(model.offered()).doesNotContain(queryOfAlpha);
	}

	@Test
	void tellsToolsOfTheSameNameApartByTheirConnection() {
		ApplicationContext context = start(LIST_ALPHA, "lumoauth.mcp.connections.alpha.capability=mcp:alpha",
				"lumoauth.mcp.connections.beta.audience=urn:mcp:beta",
				"lumoauth.mcp.connections.beta.capability=mcp:beta", QUERY_ALPHA);
		DECISIONS.grant("mcp:alpha", "mcp:alpha:query");
		List<String> answers = Arrays.stream(tools(context))
			.filter((tool) -> tool.getToolDefinition().name().endsWith("query_data"))
			.map((tool) -> tool.call("{\"text\":\"x\"}"))
			.toList();
		assertThat(answers).hasSize(2)
			.anySatisfy((answer) -> assertThat(answer).contains("alpha found x"))
			.anySatisfy((answer) -> assertThat(answer).isEqualTo("Error: agent lacks 'mcp:beta' capability."));
		assertThat(beta.toolCalls()).isEmpty();
		DECISIONS.reset();
		DECISIONS.grant("mcp:alpha", "mcp:beta");
		assertThat(named(context, "alpha", "query_data").call("{\"text\":\"x\"}")).isEqualTo(DENIED);
		assertThat(named(context, "beta", "query_data").call("{\"text\":\"x\"}")).contains("beta found x");
	}

	@Test
	void leavesAConnectionThatIsNotListedAsItIs() {
		ApplicationContext context = start(LIST_ALPHA, "lumoauth.mcp.connections.alpha.capability=mcp:alpha");
		assertThat(tools(context)).hasSize(6).filteredOn((tool) -> GuardedToolCallback.around(tool) != null).hasSize(3);
		assertThat(named(context, "beta", "query_data")).isNotInstanceOf(GuardedToolCallback.class);
		assertThat(named(context, "beta", "query_data").call("{\"text\":\"x\"}")).contains("beta found x");
	}

	@Test
	void touchesNoProviderWhereNothingIsListed() {
		ApplicationContext context = start();
		assertThat(context.getBean(SyncMcpToolCallbackProvider.class).getClass())
			.isEqualTo(SyncMcpToolCallbackProvider.class);
	}

	@Test
	void theProviderStaysWhatItIs() {
		ApplicationContext context = start(LIST_ALPHA, QUERY_ALPHA);
		assertThat(context.getBean(SyncMcpToolCallbackProvider.class).getToolCallbacks()).isNotEmpty();
		assertThat(context.getBeansOfType(ToolCallbackProvider.class).values())
			.filteredOn((provider) -> provider instanceof SyncMcpToolCallbackProvider)
			.hasSize(1);
	}

	@Test
	void keepsTheFilterOfTheApplicationsOwnProvider() {
		this.context = applications.start(OwnProvider.class, McpClientApplications.connection("alpha", alpha),
				LIST_ALPHA, OPEN_ALPHA, "spring.ai.mcp.client.toolcallback.enabled=false");
		assertThat(this.context.getBean(SyncMcpToolCallbackProvider.class).getToolCallbacks())
			.extracting((tool) -> tool.getToolDefinition().name())
			.containsExactly("fail");
	}

	@Test
	void listsNoToolsAtStartAndExportsNone() {
		ApplicationContext context = start(LIST_ALPHA, QUERY_ALPHA,
				"lumoauth.mcp.connections.beta.audience=urn:mcp:beta");
		assertThat(alpha.methods()).doesNotContain("tools/list");
		assertThat(beta.methods()).doesNotContain("tools/list");
		try (McpSyncClient client = McpClient
			.sync(HttpClientStreamableHttpTransport
				.builder("http://localhost:" + context.getEnvironment().getProperty("local.server.port"))
				.build())
			.requestTimeout(Duration.ofMinutes(1))
			.build()) {
			client.initialize();
			assertThat(client.listTools().tools()).extracting(McpSchema.Tool::name)
				.noneMatch((name) -> name.contains("query") || name.contains("door") || name.contains("fail"));
		}
	}

	@Test
	void asksAgainWhenTheToolsHaveChanged() {
		ApplicationContext context = start(LIST_ALPHA, "spring.ai.mcp.client.initialized=false",
				"lumoauth.mcp.connections.beta.audience=urn:mcp:beta");
		tools(context);
		tools(context);
		assertThat(alpha.methods()).containsOnlyOnce("tools/list");
		context.publishEvent(new McpToolsChangedEvent("alpha", List.of()));
		withoutDuplicates(context);
		assertThat(alpha.methods().stream().filter("tools/list"::equals)).hasSize(2);
		context.getBean(SyncMcpToolCallbackProvider.class).invalidateCache();
		withoutDuplicates(context);
		assertThat(alpha.methods().stream().filter("tools/list"::equals)).hasSize(3);
	}

	/**
	 * Spring AI 2.0.1 gives both their own name when it makes up names a second time, and
	 * finds them to be the same.
	 */
	private static void withoutDuplicates(ApplicationContext context) {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> tools(context))
			.withMessageStartingWith("Multiple tools with the same name");
	}

	@Test
	void guardsARawCallbackThatTheApplicationsOwnServerPassesOn() {
		this.context = applications.start(McpClientApplications.connection("alpha", alpha), LIST_ALPHA, QUERY_ALPHA);
		List<McpSyncClient> clients = this.context
			.<List<McpSyncClient>>getBeanProvider(ResolvableType.forClassWithGenerics(List.class, McpSyncClient.class))
			.getObject();
		ToolCallback raw = Arrays
			.stream(SyncMcpToolCallbackProvider.builder().mcpClients(clients).build().getToolCallbacks())
			.filter((tool) -> tool.getToolDefinition().name().equals("query_data"))
			.findFirst()
			.orElseThrow();
		List<?> passedOn = (List<?>) this.context.getBean("lumoAuthMcpToolPostProcessor", ToolBeanPostProcessor.class)
			.postProcessAfterInitialization(List.of(McpToolUtils.toSyncToolSpecification(raw, null)), "passedOn");
		McpServerFeatures.SyncToolSpecification tool = (McpServerFeatures.SyncToolSpecification) passedOn.get(0);
		McpSchema.CallToolRequest request = McpSchema.CallToolRequest.builder("query_data")
			.arguments(Map.of("text", "x"))
			.build();
		McpSyncServerExchange exchange = mock(McpSyncServerExchange.class);
		assertThat(tool.callHandler().apply(exchange, request).content().toString()).contains(DENIED);
		assertThat(alpha.toolCalls()).isEmpty();
		DECISIONS.grant("mcp:alpha:query");
		assertThat(tool.callHandler().apply(exchange, request).content().toString()).contains("alpha found x");
		assertThat(alpha.toolCalls()).hasSize(1);
		alpha.close();
		try {
			assertThat(tool.callHandler().apply(exchange, request).content().toString())
				.contains("Error: the tool's server is unavailable; try again later.")
				.doesNotContain("127.0.0.1");
		}
		finally {
			alpha.start();
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void deniesWhatNoRuleNamesAndSaysSoOnce(CapturedOutput output) {
		ApplicationContext context = start(LIST_ALPHA, QUERY_ALPHA);
		DECISIONS.grant("mcp:alpha:query", "fail", "mcp:alpha");
		ToolCallback unlisted = named(context, "alpha", "fail");
		model.willCall(unlisted.getToolDefinition().name(), "{}");
		// The direct path calls the tool that a rule names.
		for (Path path : EnumSet.complementOf(EnumSet.of(Path.DIRECT))) {
			assertThat(path.ask.apply(context, new ToolCallback[] { unlisted })).as(path.name())
				.contains("Error: ")
				.doesNotContain("there is no such metric");
		}
		assertThat(unlisted.call("{}")).startsWith("Error: ");
		assertThat(context.getBean(ToolGuard.class).guard(new ShapedTools.InMap(unlisted)).call("{}"))
			.startsWith("Error: ");
		assertThat(alpha.toolCalls()).isEmpty();
		Path.CALL.ask.apply(context, tools(context));
		assertThat(model.offered()).doesNotContain(unlisted.getToolDefinition().name());
		assertThat(output.toString().split("has tools that are denied", -1)).hasSize(2);
		assertThat(output).contains("lumoauth.mcp.connections.alpha.unlisted-tools=allow");
	}

	@Test
	void theServersOwnErrorIsForTheModel() {
		ApplicationContext context = start(LIST_ALPHA, OPEN_ALPHA);
		ToolCallback fail = named(context, "alpha", "fail");
		model.willCall(fail.getToolDefinition().name(), "{}");
		assertThat(Path.CALL.ask.apply(context, tools(context))).contains("there is no such metric");
	}

	@ParameterizedTest
	@ValueSource(strings = { "STREAMABLE", "STATELESS" })
	@ExtendWith(OutputCaptureExtension.class)
	void aServerThatIsGoneIsUnavailableToTheModelAndThereAgainWhenItIs(String protocol, CapturedOutput output) {
		try (RecordingMcpServer gone = new RecordingMcpServer("gone", protocol)) {
			ApplicationContext context = start(
					"spring.ai.mcp.client.streamable-http.connections.gone.url=" + gone.url(),
					"lumoauth.mcp.connections.gone.audience=urn:mcp:gone",
					"lumoauth.mcp.connections.gone.unlisted-tools=allow");
			ToolCallback tool = named(context, "gone", "query_data");
			gone.close();
			model.willCall(tool.getToolDefinition().name(), "{\"text\":\"x\"}");
			assertThat(Path.CALL.ask.apply(context, tools(context)))
				.isEqualTo("Error: the tool's server is unavailable; try again later.");
			assertThat(Path.CREATE.ask.apply(context, tools(context)))
				.isEqualTo("Error: the tool's server is unavailable; try again later.");
			assertThatExceptionOfType(ToolExecutionException.class).isThrownBy(() -> tool.call("{\"text\":\"x\"}"))
				.withMessage("Error: the tool's server is unavailable; try again later.")
				.withCauseInstanceOf(McpServerUnavailableException.class)
				.withStackTraceContaining("ConnectException");
			assertThat(output).contains("of MCP connection 'gone' to " + gone.url())
				.contains("could not be called: ConnectException. The next call tries again.");
			assertThat(output.toString().split("could not be called", -1)).hasSize(2);
			assertThat(output.toString().lines().filter((line) -> line.startsWith("\tat "))).isEmpty();
			gone.start();
			assertThat(tool.call("{\"text\":\"x\"}")).contains("gone found x");
			assertThat(output).contains("works again.");
			gone.close();
			assertThatExceptionOfType(ToolExecutionException.class).isThrownBy(() -> tool.call("{\"text\":\"x\"}"));
			assertThat(output.toString().split("could not be called", -1)).hasSize(3);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "SYNC", "ASYNC" })
	@ExtendWith(OutputCaptureExtension.class)
	void aServerThatHangsIsSaidOnceAndWithoutAStackTrace(String type, CapturedOutput output) {
		try (RecordingMcpServer hanging = new RecordingMcpServer("hanging")) {
			ApplicationContext context = start(
					"spring.ai.mcp.client.streamable-http.connections.hanging.url=" + hanging.url(),
					"lumoauth.mcp.connections.hanging.audience=urn:mcp:hanging",
					"lumoauth.mcp.connections.hanging.unlisted-tools=allow", "spring.ai.mcp.client.type=" + type,
					"spring.ai.mcp.client.request-timeout=2s");
			ToolCallback tool = context.getBeansOfType(ToolCallbackProvider.class)
				.values()
				.stream()
				.flatMap((provider) -> Arrays.stream(provider.getToolCallbacks()))
				.filter((each) -> GuardedToolCallback.around(each) != null)
				.filter((each) -> each.getToolDefinition().name().endsWith("query_data"))
				.findFirst()
				.orElseThrow();
			hanging.hang();
			int before = output.length();
			List<CompletableFuture<String>> calls = Stream
				.generate(() -> CompletableFuture.supplyAsync(() -> tool.call("{\"text\":\"x\"}"),
						(task) -> new Thread(task).start()))
				.limit(5)
				.toList();
			assertThat(calls).allSatisfy((call) -> assertThat(call).failsWithin(Duration.ofMinutes(1)));
			String said = output.toString().substring(before);
			assertThat(said.lines().filter((line) -> line.startsWith("\tat "))).isEmpty();
			assertThat(said.split("could not be called", -1)).hasSize(2);
			assertThat(said).contains("of MCP connection 'hanging'", "could not be called: TimeoutException");
		}
	}

	@Test
	void aListedServerThatIsDownTakesNoOtherToolsWithIt() {
		RecordingMcpServer down = new RecordingMcpServer("down");
		down.close();
		ApplicationContext context = start(McpClientApplications.connection("down", down), LIST_ALPHA, OPEN_ALPHA,
				"lumoauth.mcp.connections.down.audience=urn:mcp:down",
				"lumoauth.mcp.connections.down.unlisted-tools=allow");
		assertThat(tools(context)).hasSize(6);
		model.willCall("tool_that_nobody_knows", "{}");
		assertThat(Path.CALL.ask.apply(context, tools(context)))
			.isEqualTo("Error: the tool's server is unavailable; try again later.");
		down.start();
		try {
			assertThat(tools(context)).hasSize(9);
			model.willCall("tool_that_nobody_knows", "{}");
			assertThat(Path.CALL.ask.apply(context, tools(context))).isEqualTo("Error: there is no tool of that name.");
			assertThat(named(context, "down", "query_data").call("{\"text\":\"x\"}")).contains("down found x");
		}
		finally {
			down.close();
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void guardsAsynchronousClientsAsWell(CapturedOutput output) {
		ApplicationContext context = start(LIST_ALPHA, QUERY_ALPHA, "spring.ai.mcp.client.type=ASYNC");
		AsyncMcpToolCallbackProvider provider = context.getBean(AsyncMcpToolCallbackProvider.class);
		List<ToolCallback> query = Arrays.stream(provider.getToolCallbacks())
			.filter((tool) -> tool.getToolDefinition().name().endsWith("query_data"))
			.toList();
		assertThat(query).hasSize(2)
			.filteredOn((tool) -> GuardedToolCallback.around(tool) != null)
			.singleElement()
			.satisfies((tool) -> {
				assertThat(tool.call("{\"text\":\"x\"}")).isEqualTo(DENIED);
				DECISIONS.grant("mcp:alpha:query");
				assertThat(tool.call("{\"text\":\"x\"}")).contains("alpha found x");
				alpha.close();
				try {
					assertThatExceptionOfType(ToolExecutionException.class)
						.isThrownBy(() -> tool.call("{\"text\":\"x\"}"))
						.withMessage("Error: the tool's server is unavailable; try again later.");
				}
				finally {
					alpha.start();
				}
			});
		assertThat(output).contains("could not be called: ").doesNotContain("Exception while tool calling");
	}

	@Test
	void nothingOfAToolContextIsSentUnlessAllowed() {
		ApplicationContext context = start(LIST_ALPHA, OPEN_ALPHA);
		assertThat(metaSeen(context)).isEmpty();
	}

	@Test
	void sendsWhatIsAllowedOfAToolContext() {
		ApplicationContext context = start("lumoauth.mcp.tool-context-allowed-keys=locale,missing");
		assertThat(metaSeen(context)).isEqualTo(Map.of("locale", "en"));
	}

	private static Map<String, Object> metaSeen(ApplicationContext context) {
		ToolCallback door = Arrays.stream(tools(context))
			.filter((tool) -> tool.getToolDefinition().name().equals("open_door"))
			.findFirst()
			.orElseThrow();
		model.willCall("open_door", "{}");
		context.getBean(ChatClient.Builder.class)
			.build()
			.prompt("open")
			.toolContext(Map.of("token", "s3cret-token", "locale", "en"))
			.tools(door)
			.call()
			.content();
		Map<String, Object> seen = new HashMap<>();
		Stream.concat(alpha.toolCalls().stream(), beta.toolCalls().stream())
			.forEach((call) -> call.path("_meta")
				.properties()
				.forEach((entry) -> seen.put(entry.getKey(), entry.getValue().asString())));
		assertThat(alpha.toolCalls().size() + beta.toolCalls().size()).isOne();
		return seen;
	}

	private static ToolCallback[] tools(ApplicationContext context) {
		return context.getBean(SyncMcpToolCallbackProvider.class).getToolCallbacks();
	}

	/**
	 * Find a tool by the server that it belongs to: its name may have been made up.
	 */
	private static ToolCallback named(ApplicationContext context, String label, String name) {
		return Arrays.stream(tools(context))
			.filter((tool) -> tool.getToolDefinition().name().endsWith(name))
			.filter((tool) -> label.equals(connectionOf(tool)))
			.findFirst()
			.orElseThrow();
	}

	private static String connectionOf(ToolCallback tool) {
		if (tool instanceof SyncMcpToolCallback) {
			return ((McpSyncClient) ReflectionTestUtils.getField(tool, "mcpClient")).getClientInfo().title();
		}
		return connectionOf((ToolCallback) ReflectionTestUtils.getField(tool, "tool"));
	}

	enum Path {

		CALL((context, tools) -> request(context.getBean(ChatClient.Builder.class).build(), tools).call().content()),

		STREAM((context, tools) -> String.join("",
				request(context.getBean(ChatClient.Builder.class).build(), tools).stream()
					.content()
					.collectList()
					.block())),

		CREATE((context, tools) -> request(ChatClient.create(context.getBean(ChatModel.class)), tools).call()
			.content()),

		CREATE_STREAM((context, tools) -> String.join("",
				request(ChatClient.create(context.getBean(ChatModel.class)), tools).stream()
					.content()
					.collectList()
					.block())),

		PROVIDER((context, tools) -> context.getBean(ChatClient.Builder.class)
			.build()
			.prompt("query")
			.tools(context.getBean(SyncMcpToolCallbackProvider.class))
			.call()
			.content()),

		MANUAL_LOOP((context, tools) -> {
			OpenAiChatOptions options = OpenAiChatOptions.builder().toolCallbacks(tools).build();
			Prompt prompt = new Prompt(List.of(new UserMessage("query")), options);
			ChatResponse response = context.getBean(ChatModel.class).call(prompt);
			ToolExecutionResult result = ToolCallingManager.builder().build().executeToolCalls(prompt, response);
			return result.conversationHistory().toString();
		}),

		DIRECT((context, tools) -> Arrays.stream(tools)
			.filter((tool) -> tool.getToolDefinition().name().equals("query_data"))
			.findFirst()
			.orElseThrow()
			.call("{\"text\":\"x\"}"));

		private final BiFunction<ApplicationContext, ToolCallback[], String> ask;

		Path(BiFunction<ApplicationContext, ToolCallback[], String> ask) {
			this.ask = ask;
		}

		private static ChatClient.ChatClientRequestSpec request(ChatClient client, ToolCallback[] tools) {
			return client.prompt("query").tools((Object[]) tools);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@GuardedMcpApplication
	static class OwnProvider extends McpClientApplications.Application {

		/**
		 * The name that Spring AI's own bean would have.
		 */
		@Bean
		SyncMcpToolCallbackProvider mcpToolCallbacks(ObjectProvider<List<McpSyncClient>> clients) {
			return SyncMcpToolCallbackProvider.builder()
				.mcpClients(clients.stream().flatMap(List::stream).toList())
				.toolFilter((client, tool) -> tool.name().equals("fail"))
				.build();
		}

	}

}
