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

package dev.lumoauth.spring.langchain4j;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.langchain4j.agent.tool.CompensateFor;
import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.ReturnBehavior;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.agent.tool.ToolSpecifications;
import dev.langchain4j.agentic.Agent;
import dev.langchain4j.agentic.AgenticServices;
import dev.langchain4j.agentic.UntypedAgent;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.http.StreamableHttpMcpTransport;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.V;
import dev.langchain4j.service.tool.search.ToolSearchRequest;
import dev.langchain4j.service.tool.search.ToolSearchResult;
import dev.langchain4j.service.tool.search.ToolSearchStrategy;
import dev.langchain4j.spi.services.AiServiceContextFactory;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.TokenStream;
import dev.langchain4j.service.memory.ChatMemoryAccess;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.service.tool.DefaultToolExecutor;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.langchain4j.service.tool.ToolProviderResult;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Real LangChain4j and its real OpenAI client, without Spring Boot and without a
 * container, against a model that calls the tool whether it was offered or not.
 */
class LangChain4jJourneyTests {

	private static final String DENIED = "Error: agent lacks 'read:documents' capability.";

	private static final String UNAVAILABLE = "Error: authorization is unavailable; try again later.";

	private static final String NO_USER = "Error: this tool acts for a signed-in user, and nobody is signed in.";

	static final AtomicInteger RUNS = new AtomicInteger();

	static final List<String> USERS = new CopyOnWriteArrayList<>();

	static volatile Consumer<String> during = (text) -> {
	};

	private static Servers servers;

	private static AgentRuntime agent;

	private static AgentRuntime other;

	private static LangChain4jGuard guard;

	@BeforeAll
	static void start() {
		servers = new Servers();
		agent = servers.agent("a");
		other = servers.agent("b");
		guard = LangChain4jGuard.of(agent);
	}

	@AfterAll
	static void stop() {
		agent.close();
		other.close();
		servers.close();
	}

	@BeforeEach
	void install() {
		servers.reset();
		RUNS.set(0);
		USERS.clear();
		during = (text) -> {
		};
		agent.forget();
		other.forget();
		guard.install();
	}

	@AfterEach
	void uninstall() {
		guard.uninstall();
	}

	static Stream<Arguments> everyToolOnEveryPath() {
		List<Arguments> rows = new ArrayList<>();
		for (Kind kind : Kind.values()) {
			for (Path path : Path.values()) {
				rows.add(Arguments.of(kind, path));
			}
		}
		return rows.stream();
	}

	@ParameterizedTest(name = "{0} by {1}")
	@MethodSource("everyToolOnEveryPath")
	void isRefusedWithoutTheCapabilityAndRunsWithIt(Kind kind, Path path) {
		servers.willCall(kind.tool);
		Function<String, String> chat = path.chat(kind);
		assertThat(chat.apply("x")).contains(DENIED);
		assertThat(RUNS).hasValue(0);
		assertThat(servers.offered(0)).doesNotContain(kind.tool);
		assertThat(servers.offered(1)).doesNotContain(kind.tool);
		forget();
		servers.down = true;
		assertThat(chat.apply("x")).contains(UNAVAILABLE).doesNotContain("localhost");
		assertThat(RUNS).hasValue(0);
		servers.down = false;
		forget();
		servers.granted.add("a:read:documents");
		servers.willCall(kind.tool);
		assertThat(chat.apply("x")).contains("secret x");
		assertThat(RUNS).hasValue(1);
		assertThat(servers.offered(0)).contains(kind.tool);
	}

	@Test
	void isRefusedWhileLumoAuthFails() {
		servers.down = true;
		servers.status = 503;
		servers.willCall("search");
		assertThat(Path.BLOCKING.chat(Kind.METHOD).apply("x")).contains(UNAVAILABLE);
		assertThat(RUNS).hasValue(0);
	}

	@ParameterizedTest(name = "{0} by {1}")
	@MethodSource("everyToolOnEveryPath")
	void isRefusedOnceItsCapabilityWasRevokedMeanwhile(Kind kind, Path path) {
		servers.granted.add("a:read:documents");
		servers.willCall(kind.tool, kind.tool, kind.tool);
		during = (text) -> {
			servers.granted.clear();
			forget();
		};
		assertThat(path.chat(kind).apply("x")).contains("secret x | " + DENIED + " | " + DENIED);
		assertThat(RUNS).hasValue(1);
		assertThat(servers.offered(0)).contains(kind.tool);
		assertThat(servers.offered(1)).doesNotContain(kind.tool);
	}

	@ParameterizedTest(name = "by {0}")
	@EnumSource(Path.class)
	void eachUserIsTheOneWhoAsked(Path path) throws Exception {
		servers.willCall("trade");
		Function<String, String> chat = path.chat(Kind.METHOD);
		assertThat(chat.apply("x")).startsWith("Error: ").doesNotContain("trade of");
		ExecutorService threads = Executors.newFixedThreadPool(8);
		List<CompletableFuture<String>> answers = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			String name = (i % 2 == 0) ? "alice" : "bob";
			answers.add(CompletableFuture
				.supplyAsync(() -> Caller.of(UserToken.of(name)).call(() -> name + ": " + chat.apply("x")), threads));
		}
		for (CompletableFuture<String> answer : answers) {
			String[] said = answer.get(1, TimeUnit.MINUTES).split(": ", 2);
			assertThat(said[1]).isEqualTo("trade of " + said[0]);
		}
		threads.shutdownNow();
		assertThat(USERS).hasSize(40);
	}

	@ParameterizedTest(name = "by {0}")
	@EnumSource(Path.class)
	void theModelSaysWhichAgentItIs(Path path) {
		servers.granted.add("b:read:documents");
		servers.willCall("search");
		LangChain4jGuard second = LangChain4jGuard.of(other);
		assertThat(path.chat(Kind.METHOD).apply("x")).contains(DENIED);
		assertThat(path.chat(Kind.METHOD, second).apply("x")).contains("secret x");
		assertThat(path.chat(Kind.METHOD).apply("x")).contains(DENIED);
	}

	@Test
	void concurrentToolsKnowTheirCallersAndAreRefusedOnTheirOwn() {
		servers.granted.add("a:read:documents");
		servers.willCall("search,trade,locked,search");
		Assistant assistant = AiServices.builder(Assistant.class)
			.chatModel(servers.model())
			.tools(new Tools())
			.executeToolsConcurrently()
			.build();
		String answer = Caller.of(UserToken.of("alice")).call(() -> assistant.chat("x"));
		assertThat(answer).contains("trade of alice", "secret x", "Error: agent lacks 'locked' capability.");
		assertThat(RUNS).hasValue(2);
	}

	@Test
	void aRefusedCallIsAnErrorAndDoesNotEndTheChat() {
		servers.willCall("immediate");
		Answering assistant = AiServices.builder(Answering.class).chatModel(servers.model()).tools(new Tools()).build();
		Result<String> result = assistant.chat("x");
		assertThat(result.content()).contains(DENIED);
		assertThat(result.toolExecutions()).singleElement().satisfies((call) -> {
			assertThat(call.hasFailed()).isTrue();
			assertThat(call.result()).isEqualTo(DENIED);
		});
	}

	@Test
	void aBeansOwnRefusalIsInTheSameWords() {
		servers.willCall("nested");
		assertThat(Path.BLOCKING.chat(Kind.METHOD).apply("x")).contains("Error: agent lacks 'inner' capability.");
	}

	@Test
	void theToolsOwnFailureIsTheFrameworks() {
		servers.willCall("failing");
		assertThat(Path.BLOCKING.chat(Kind.METHOD).apply("x")).contains("out of paper");
	}

	@Test
	void asksOnceForEverythingThatIsOffered() {
		servers.willCall("open");
		Path.BLOCKING.chat(Kind.METHOD).apply("x");
		assertThat(servers.asked).filteredOn((request) -> request.startsWith("authz")).hasSize(1);
		assertThat(servers.offered(0)).contains("open", "trade").doesNotContain("search", "locked");
	}

	@Test
	void countsEachModelCallOnceAndRefusesTheNextWhenSpent() {
		servers.maxTokens = 3000;
		servers.tokensUsed = 700;
		servers.willCall("open");
		Function<String, String> chat = Path.BLOCKING.chat(Kind.METHOD, guard);
		assertThat(chat.apply("x")).isEqualTo("opened");
		assertThat(agent.get(BudgetMonitor.class).current().toString()).contains("940");
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> {
			for (int i = 0; i < 30; i++) {
				chat.apply("x");
			}
		});
	}

	@Test
	void aModelThatCallsAnotherIsCountedOnce() {
		servers.willCall();
		ChatModel inner = guard.model(servers.model());
		ChatModel around = new ChatModel() {

			@Override
			public ChatResponse doChat(ChatRequest request) {
				return inner.chat(request);
			}

		};
		guard.model(around).chat("x");
		assertThat(agent.get(BudgetMonitor.class).current().toString()).contains("used=120,");
		AiServices.builder(Assistant.class).chatModel(around).build().chat("x");
		assertThat(agent.get(BudgetMonitor.class).current().toString()).contains("used=240,");
	}

	@Test
	void aStreamThatIsCancelledKeepsNothingReserved() {
		servers.maxTokens = 10_000;
		List<Consumer<StreamingChatResponseHandler>> parts = List.of(
				(handler) -> handler.onPartialResponse(new PartialResponse("abc"),
						new PartialResponseContext(new Handle())),
				(handler) -> handler.onPartialThinking(new PartialThinking("abc"),
						new PartialThinkingContext(new Handle())),
				(handler) -> handler.onPartialToolCall(
						PartialToolCall.builder().index(0).id("1").name("search").partialArguments("abc").build(),
						new PartialToolCallContext(new Handle())));
		for (int i = 0; i < 60; i++) {
			Consumer<StreamingChatResponseHandler> part = parts.get(i % parts.size());
			guard.model(new StreamingChatModel() {

				@Override
				public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
					part.accept(handler);
				}

			}).chat("abc", new Cancelling());
		}
		// One token each for the question and the part.
		assertThat(agent.get(BudgetMonitor.class).current().toString()).contains("used=120,");
	}

	@Test
	void aStreamEndsWithTheRefusalOfTheBudget() {
		servers.maxTokens = 1000;
		servers.tokensUsed = 1000;
		servers.willCall("open");
		assertThatExceptionOfType(BudgetExhaustedException.class)
			.isThrownBy(() -> Path.FLUX.chat(Kind.METHOD).apply("x"));
		assertThatExceptionOfType(BudgetExhaustedException.class)
			.isThrownBy(() -> Path.STREAM.chat(Kind.METHOD).apply("x"));
		assertThat(servers.prompts).isEmpty();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void nothingIsOpenBeforeAGuardIsInstalled(CapturedOutput output) {
		guard.uninstall();
		servers.granted.add("a:read:documents");
		servers.willCall("search");
		Function<String, String> chat = Path.BLOCKING.chat(Kind.METHOD);
		assertThat(chat.apply("x")).contains(UNAVAILABLE);
		assertThat(chat.apply("x")).contains(UNAVAILABLE);
		assertThat(RUNS).hasValue(0);
		assertThat(output.getAll().split("and nothing decides about it", -1)).hasSizeLessThanOrEqualTo(2);
		guard.install();
		assertThat(chat.apply("x")).contains("secret x");
	}

	@Test
	void theGuardThatWasInstalledLastCountsUntilItIsClosed() {
		servers.granted.add("b:read:documents");
		servers.willCall("search");
		Function<String, String> before = Path.BLOCKING.chat(Kind.METHOD);
		AgentRuntime another = servers.agent("b");
		LangChain4jGuard second = LangChain4jGuard.of(another).install();
		assertThat(LangChain4jGuard.of(another)).isSameAs(second);
		Function<String, String> after = Path.BLOCKING.chat(Kind.METHOD);
		assertThat(before.apply("x")).contains(DENIED);
		assertThat(after.apply("x")).contains("secret x");
		another.close();
		assertThat(LangChain4jGuard.installed()).isSameAs(guard);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> after.apply("x"));
		assertThat(RUNS).hasValue(1);
	}

	@Test
	void aClosedGuardRefusesAnnotatedToolsOnly() throws Exception {
		AgentRuntime another = servers.agent("b");
		LangChain4jGuard closed = LangChain4jGuard.of(another);
		another.close();
		Method search = Tools.class.getDeclaredMethod("search", String.class);
		ToolExecutor annotated = closed.executor(specification("search"), new DefaultToolExecutor(new Tools(), search));
		ToolExecutor open = closed.executor(specification("open"), (request, memoryId) -> "opened");
		ToolExecutionRequest request = ToolExecutionRequest.builder().name("a").arguments("{}").build();
		assertThat(annotated.execute(request, "memory")).isEqualTo(UNAVAILABLE);
		assertThat(open.execute(request, "memory")).isEqualTo("opened");
	}

	@Test
	void anExecutorOfALoopByHandIsGuarded() throws Exception {
		Method search = Tools.class.getDeclaredMethod("search", String.class);
		ToolExecutor tool = guard.executor(ToolSpecifications.toolSpecificationFrom(search),
				new DefaultToolExecutor(new Tools(), search));
		ToolExecutionRequest request = ToolExecutionRequest.builder()
			.name("search")
			.arguments("{\"text\":\"x\"}")
			.build();
		assertThat(tool.execute(request, "memory")).isEqualTo(DENIED);
		servers.granted.add("a:read:documents");
		forget();
		assertThat(tool.execute(request, "memory")).isEqualTo("secret x");
	}

	@Test
	void aToolIsTheSameInEachServiceUntilItIsDescribedInAnotherWay() throws Exception {
		Object tools = new Tools();
		Method search = Tools.class.getDeclaredMethod("search", String.class);
		ToolSpecification told = ToolSpecifications.toolSpecificationFrom(search);
		List<?> identity = identity(told, new DefaultToolExecutor(tools, search));
		assertThat(identity.subList(0, 3))
			.isEqualTo(Arrays.asList(List.of(tools, search), "search", told.description()));
		assertThat(identity.get(3).toString()).contains("\"text\"");
		assertThat(identity).hasSize(4);
		assertThat(identity(ToolSpecifications.toolSpecificationFrom(search), new DefaultToolExecutor(tools, search)))
			.isEqualTo(identity);
		for (ToolSpecification changed : List.of(told.toBuilder().description("changed").build(),
				told.toBuilder().parameters(null).build())) {
			assertThat(identity(changed, new DefaultToolExecutor(tools, search))).isNotEqualTo(identity);
		}
		ToolExecutor executor = (request, memoryId) -> "found";
		Method execute = ToolExecutor.class.getMethod("executeWithContext", ToolExecutionRequest.class,
				InvocationContext.class);
		assertThat(identity(ToolSpecification.builder().name("find").build(), executor))
			.isEqualTo(Arrays.asList(List.of(executor, execute), "find", null, "{}"));
	}

	private static List<?> identity(ToolSpecification specification, ToolExecutor executor) {
		return ((IdentifiedCode) guard.executor(specification, executor)).identity();
	}

	@Test
	void theAgentThatGuardsAProviderDecidesInTheServiceOfAnother() {
		servers.willCall("plain");
		ToolProvider provider = LangChain4jGuard.of(other)
			.provider((request) -> ToolProviderResult.builder()
				.add(specification("plain"), (call, memoryId) -> ran("x"))
				.build(), (tool) -> new GuardTerms(CapabilityRequirement.of("read:documents"), false));
		Assistant assistant = AiServices.builder(Assistant.class)
			.chatModel(servers.model())
			.toolProvider(provider)
			.build();
		servers.granted.add("a:read:documents");
		assertThat(assistant.chat("x")).isEqualTo(DENIED);
		assertThat(RUNS).hasValue(0);
		assertThat(servers.offered(0)).doesNotContain("plain");
		servers.granted.clear();
		servers.granted.add("b:read:documents");
		forget();
		assertThat(assistant.chat("x")).isEqualTo("secret x");
		assertThat(servers.offered(2)).contains("plain");
	}

	@Test
	void anMcpServerGetsTheTokenOfTheAgentOrOfItsUser() throws Exception {
		servers.willCall("quote");
		for (boolean forUser : new boolean[] { false, true }) {
			servers.granted.clear();
			forget();
			McpClient client = DefaultMcpClient.builder()
				.transport(StreamableHttpMcpTransport.builder()
					.url(servers.url() + "/mcp")
					.customHeaders(new McpTokens(guard, "urn:mcp:financial"))
					.build())
				.build();
			Assistant assistant = AiServices.builder(Assistant.class)
				.chatModel(servers.model())
				.toolProvider(guard.provider(McpToolProvider.builder().mcpClients(client).build(),
						(tool) -> new GuardTerms(CapabilityRequirement.of("read:financial"), forUser)))
				.build();
			servers.mcp.clear();
			assertThat(assistant.chat("x")).isEqualTo("Error: agent lacks 'read:financial' capability.");
			assertThat(servers.mcp).noneMatch((call) -> call.startsWith("tools/call"));
			servers.granted.add("a:read:financial");
			forget();
			String subject = forUser ? "alice" : "token-a";
			assertThat(Caller.of(UserToken.of("alice")).call(() -> assistant.chat("x"))).isEqualTo("42");
			assertThat(servers.mcp).filteredOn((call) -> call.startsWith("tools/call"))
				.containsExactly("tools/call Bearer urn:mcp:financial-for-" + subject);
			assertThat(servers.mcp).allMatch((call) -> call.contains(" Bearer urn:mcp:financial-for-"));
			servers.mcp.clear();
			servers.sessionLost = true;
			assertThat(Caller.of(UserToken.of("alice")).call(() -> assistant.chat("x"))).isEqualTo("42");
			assertThat(servers.mcp).filteredOn((call) -> call.startsWith("tools/call"))
				.hasSize(2)
				.containsOnly("tools/call Bearer urn:mcp:financial-for-" + subject);
			client.close();
		}
	}

	@Test
	void theToolsOfAgentsAreGuarded() {
		servers.willCall("search");
		Researcher researcher = AgenticServices.agentBuilder(Researcher.class)
			.chatModel(servers.model())
			.tools(new Tools())
			.outputKey("answer")
			.build();
		UntypedAgent sequence = AgenticServices.sequenceBuilder().subAgents(researcher).outputKey("answer").build();
		assertThat(sequence.invoke(Map.of("topic", "x"))).isEqualTo(DENIED);
		servers.granted.add("a:read:documents");
		forget();
		assertThat(sequence.invoke(Map.of("topic", "x"))).isEqualTo("secret x");
		assertThat(RUNS).hasValue(1);
	}

	@Test
	void aToolThatWasFoundIsHiddenOnceItIsDenied() {
		servers.willCall("find", "search");
		Assistant assistant = AiServices.builder(Assistant.class)
			.chatModel(servers.model())
			.tools(new Tools())
			.toolSearchStrategy(new Finding())
			.build();
		assertThat(assistant.chat("x")).contains(DENIED);
		assertThat(servers.offered(0)).containsExactly("find");
		assertThat(servers.offered(1)).containsExactly("find");
		servers.granted.add("a:read:documents");
		forget();
		servers.willCall("find", "search");
		assertThat(assistant.chat("x")).contains("secret x");
		assertThat(servers.offered(1)).containsExactly("find", "search");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aToolIsHiddenByItsOwnTermsWhateverAnotherChatCallsSo(boolean described) {
		AtomicReference<Assistant> assistant = new AtomicReference<>();
		AtomicInteger chats = new AtomicInteger();
		ToolExecutor asking = (call, memoryId) -> (chats.getAndIncrement() == 0) ? assistant.get().chat("y") : "opened";
		ToolProvider provider = (request) -> ToolProviderResult.builder()
			.add(specification("open"), asking)
			.add(specification("search").toBuilder().description("chat " + chats.get()).build(),
					(chats.get() == 0) ? new Executor() : (call, memoryId) -> ran("x"))
			.build();
		assistant.set(AiServices.builder(Assistant.class)
			.chatModel(servers.model())
			.toolProvider(provider)
			.chatRequestTransformer((request) -> described ? request
					: request.toBuilder()
						.toolSpecifications(request.toolSpecifications()
							.stream()
							.map((tool) -> tool.toBuilder().description("changed").build())
							.toList())
						.build())
			.build());
		servers.willCall("open");
		assertThat(assistant.get().chat("x")).contains("opened");
		assertThat(servers.offered(0)).containsExactly("open");
		assertThat(servers.offered(1)).containsExactlyInAnyOrder("open", "search");
		if (described) {
			assertThat(servers.offered(3)).containsExactly("open");
		}
	}

	@Test
	void annotationsThatNobodyKeepsAreRefused() {
		for (Object tools : List.of(new Compensating(), new AnnotatedCompensating(), new Helping())) {
			assertThatExceptionOfType(GuardConfigurationException.class)
				.isThrownBy(() -> AiServices.builder(Assistant.class).tools(tools))
				.withMessageContaining("helper")
				.withMessageContaining("no guard stands where it is called");
		}
		for (Class<?> service : List.of(Annotated.class, WithDefault.class, AnnotatedWithDefault.class,
				AnnotatedWithMemory.class)) {
			assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(() -> AiServices.builder(service))
				.withMessageContaining(service.getName())
				.withMessageContaining("no guard stands where it is called");
		}
	}

	@Test
	void whatCompensatesIsRefusedBehindAProxyWhichDoesNotCallIt() {
		Object proxy = new ProxyFactory(new PlainCompensating()).getProxy();
		assertThatExceptionOfType(GuardConfigurationException.class)
			.isThrownBy(() -> AiServices.builder(Assistant.class).tools(proxy))
			.withMessageContaining("helper")
			.withMessageContaining("@CompensateFor, which is not called through a bean's proxy");
	}

	@Test
	void whatAnExecutorCallsIsGuardedByItsOwnAnnotations() throws Exception {
		Method contract = PlainContract.class.getMethod("plainSearch", String.class);
		Method own = PlainTools.class.getMethod("plainSearch", String.class);
		Object annotated = new OverridingTools();
		Object typed = new AnnotatedSubclass();
		for (ToolExecutor executor : List.of(new DefaultToolExecutor(annotated, contract),
				new DefaultToolExecutor(annotated, own), new DefaultToolExecutor(typed, own),
				DefaultToolExecutor.builder()
					.object(new PlainTools())
					.originalMethod(own)
					.methodToInvoke(PlainTools.class.getMethod("annotated", String.class))
					.build(),
				new AnnotatedExecutor(new PlainTools(), own))) {
			servers.willCall("plainSearch");
			Assistant assistant = AiServices.builder(Assistant.class)
				.chatModel(servers.model())
				.tools(Map.of(specification("plainSearch"), executor))
				.build();
			assertThat(assistant.chat("x")).isEqualTo(DENIED);
			assertThat(RUNS).hasValue(0);
			assertThat(servers.offered(0)).isEmpty();
		}
	}

	@Test
	void anotherFactoryIsRefusedWhicheverComesFirst() throws Exception {
		assertThat(installedBeside(OtherFactory.class, true)).contains("would not be guarded",
				OtherFactory.class.getName());
		assertThat(installedBeside(OtherFactory.class, false)).contains("would not be guarded",
				OtherFactory.class.getName());
	}

	/**
	 * In a class loader of its own: LangChain4j looks for a factory once.
	 */
	private static String installedBeside(Class<?> factory, boolean first) throws Exception {
		java.nio.file.Path folder = java.nio.file.Files.createTempDirectory("services");
		java.nio.file.Path file = folder.resolve("META-INF/services/" + AiServiceContextFactory.class.getName());
		java.nio.file.Files.createDirectories(file.getParent());
		java.nio.file.Files.writeString(file, factory.getName() + "\n");
		List<java.net.URL> urls = new ArrayList<>();
		for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
			urls.add(java.nio.file.Path.of(entry).toUri().toURL());
		}
		urls.add(first ? 0 : urls.size(), folder.toUri().toURL());
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (java.net.URLClassLoader loader = new java.net.URLClassLoader(urls.toArray(java.net.URL[]::new),
				ClassLoader.getPlatformClassLoader())) {
			thread.setContextClassLoader(loader);
			Method method = loader.loadClass(GuardedServices.class.getName()).getDeclaredMethod("requireGuarded");
			method.setAccessible(true);
			method.invoke(null);
			return "installed";
		}
		catch (java.lang.reflect.InvocationTargetException ex) {
			return ex.getCause().getMessage();
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static void forget() {
		agent.get(CapabilityDecisions.class).invalidate();
		other.get(CapabilityDecisions.class).invalidate();
		agent.get(dev.lumoauth.spring.http.LumoAuthHttp.class).forget();
	}

	interface Assistant {

		String chat(String text);

	}

	public interface Researcher {

		@Agent("Finds something out")
		@UserMessage("{{topic}}")
		String research(@V("topic") String topic);

	}

	/**
	 * Finds every tool.
	 */
	static class Finding implements ToolSearchStrategy {

		@Override
		public List<ToolSpecification> getToolSearchTools(InvocationContext context) {
			return List.of(specification("find"));
		}

		@Override
		public ToolSearchResult search(ToolSearchRequest request) {
			return new ToolSearchResult(List.of("search"), "search");
		}

	}

	static class Compensating {

		@Tool
		String search(@P("text") String text) {
			return text;
		}

		@CompensateFor("search")
		@RequiresCapability("undo")
		void helper(String text) {
		}

	}

	@RequiresCapability("undo")
	static class AnnotatedCompensating {

		@Tool
		String search(@P("text") String text) {
			return text;
		}

		@CompensateFor("search")
		void helper(String text) {
		}

	}

	static class PlainCompensating {

		@Tool
		String search(@P("text") String text) {
			return text;
		}

		@CompensateFor("search")
		void helper(String text) {
		}

	}

	static class Helping {

		@Tool
		String search(@P("text") String text) {
			return text;
		}

		@RequiresCapability("undo")
		void helper(String text) {
		}

	}

	public static class OtherFactory implements AiServiceContextFactory {

		@Override
		public AiServiceContext create(Class<?> type) {
			return new Plain(type);
		}

		private static final class Plain extends AiServiceContext {

			private Plain(Class<?> type) {
				super(type);
			}

		}

	}

	public interface WithDefault {

		String chat(String text);

		@RequiresCapability("read:documents")
		default String helper(String text) {
			return text;
		}

	}

	@RequiresCapability("read:documents")
	public interface AnnotatedWithDefault {

		String chat(String text);

		default String helper(String text) {
			return text;
		}

	}

	@RequiresCapability("read:documents")
	public interface AnnotatedWithMemory extends ChatMemoryAccess {

		String chat(@MemoryId String id, @UserMessage String text);

	}

	public interface PlainContract {

		String plainSearch(@P("text") String text);

	}

	public static class PlainTools implements PlainContract {

		@Override
		public String plainSearch(String text) {
			return ran(text);
		}

		@RequiresCapability("read:documents")
		public String annotated(String text) {
			return ran(text);
		}

	}

	public static class OverridingTools extends PlainTools {

		@Override
		@RequiresCapability("read:documents")
		public String plainSearch(String text) {
			return ran(text);
		}

	}

	@RequiresCapability("read:documents")
	public static class AnnotatedSubclass extends PlainTools {

	}

	@RequiresCapability("read:documents")
	static class AnnotatedExecutor extends DefaultToolExecutor {

		AnnotatedExecutor(Object object, Method method) {
			super(object, method);
		}

	}

	/**
	 * Cancels whatever it receives.
	 */
	static class Cancelling implements StreamingChatResponseHandler {

		@Override
		public void onPartialResponse(PartialResponse part, PartialResponseContext context) {
			context.streamingHandle().cancel();
		}

		@Override
		public void onPartialThinking(PartialThinking part, PartialThinkingContext context) {
			context.streamingHandle().cancel();
		}

		@Override
		public void onPartialToolCall(PartialToolCall part, PartialToolCallContext context) {
			context.streamingHandle().cancel();
		}

		@Override
		public void onCompleteResponse(ChatResponse response) {
			throw new AssertionError();
		}

		@Override
		public void onError(Throwable error) {
			throw new AssertionError(error);
		}

	}

	static class Handle implements StreamingHandle {

		private volatile boolean cancelled;

		@Override
		public void cancel() {
			this.cancelled = true;
		}

		@Override
		public boolean isCancelled() {
			return this.cancelled;
		}

	}

	interface Remembering {

		String chat(@MemoryId String id, @UserMessage String text);

	}

	interface Answering {

		Result<String> chat(String text);

	}

	interface Streaming {

		TokenStream chat(String text);

	}

	interface Reactive {

		Flux<String> chat(String text);

	}

	interface Annotated {

		@RequiresCapability("chat")
		String chat(String text);

	}

	static class Tools {

		@Tool
		@RequiresCapability("read:documents")
		String search(@P("text") String text) {
			return ran(text);
		}

		@Tool
		@RequiresCapability("read:documents")
		private String hiddenSearch(@P("text") String text) {
			return ran(text);
		}

		@Tool
		@RequiresCapability("read:documents")
		static String staticSearch(@P("text") String text) {
			return ran(text);
		}

		@Tool(returnBehavior = ReturnBehavior.IMMEDIATE)
		@RequiresCapability("read:documents")
		String immediate(@P("text") String text) {
			return ran(text);
		}

		@Tool
		@RequiresCapability("locked")
		String locked(@P("text") String text) {
			return ran(text);
		}

		@Tool
		@OnBehalfOfUser
		String trade(@P("text") String text) {
			String user = UserScope.current().value();
			USERS.add(user);
			return "trade of " + user;
		}

		@Tool
		String open(@P("text") String text) {
			return "opened";
		}

		@Tool
		String nested(@P("text") String text) {
			throw new dev.lumoauth.spring.capability.CapabilityDeniedException(List.of("inner"));
		}

		@Tool
		String failing(@P("text") String text) {
			throw new IllegalStateException("out of paper");
		}

	}

	@RequiresCapability("read:documents")
	static class AnnotatedClass {

		@Tool
		String classSearch(@P("text") String text) {
			return ran(text);
		}

	}

	interface Contract {

		@RequiresCapability("read:documents")
		String contractSearch(String text);

	}

	static class Implementing implements Contract {

		@Override
		@Tool
		public String contractSearch(@P("text") String text) {
			return ran(text);
		}

	}

	abstract static class Searching<T> {

		@RequiresCapability("read:documents")
		abstract String superclassSearch(T text);

	}

	static class Extending extends Searching<String> {

		@Override
		@Tool
		String superclassSearch(@P("text") String text) {
			return ran(text);
		}

	}

	static class Executor implements ToolExecutor {

		@Override
		@RequiresCapability("read:documents")
		public String execute(ToolExecutionRequest request, Object memoryId) {
			return ran("x");
		}

	}

	@RequiresCapability("read:documents")
	static class Provider implements ToolProvider {

		@Override
		public ToolProviderResult provideTools(ToolProviderRequest request) {
			return ToolProviderResult.builder().add(specification("provided"), (call, memoryId) -> ran("x")).build();
		}

	}

	static class DynamicProvider extends Provider {

		@Override
		public ToolProviderResult provideTools(ToolProviderRequest request) {
			return ToolProviderResult.builder().add(specification("dynamic"), new Executor()).build();
		}

		@Override
		public boolean isDynamic() {
			return true;
		}

	}

	private static String ran(String text) {
		RUNS.incrementAndGet();
		during.accept(text);
		return "secret " + text;
	}

	private static ToolSpecification specification(String name) {
		return ToolSpecification.builder().name(name).description("A tool").build();
	}

	enum Kind {

		METHOD("search", (builder) -> builder.tools(new Tools())),

		PRIVATE_METHOD("hiddenSearch", (builder) -> builder.tools(new Tools())),

		STATIC_METHOD("staticSearch", (builder) -> builder.tools(new Tools())),

		ANNOTATED_CLASS("classSearch", (builder) -> builder.tools(new AnnotatedClass())),

		ANNOTATED_INTERFACE("contractSearch", (builder) -> builder.tools(new Implementing())),

		ANNOTATED_SUPERCLASS("superclassSearch", (builder) -> builder.tools(new Extending())),

		EXECUTOR("executor", (builder) -> builder.tools(Map.of(specification("executor"), new Executor()))),

		EXECUTOR_OF_METHOD("search",
				(builder) -> builder
					.tools(Map.of(specification("search"), new DefaultToolExecutor(new Tools(), method())))),

		PROVIDER("provided", (builder) -> builder.toolProvider(new Provider())),

		PROVIDERS("provided", (builder) -> builder.toolProviders(new Provider())),

		DYNAMIC_PROVIDER("dynamic", (builder) -> builder.toolProvider(new DynamicProvider())),

		GUARDED_PROVIDER("plain", (builder) -> builder.toolProvider(LangChain4jGuard.installed()
			.provider((request) -> ToolProviderResult.builder()
				.add(specification("plain"), (call, memoryId) -> ran("x"))
				.build(), (tool) -> new GuardTerms(CapabilityRequirement.of("read:documents"), false))));

		private final String tool;

		private final Consumer<AiServices<?>> add;

		Kind(String tool, Consumer<AiServices<?>> add) {
			this.tool = tool;
			this.add = add;
		}

		private static Method method() {
			try {
				return Tools.class.getDeclaredMethod("search", String.class);
			}
			catch (NoSuchMethodException ex) {
				throw new IllegalStateException(ex);
			}
		}

		<T> AiServices<T> tools(AiServices<T> builder) {
			this.add.accept(builder);
			return builder;
		}

	}

	enum Path {

		BLOCKING((kind, guard) -> {
			Assistant assistant = kind
				.tools(AiServices.builder(Assistant.class)
					.chatModel((guard != null) ? guard.model(servers.model()) : servers.model()))
				.build();
			return assistant::chat;
		}),

		CONCURRENT((kind, guard) -> {
			Assistant assistant = kind
				.tools(AiServices.builder(Assistant.class)
					.chatModel((guard != null) ? guard.model(servers.model()) : servers.model())
					.executeToolsConcurrently())
				.build();
			return assistant::chat;
		}),

		MEMORY((kind, guard) -> {
			Remembering assistant = kind
				.tools(AiServices.builder(Remembering.class)
					.chatMemoryProvider((id) -> MessageWindowChatMemory.withMaxMessages(20))
					.chatModel((guard != null) ? guard.model(servers.model()) : servers.model()))
				.build();
			return (text) -> assistant.chat(java.util.UUID.randomUUID().toString(), text);
		}),

		STREAM((kind, guard) -> {
			Streaming assistant = kind.tools(AiServices.builder(Streaming.class)
				.streamingChatModel((guard != null) ? guard.model(servers.streamingModel()) : servers.streamingModel()))
				.build();
			return (text) -> {
				CompletableFuture<String> answer = new CompletableFuture<>();
				assistant.chat(text).onPartialResponse((part) -> {
				})
					.onCompleteResponse((response) -> answer.complete(response.aiMessage().text()))
					.onError(answer::completeExceptionally)
					.start();
				return join(answer);
			};
		}),

		STREAM_CONCURRENT((kind, guard) -> {
			Streaming assistant = kind
				.tools(AiServices.builder(Streaming.class)
					.streamingChatModel(
							(guard != null) ? guard.model(servers.streamingModel()) : servers.streamingModel())
					.executeToolsConcurrently())
				.build();
			return (text) -> {
				CompletableFuture<String> answer = new CompletableFuture<>();
				assistant.chat(text).onPartialResponse((part) -> {
				})
					.onCompleteResponse((response) -> answer.complete(response.aiMessage().text()))
					.onError(answer::completeExceptionally)
					.start();
				return join(answer);
			};
		}),

		FLUX((kind, guard) -> {
			Reactive assistant = kind.tools(AiServices.builder(Reactive.class)
				.streamingChatModel((guard != null) ? guard.model(servers.streamingModel()) : servers.streamingModel()))
				.build();
			return (text) -> String.join("", assistant.chat(text).collectList().block());
		});

		private final BiFunction<Kind, LangChain4jGuard, Function<String, String>> chat;

		Path(BiFunction<Kind, LangChain4jGuard, Function<String, String>> chat) {
			this.chat = chat;
		}

		private static String join(CompletableFuture<String> answer) {
			try {
				return answer.get(1, TimeUnit.MINUTES);
			}
			catch (java.util.concurrent.ExecutionException ex) {
				throw (RuntimeException) ex.getCause();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

		Function<String, String> chat(Kind kind) {
			return chat(kind, null);
		}

		Function<String, String> chat(Kind kind, LangChain4jGuard guard) {
			return this.chat.apply(kind, guard);
		}

	}

}
