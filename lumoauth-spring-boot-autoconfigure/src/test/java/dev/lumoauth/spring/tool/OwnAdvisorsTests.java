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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.tool.chat.Offer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.openai.autoconfigure.OpenAiChatAutoConfiguration;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.augment.AugmentedToolCallback;
import org.springframework.ai.tool.resolution.ToolCallbackResolver;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Chats in which the application's own advisors, managers and resolvers have a part, with
 * a model that names a tool whether it was offered or not.
 */
class OwnAdvisorsTests {

	private static final FakeDecisions DECISIONS = new FakeDecisions();

	private static ScriptedOpenAi model;

	private static AnnotationConfigApplicationContext context;

	@BeforeAll
	static void start() {
		model = new ScriptedOpenAi();
		context = new AnnotationConfigApplicationContext();
		TestPropertyValues
			.of("spring.ai.openai.base-url=" + model.baseUrl(), "spring.ai.openai.api-key=none",
					"spring.ai.openai.max-retries=0", "spring.ai.tools.resolution.fallback.enabled=true",
					"lumoauth.enabled=true")
			.applyTo(context);
		context.register(Beans.class);
		context.refresh();
	}

	@AfterAll
	static void stop() {
		context.close();
		model.close();
	}

	@BeforeEach
	void reset() {
		DECISIONS.reset();
		GuardedTools.RUNS.set(0);
	}

	/**
	 * With hiding: LumoAuth denies the tool, so that it is not offered.
	 */
	@ParameterizedTest
	@EnumSource
	void aLoopOutsideTheGuardNeverRunsWhatIsHidden(Kind kind) {
		for (int order : new int[] { Ordered.HIGHEST_PRECEDENCE + 1, ToolCallingAdvisor.DEFAULT_ORDER - 100,
				ToolCallingAdvisor.DEFAULT_ORDER - 1, ToolCallingAdvisor.DEFAULT_ORDER + 100 }) {
			for (boolean stream : new boolean[] { false, true }) {
				model.willCall(kind.name, "{\"text\":\"x\"}");
				ChatClient client = context.getBean(ChatClient.Builder.class)
					.defaultAdvisors(ToolCallingAdvisor.builder().advisorOrder(order).build())
					.build();
				answer(() -> ask(client, stream, kind.tools.get()));
				assertThat(GuardedTools.RUNS).as("%s, stream %s", order, stream).hasValue(0);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void aLoopOutsideTheGuardRunsWhatIsGuardedByHand(Kind kind) {
		ToolCallback tool = kind.callback();
		ToolCallback guarded = context.getBean(ToolGuard.class).guard(tool);
		ChatClient client = context.getBean(ChatClient.Builder.class)
			.defaultAdvisors(ToolCallingAdvisor.builder().advisorOrder(Ordered.HIGHEST_PRECEDENCE + 1).build())
			.build();
		model.willCall(kind.name, "{\"text\":\"x\"}");
		assertThat(ask(client, false, guarded)).contains("Error: agent lacks 'read:documents' capability.");
		DECISIONS.grant("read:documents");
		assertThat(ask(client, false, guarded)).contains("secret");
		assertThat(GuardedTools.RUNS).hasValue(1);
	}

	private static String ask(ChatClient client, boolean stream, Object... tools) {
		ChatClient.ChatClientRequestSpec request = client.prompt("go").tools(tools);
		return stream ? String.join("", request.stream().content().collectList().block()) : request.call().content();
	}

	private static String answer(Supplier<String> ask) {
		try {
			return ask.get();
		}
		catch (UnguardedToolException ex) {
			return ex.getMessage();
		}
	}

	@Test
	void guardsDefaultToolsAndThoseOfAClientMadeOfAnother() {
		ChatClient client = context.getBean(ChatClient.Builder.class)
			.defaultTools(new GuardedTools.Unadvisable())
			.build();
		for (ChatClient each : List.of(client, client.mutate().build(),
				client.mutate().defaultTools(new GuardedTools.Methods()).build())) {
			model.willCall("privateTool", "{}");
			assertThat(ask(each, false)).contains("Error: agent lacks 'read:documents' capability.");
		}
		assertThat(GuardedTools.RUNS).hasValue(0);
	}

	@Test
	void guardsAToolUnderEachOfItsNames() {
		ToolCallback tool = ToolCallbacks.from(new GuardedTools.SingleMethod())[0];
		Object[] tools = { tool, new ShapedTools.InObject(tool), new ShapedTools.InList(tool) };
		ChatClient client = context.getBean(ChatClient.Builder.class).build();
		for (String name : List.of("singleMethodTool", "inObject", "inList")) {
			model.willCall(name, "{}");
			assertThat(ask(client, false, tools)).contains("Error: agent lacks 'read:documents' capability.");
		}
		model.willCall(List.of("singleMethodTool", "inObject", "inList"));
		assertThat(ask(client, false, tools)).doesNotContain("secret");
		assertThat(GuardedTools.RUNS).hasValue(0);
	}

	@Test
	void neverRunsAToolThatAnAdvisorAddsNextToTheModel() {
		for (int order : new int[] { ToolCallingAdvisor.DEFAULT_ORDER - 50, ToolCallingAdvisor.DEFAULT_ORDER,
				ToolCallingAdvisor.DEFAULT_ORDER + 50, Ordered.LOWEST_PRECEDENCE - 1, Ordered.LOWEST_PRECEDENCE }) {
			for (boolean offered : new boolean[] { true, false }) {
				ChatClient client = context.getBean(ChatClient.Builder.class)
					.defaultAdvisors(new Adding(order))
					.build();
				model.willCall("singleMethodTool", "{}");
				answer(() -> offered ? ask(client, false, new GuardedTools.Methods()) : ask(client, false));
				assertThat(GuardedTools.RUNS).as("%s", order).hasValue(0);
			}
		}
	}

	@Test
	void neverRunsForAnAdvisorThatRunsToolsItself() {
		for (int order : new int[] { Ordered.HIGHEST_PRECEDENCE, ToolCallingAdvisor.DEFAULT_ORDER + 50,
				Ordered.LOWEST_PRECEDENCE - 100 }) {
			ChatClient client = context.getBean(ChatClient.Builder.class)
				.defaultAdvisors(new RunningItself(order))
				.build();
			model.willCall("privateTool", "{}");
			answer(() -> ask(client, false, new GuardedTools.Unadvisable()));
			assertThat(GuardedTools.RUNS).as("%s", order).hasValue(0);
		}
	}

	@ParameterizedTest
	@EnumSource
	void theManagerGuardsWhatAResolverFindsByNameAlone(Managed managed) {
		ToolCallingManager manager = context.getBean(managed.bean, ToolCallingManager.class);
		for (Prompt prompt : List.of(new Prompt("go"), new Prompt(List.of(new UserMessage("go")), null),
				new Prompt("go", ChatOptions.builder().build()),
				new Prompt("go", context.getBean(ChatModel.class).getOptions()))) {
			DECISIONS.reset();
			GuardedTools.RUNS.set(0);
			ChatResponse response = calling("dynamic");
			String denied = manager.executeToolCalls(prompt, response).conversationHistory().toString();
			assertThat(denied).contains("Error: ").doesNotContain("secret");
			assertThat(GuardedTools.RUNS).hasValue(0);
			DECISIONS.grant("read:documents");
			manager.executeToolCalls(prompt, response);
			assertThat(GuardedTools.RUNS).hasValue(1);
		}
	}

	private static ChatResponse calling(String tool) {
		return new ChatResponse(List.of(new Generation(AssistantMessage.builder()
			.content("")
			.toolCalls(List.of(new AssistantMessage.ToolCall("1", "function", tool, "{}")))
			.build())));
	}

	@Test
	void eachAgentsGuardAsksItsOwnAgentWhateverStandsAroundTheTool() {
		FakeDecisions otherDecisions = new FakeDecisions();
		ToolGuard own = context.getBean(ToolGuard.class);
		ToolGuard other = other(otherDecisions);
		List<ToolCallback> tools = new ArrayList<>();
		for (ToolCallback tool : List.of(own.guard(ToolCallbacks.from(new GuardedTools.SingleMethod())[0]),
				context.getBean("bean", ToolCallback.class),
				context.getBean(ToolCallbackProvider.class).getToolCallbacks()[0],
				new ShapedTools.InObject(own.guard(ToolCallbacks.from(new GuardedTools.SingleMethod())[0])),
				ToolCallbacks.from(context.getBean(GuardedTools.SingleMethod.class))[0])) {
			tools.add(other.guard(tool));
			tools.addAll(other.guard(List.of(tool)));
		}
		for (ToolCallback tool : tools) {
			DECISIONS.reset();
			otherDecisions.reset();
			GuardedTools.RUNS.set(0);
			DECISIONS.grant("read:documents");
			assertThat(tool.call("{}")).isEqualTo("Error: agent lacks 'read:documents' capability.");
			DECISIONS.reset();
			otherDecisions.grant("read:documents");
			assertThat(tool.call("{}")).contains("agent lacks 'read:documents' capability.");
			assertThat(GuardedTools.RUNS).hasValue(0);
			DECISIONS.grant("read:documents");
			assertThat(tool.call("{}")).contains("secret");
			assertThat(GuardedTools.RUNS).hasValue(1);
		}
	}

	@Test
	void aChatRunsTheToolsOfSeveralAgents() {
		FakeDecisions otherDecisions = new FakeDecisions().grant("read:documents");
		ToolCallback others = other(otherDecisions).guard(ToolCallbacks.from(new GuardedTools.SingleMethod())[0]);
		ChatClient client = context.getBean(ChatClient.Builder.class).build();
		model.willCall(List.of("singleMethodTool", "privateTool"));
		assertThat(ask(client, false, others, new GuardedTools.Unadvisable())).contains("secret")
			.contains("Error: agent lacks 'read:documents' capability.");
		assertThat(GuardedTools.RUNS).hasValue(1);
		assertThat(model.offered()).contains("singleMethodTool").doesNotContain("privateTool");
	}

	@Test
	void aChatAsksItsOwnAgentAsWellForADecoratedToolOfAnotherAgent() {
		FakeDecisions otherDecisions = new FakeDecisions().grant("read:documents");
		ToolCallback others = other(otherDecisions).guard(ToolCallbacks.from(new GuardedTools.SingleMethod())[0]);
		ToolCallback decorated = new AugmentedToolCallback<>(others, GuardedTools.Query.class, null, true);
		ChatClient client = context.getBean(ChatClient.Builder.class).build();
		model.willCall("singleMethodTool", "{\"text\":\"x\"}");
		assertThat(ask(client, false, decorated)).contains("Error: agent lacks 'read:documents' capability.");
		DECISIONS.grant("read:documents");
		assertThat(ask(client, false, decorated)).contains("secret");
	}

	private static ToolGuard other(CapabilityDecisions decisions) {
		return TestGuards.of(decisions);
	}

	enum Kind {

		INLINE("publicTool", GuardedTools.Methods::new),

		PRIVATE("privateTool", GuardedTools.Unadvisable::new),

		FINAL("finalTool", GuardedTools.Unadvisable::new),

		STATIC("staticTool", GuardedTools.Unadvisable::new),

		RECORD("recordTool", () -> new ShapedTools.RecordTools("x")),

		ENUM("enumTool", () -> ShapedTools.EnumTools.ONLY),

		ANONYMOUS("anonymousObjectTool", ShapedTools::anonymousTools),

		ARRAY("recordTool", () -> ToolCallbacks.from(new ShapedTools.RecordTools("x"))),

		PROVIDER("recordTool", () -> ToolCallbackProvider.from(ToolCallbacks.from(new ShapedTools.RecordTools("x")))),

		DECORATOR("inMap", () -> new ShapedTools.InMap(ShapedTools.annotated())),

		FUNCTION("function", () -> ShapedTools.function("function", new ShapedTools.AnnotatedApply()));

		private final String name;

		private final Supplier<Object> tools;

		Kind(String name, Supplier<Object> tools) {
			this.name = name;
			this.tools = tools;
		}

		ToolCallback callback() {
			Object offered = this.tools.get();
			ToolCallback[] all = (offered instanceof ToolCallback tool) ? new ToolCallback[] { tool }
					: (offered instanceof ToolCallbackProvider provider) ? provider.getToolCallbacks()
							: (offered instanceof ToolCallback[] array) ? array : ToolCallbacks.from(offered);
			return Arrays.stream(all)
				.filter((tool) -> tool.getToolDefinition().name().equals(this.name))
				.findFirst()
				.orElseThrow();
		}

	}

	enum Managed {

		THE_MANAGER("toolCallingManager"), BUILT_BY_HAND("byHand");

		private final String bean;

		Managed(String bean) {
			this.bean = bean;
		}

	}

	/**
	 * Offers one more tool.
	 */
	record Adding(int order) implements CallAdvisor {

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			List<ToolCallback> tools = new ArrayList<>(Offer.of(request));
			tools.add(ToolCallbacks.from(new GuardedTools.SingleMethod())[0]);
			return chain.nextCall(Offer.replace(request, tools));
		}

		@Override
		public String getName() {
			return "adding";
		}

		@Override
		public int getOrder() {
			return this.order;
		}

	}

	/**
	 * Runs what the model asks for, without Spring AI.
	 */
	record RunningItself(int order) implements CallAdvisor {

		@Override
		public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
			ChatClientResponse response = chain.nextCall(request);
			ChatResponse answer = response.chatResponse();
			if (answer != null && answer.hasToolCalls()) {
				String called = answer.getResult().getOutput().getToolCalls().get(0).name();
				Offer.of(request)
					.stream()
					.filter((tool) -> tool.getToolDefinition().name().equals(called))
					.forEach((tool) -> tool.call("{}"));
			}
			return response;
		}

		@Override
		public String getName() {
			return "running itself";
		}

		@Override
		public int getOrder() {
			return this.order;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ObservationAutoConfiguration.class, ToolCallingAutoConfiguration.class,
			ChatClientAutoConfiguration.class, OpenAiChatAutoConfiguration.class,
			LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class })
	static class Beans {

		@Bean
		CapabilityDecisions decisions() {
			return DECISIONS;
		}

		@Bean
		GuardedTools.SingleMethod singleMethod() {
			return new GuardedTools.SingleMethod();
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallback bean() {
			return ShapedTools.plain("bean");
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallbackProvider provider() {
			return ToolCallbackProvider.from(ShapedTools.plain("provided"));
		}

		@Bean
		ToolCallbackResolver toolCallbackResolver() {
			return new Dynamic();
		}

		@Bean
		ToolCallingManager toolCallingManager(ToolCallbackResolver resolver) {
			return ToolCallingManager.builder().toolCallbackResolver(resolver).build();
		}

		@Bean
		ToolCallingManager byHand() {
			return ToolCallingManager.builder().toolCallbackResolver(new Dynamic()).build();
		}

	}

	/**
	 * Makes a tool for a name.
	 */
	static class Dynamic implements ToolCallbackResolver {

		@Override
		public @Nullable ToolCallback resolve(String name) {
			return name.equals("dynamic") ? ToolCallbacks.from(new DynamicTool())[0] : null;
		}

	}

	static class DynamicTool {

		@Tool
		@RequiresCapability("read:documents")
		String dynamic() {
			return GuardedTools.run();
		}

	}

}
