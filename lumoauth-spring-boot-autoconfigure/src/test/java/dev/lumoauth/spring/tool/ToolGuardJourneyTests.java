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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardListener;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.tool.chat.Offer;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.ai.chat.client.AdvisorParams;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.openai.autoconfigure.OpenAiChatAutoConfiguration;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.augment.AugmentedToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.annotation.UserConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Real Spring AI and its real OpenAI client, against a model that calls the tool whether
 * it was offered or not.
 */
class ToolGuardJourneyTests {

	private static final String DENIED = "Error: agent lacks 'read:documents' capability.";

	private static final String UNAVAILABLE = "Error: authorization is unavailable; try again later.";

	private static final FakeDecisions DECISIONS = new FakeDecisions();

	/** As listeners are told of them. */
	private static final List<String> REFUSALS = new CopyOnWriteArrayList<>();

	private static final ResolvableType SUPPLIER = ResolvableType.forClassWithGenerics(Supplier.class, String.class);

	private static ScriptedOpenAi model;

	private static AnnotationConfigApplicationContext shared;

	@BeforeAll
	static void start() {
		model = new ScriptedOpenAi();
		shared = new AnnotationConfigApplicationContext();
		TestPropertyValues.of(properties()).applyTo(shared);
		shared.register(DecisionsConfiguration.class, GuardedTools.Beans.class, ShapedTools.Beans.class,
				Everything.class);
		shared.refresh();
	}

	@AfterAll
	static void stop() {
		shared.close();
		model.close();
	}

	private static String[] properties() {
		return new String[] { "spring.ai.openai.base-url=" + model.baseUrl(), "spring.ai.openai.api-key=none",
				"spring.ai.openai.max-retries=0" };
	}

	@BeforeEach
	void reset() {
		DECISIONS.reset();
		GuardedTools.RUNS.set(0);
		REFUSALS.clear();
	}

	static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withUserConfiguration(DecisionsConfiguration.class, GuardedTools.Beans.class)
			.withConfiguration(UserConfigurations.of(Everything.class))
			.withPropertyValues(properties());
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
	void refusesWithoutTheCapabilityAndRunsWithIt(Kind kind, Path path) {
		model.willCall(kind.toolName(), "{\"text\":\"x\"}");
		if (kind.guardable || path.guarded) {
			assertThat(path.ask.apply(shared, kind.tools.apply(shared))).contains(DENIED).doesNotContain("secret");
			assertThat(GuardedTools.RUNS).hasValue(0);
			assertThat(REFUSALS).containsExactly("deny");
			DECISIONS.unavailable();
			assertThat(path.ask.apply(shared, kind.tools.apply(shared))).contains(UNAVAILABLE)
				.doesNotContain("lumo.internal");
			assertThat(GuardedTools.RUNS).hasValue(0);
			DECISIONS.reset();
			DECISIONS.grant("read:documents");
			assertThat(path.ask.apply(shared, kind.tools.apply(shared))).contains(kind.answer());
			assertThat(GuardedTools.RUNS).hasValue(1);
			assertThat(REFUSALS).containsExactly("deny", "unavailable");
		}
		else {
			DECISIONS.grant("read:documents");
			assertThatExceptionOfType(UnguardedToolException.class)
				.isThrownBy(() -> path.ask.apply(shared, kind.tools.apply(shared)))
				.withMessageContaining("requires [read:documents")
				.withMessageContaining("ChatClient.Builder");
			assertThat(GuardedTools.RUNS).hasValue(0);
		}
	}

	@Test
	void offersOnlyWhatTheAgentMayUseWithOneRequestForAll() {
		runner().run((context) -> {
			DECISIONS.grant("mcp:financial");
			model.willCall("openTool", "{}");
			Path.BUILDER_CALL.ask.apply(context, new Object[] { context.getBean(GuardedTools.Methods.class) });
			assertThat(model.offered()).containsExactlyInAnyOrder("openTool", "anyTool");
			// The fake has no cache, so each of the two model calls asks: once, for all.
			assertThat(DECISIONS.requests()).hasSize(2)
				.allSatisfy(
						(request) -> assertThat(request).containsExactlyInAnyOrder("read:documents", "mcp:financial"));
		});
	}

	@Test
	void notesWhichLayerGuardsWhat() {
		model.willCall("publicTool", "{}");
		Path.BUILDER_CALL.ask.apply(shared, new Object[] { new GuardedTools.Methods() });
		shared.getBean(LumoAuthFunctionTools.class).getToolCallbacks();
		shared.getBean(ToolGuard.class).guard(ToolCallbacks.from(new GuardedTools.ProvidedMethods())[0]);
		assertThat(shared.getBean(GuardRuntime.class).register().all())
			.extracting((guarded) -> guarded.layer().code() + " " + guarded.name())
			.contains("bean_method methods.publicTool", "bean functionBean", "tool_bean callbackBean",
					"tool_bean providedMethodTool", "function_bean functionBean", "chat_client publicTool",
					"tool_guard providedMethodTool")
			.noneMatch((guarded) -> guarded.contains("openTool"))
			.doesNotHaveDuplicates();
	}

	@Test
	void asksOnceForWhatAStreamOffers() {
		runner().run((context) -> {
			DECISIONS.grant("mcp:financial");
			model.willCall("openTool", "{}");
			Path.BUILDER_STREAM.ask.apply(context, new Object[] { context.getBean(GuardedTools.Methods.class) });
			assertThat(model.offered()).containsExactlyInAnyOrder("openTool", "anyTool");
			assertThat(DECISIONS.requests()).hasSize(2);
		});
	}

	@Test
	void hidesFromAClientThatHasNoAdvisorOfOurs() {
		runner().run((context) -> {
			DECISIONS.grant("mcp:financial");
			model.willCall("openTool", "{}");
			Path.CREATE.ask.apply(context, new Object[] { context.getBean(GuardedTools.Methods.class) });
			assertThat(model.offered()).containsExactlyInAnyOrder("openTool", "anyTool");
		});
	}

	@Test
	void asksNothingForWhatIsKnown() {
		runner().run((context) -> {
			DECISIONS.grant("read:documents");
			DECISIONS.cached();
			model.willCall("publicTool", "{}");
			Path.BUILDER_STREAM.ask.apply(context, new Object[] { context.getBean(GuardedTools.Methods.class) });
			assertThat(GuardedTools.RUNS).hasValue(1);
			assertThat(DECISIONS.requests()).isEmpty();
		});
	}

	@Test
	void offersWhatIsDeniedWhereHidingIsSwitchedOff() {
		runner().withPropertyValues("lumoauth.tools.hide-denied=false").run((context) -> {
			model.willCall("publicTool", "{}");
			assertThat(Path.BUILDER_CALL.ask.apply(context, new Object[] { new GuardedTools.Methods() }))
				.contains(DENIED);
			assertThat(model.offered()).hasSize(6);
		});
	}

	@Test
	void namesEveryCapabilityThatIsMissing() {
		runner().run((context) -> {
			model.willCall("allTool", "{}");
			assertThat(Path.BUILDER_CALL.ask.apply(context, new Object[] { new GuardedTools.Methods() }))
				.contains("Error: agent lacks 'read:documents', 'mcp:financial' capabilities.");
			DECISIONS.grant("read:documents");
			model.willCall("allTool", "{}");
			assertThat(Path.BUILDER_CALL.ask.apply(context, new Object[] { new GuardedTools.Methods() }))
				.contains("Error: agent lacks 'mcp:financial' capability.");
			assertThat(GuardedTools.RUNS).hasValue(0);
			model.willCall("anyTool", "{}");
			assertThat(Path.BUILDER_CALL.ask.apply(context, new Object[] { new GuardedTools.Methods() }))
				.contains("secret");
		});
	}

	@Test
	void throwsToTheCallerWhereAsked() {
		runner().withPropertyValues("lumoauth.tools.on-denied=throw").run((context) -> {
			model.willCall("publicTool", "{}");
			for (Path path : List.of(Path.BUILDER_CALL, Path.BUILDER_STREAM, Path.MANUAL_LOOP_WITH_THE_BEAN)) {
				assertThatThrownBy(
						() -> path.ask.apply(context, new Object[] { context.getBean(GuardedTools.Methods.class) }))
					.isInstanceOf(CapabilityDeniedException.class)
					.hasMessage("agent lacks 'read:documents' capability.");
			}
		});
	}

	@Test
	void tellsTheModelThatAToolIsNotThere() {
		runner().run((context) -> {
			model.willCall("madeUp", "{}");
			for (Path path : List.of(Path.BUILDER_CALL, Path.BUILDER_STREAM)) {
				assertThat(path.ask.apply(context, new Object[] { new GuardedTools.Methods() }))
					.contains("Error: there is no tool of that name.");
			}
		});
	}

	@Test
	void guardsWhatTheResolverFindsByNameAlone() {
		runner().withPropertyValues("spring.ai.tools.resolution.fallback.enabled=true").run((context) -> {
			model.willCall("providedMethodTool", "{}");
			assertThat(Path.BUILDER_CALL.ask.apply(context, new Object[] { new GuardedTools.Methods() }))
				.contains(DENIED);
			assertThat(GuardedTools.RUNS).hasValue(0);
		});
	}

	@Test
	void guardsCallbacksByHandForALoopOfOnesOwn() {
		runner().run((context) -> {
			model.willCall("privateTool", "{}");
			List<ToolCallback> tools = context.getBean(ToolGuard.class)
				.guard(List.of(ToolCallbacks.from(new GuardedTools.Unadvisable())));
			assertThat(Path.MANUAL_LOOP_WITH_ITS_OWN.ask.apply(context, tools.toArray())).contains(DENIED);
			assertThat(GuardedTools.RUNS).hasValue(0);
		});
	}

	@Test
	void refusesAModelMadeByHandThatIsObserved() {
		runner().run((context) -> {
			ChatModel byHand = OpenAiChatModel.builder()
				.options(options(context))
				.observationRegistry(context.getBean(ObservationRegistry.class))
				.build();
			refusesInlineTools(byHand);
		});
	}

	@Test
	@SuppressWarnings("removal")
	void refusesAModelMadeByHandWithTheManagerBean() {
		runner().run((context) -> {
			ChatModel byHand = OpenAiChatModel.builder()
				.options(options(context))
				.toolCallingManager(context.getBean(ToolCallingManager.class))
				.build();
			refusesInlineTools(byHand);
		});
	}

	@Test
	void refusesAModelOfAnAnonymousClass() {
		new ApplicationContextRunner()
			.withUserConfiguration(DecisionsConfiguration.class, AnonymousModelConfiguration.class)
			.withConfiguration(UserConfigurations.of(Everything.class))
			.withPropertyValues(properties())
			.run((context) -> refusesInlineTools(context.getBean("anonymousModel", ChatModel.class)));
	}

	private static OpenAiChatOptions options(ApplicationContext context) {
		return ((OpenAiChatOptions) context.getBean(ChatModel.class).getOptions()).mutate()
			.baseUrl(model.baseUrl())
			.apiKey("none")
			.build();
	}

	private static void refusesInlineTools(ChatModel chatModel) {
		DECISIONS.grant("read:documents");
		model.willCall("publicTool", "{}");
		assertThatExceptionOfType(UnguardedToolException.class).isThrownBy(
				() -> ChatClient.create(chatModel).prompt("go").tools(new GuardedTools.Methods()).call().content());
		assertThatExceptionOfType(UnguardedToolException.class).isThrownBy(() -> ChatClient.create(chatModel)
			.prompt("go")
			.tools(new GuardedTools.Methods())
			.stream()
			.content()
			.collectList()
			.block());
		assertThat(GuardedTools.RUNS).hasValue(0);
		assertThat(model.calls()).isZero();
	}

	@Test
	void looksThroughADecoratedCallback() {
		runner().run((context) -> {
			ToolCallback decorated = new AugmentedToolCallback<>(ToolCallbacks.from(new GuardedTools.SingleMethod())[0],
					GuardedTools.Query.class, null, true);
			model.willCall("singleMethodTool", "{\"text\":\"x\"}");
			assertThat(Path.BUILDER_CALL.ask.apply(context, new Object[] { decorated })).contains(DENIED);
			assertThat(GuardedTools.RUNS).hasValue(0);
			DECISIONS.grant("read:documents");
			assertThat(Path.BUILDER_CALL.ask.apply(context, new Object[] { decorated })).contains("secret");
			assertThatExceptionOfType(UnguardedToolException.class)
				.isThrownBy(() -> Path.CREATE.ask.apply(context, new Object[] { decorated }));
		});
	}

	@Test
	void needsOfACallbackOfSeveralWhatEveryOneNeeds() {
		runner().run((context) -> {
			ToolGuard guard = context.getBean(ToolGuard.class);
			ToolCallback either = guard.guard(new Either(tool("publicTool"), tool("allTool")));
			DECISIONS.grant("read:documents");
			assertThat(either.call("{}")).isEqualTo("Error: agent lacks 'mcp:financial' capability.");
			DECISIONS.grant("mcp:financial");
			assertThat(either.call("{}")).contains("secret");
			DECISIONS.reset();
			DECISIONS.grant("mcp:financial");
			assertThat(guard.guard(new Either(tool("publicTool"), tool("anyTool"))).call("{}"))
				.isEqualTo("Error: agent lacks 'read:documents' capability.");
		});
	}

	private static ToolCallback tool(String name) {
		return Arrays.stream(ToolCallbacks.from(new GuardedTools.Methods()))
			.filter((each) -> each.getToolDefinition().name().equals(name))
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Runs the second of its tools.
	 */
	static class Either implements ToolCallback {

		private final ToolCallback first;

		private final ToolCallback second;

		Either(ToolCallback first, ToolCallback second) {
			this.first = first;
			this.second = second;
		}

		@Override
		public ToolDefinition getToolDefinition() {
			return this.first.getToolDefinition();
		}

		@Override
		public String call(String toolInput) {
			return this.second.call(toolInput);
		}

	}

	@Test
	void guardsAFunctionBeanInACallbackOfOnesOwn() {
		runner().run((context) -> {
			Supplier<String> bean = context.<Supplier<String>>getBeanProvider(SUPPLIER).getObject();
			Object[] tools = { FunctionToolCallback.builder("wrapped", bean).build() };
			for (Path path : List.of(Path.BUILDER_CALL, Path.CREATE)) {
				DECISIONS.reset();
				GuardedTools.RUNS.set(0);
				model.willCall("wrapped", "{}");
				assertThat(path.ask.apply(context, tools)).contains(DENIED);
				assertThat(GuardedTools.RUNS).hasValue(0);
				DECISIONS.grant("read:documents");
				assertThat(path.ask.apply(context, tools)).contains("secret");
				assertThat(GuardedTools.RUNS).hasValue(1);
			}
		});
	}

	@Test
	void leavesTheApplicationsManagerWhatItWas() {
		runner().withUserConfiguration(ManagerConfiguration.class).run((context) -> {
			assertThat(context).hasSingleBean(OwnManager.class);
			model.willCall("publicTool", "{}");
			assertThat(Path.BUILDER_CALL.ask.apply(context, new Object[] { new GuardedTools.Methods() }))
				.contains(DENIED);
			assertThat(GuardedTools.RUNS).hasValue(0);
		});
	}

	@Test
	void guardsABeanThatIsCalledDirectly() {
		runner().run((context) -> {
			for (ToolCallback bean : context.getBeanProvider(ToolCallback.class)) {
				assertThat(bean.call("{\"text\":\"x\"}")).as(bean.getToolDefinition().name()).isEqualTo(DENIED);
			}
			for (ToolCallbackProvider provider : context.getBeanProvider(ToolCallbackProvider.class)) {
				for (ToolCallback tool : provider.getToolCallbacks()) {
					assertThat(tool.call("{\"text\":\"x\"}")).as(tool.getToolDefinition().name()).isEqualTo(DENIED);
				}
			}
			assertThat(GuardedTools.RUNS).hasValue(0);
		});
	}

	@Test
	void refusesToStartWithAToolBeanThatIsThereBeforeTheGuard() {
		runner().withUserConfiguration(EarlyConfiguration.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContaining("earlyCallback"));
		runner()
			.withInitializer((context) -> context.getBeanFactory()
				.registerSingleton("registered", ToolCallbacks.from(new GuardedTools.SingleMethod())[0]))
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContaining("registered"));
	}

	@Test
	void leavesABeanInjectableByItsOwnClass() {
		runner().run((context) -> {
			assertThat(context.getBean("functionCallbackBean", FunctionToolCallback.class).call("{\"text\":\"x\"}"))
				.isEqualTo(DENIED);
			assertThat(context).hasSingleBean(GuardedTools.Methods.class);
		});
	}

	@Test
	void describesAFunctionBeanByItsDescription() {
		runner().run((context) -> {
			ToolCallback[] tools = context.getBean(LumoAuthFunctionTools.class).getToolCallbacks();
			assertThat(Arrays.stream(tools).map((tool) -> tool.getToolDefinition().name()))
				.containsExactlyInAnyOrder("functionBean", "biFunctionBean", "supplierBean", "consumerBean");
			assertThat(Arrays.stream(tools)
				.filter((tool) -> tool.getToolDefinition().name().equals("functionBean"))
				.map((tool) -> tool.getToolDefinition().description())).containsExactly("A function");
		});
	}

	enum Kind {

		PUBLIC_ON_BEAN("publicTool", true, (context) -> context.getBean(GuardedTools.Methods.class)),

		PACKAGE_PRIVATE_ON_BEAN("packagePrivateTool", true, (context) -> context.getBean(GuardedTools.Methods.class)),

		META_ON_BEAN("metaTool", true, (context) -> context.getBean(GuardedTools.Methods.class)),

		PRIVATE_ON_BEAN("privateTool", false, (context) -> context.getBean(GuardedTools.Unadvisable.class)),

		FINAL_ON_BEAN("finalTool", false, (context) -> context.getBean(GuardedTools.Unadvisable.class)),

		STATIC_ON_BEAN("staticTool", false, (context) -> context.getBean(GuardedTools.Unadvisable.class)),

		ON_BEAN_OF_PACKAGE_PRIVATE_CLASS("packagePrivateClassTool", true,
				(context) -> context.getBean(GuardedTools.PackagePrivateClass.class)),

		CLASS_LEVEL("classLevelTool", true, (context) -> context.getBean(GuardedTools.ClassLevel.class)),

		INHERITED("inheritedTool", true, (context) -> context.getBean(GuardedTools.Inheriting.class)),

		ON_INTERFACE("contractTool", true, (context) -> context.getBean(GuardedTools.Fulfilling.class)),

		PUBLIC_INLINE("publicTool", false, (context) -> new GuardedTools.Methods()),

		PRIVATE_INLINE("privateTool", false, (context) -> new GuardedTools.Unadvisable()),

		STATIC_INLINE("staticTool", false, (context) -> new GuardedTools.Unadvisable()),

		CLASS_LEVEL_INLINE("classLevelTool", false, (context) -> new GuardedTools.ClassLevel()),

		INHERITED_INLINE("inheritedTool", false, (context) -> new GuardedTools.Inheriting()),

		ON_INTERFACE_INLINE("contractTool", false, (context) -> new GuardedTools.Fulfilling()),

		CALLBACK_BEAN("callbackBean", true, (context) -> context.getBean("callbackBean")),

		FUNCTION_CALLBACK_BEAN("functionCallbackBean", true, (context) -> context.getBean("functionCallbackBean")),

		PROVIDER_BEAN("providedTool", true, (context) -> context.getBean("providerBean")),

		METHOD_PROVIDER_BEAN("providedMethodTool", true, (context) -> context.getBean("methodProviderBean")),

		METHOD_CALLBACK_BEAN("singleMethodTool", true, (context) -> context.getBean("methodCallbackBean")),

		FUNCTION_BEAN("functionBean", true, (context) -> context.getBean(LumoAuthFunctionTools.class)),

		BI_FUNCTION_BEAN("biFunctionBean", true, (context) -> context.getBean(LumoAuthFunctionTools.class)),

		SUPPLIER_BEAN("supplierBean", true, (context) -> context.getBean(LumoAuthFunctionTools.class)),

		CONSUMER_BEAN("consumerBean", true, (context) -> context.getBean(LumoAuthFunctionTools.class)),

		SET_BEAN("inSet", true, (context) -> context.getBean("toolSet")),

		COLLECTION_BEAN("inCollection", true, (context) -> context.getBean("toolCollection")),

		MAP_BEAN("inMapBean", true, (context) -> context.getBean("toolMap")),

		PROVIDER_LIST_BEAN("inProviderList", true, (context) -> context.getBean("providerList")),

		MIXED_LIST_BEAN("inMixedList", true, (context) -> context.getBean("mixedList")),

		ARRAY_BEAN("inArrayBean", true, (context) -> context.getBean("toolArray")),

		OPTIONAL_BEAN("inOptional", true, (context) -> context.getBean("toolOptional")),

		ANNOTATED_IN_SET_BEAN("shaped", true, (context) -> context.getBean("annotatedInSet")),

		CALL_ANNOTATED_BEAN("callAnnotated", true, (context) -> context.getBean("callAnnotated")),

		CONTEXT_CALL_ANNOTATED_BEAN("contextCallAnnotated", true, (context) -> context.getBean("contextCallAnnotated")),

		CLASS_ANNOTATED_BEAN("classAnnotated", true, (context) -> context.getBean("classAnnotated")),

		ANNOTATED_PROVIDER_BEAN("ofAnnotatedProvider", true, (context) -> context.getBean("annotatedProvider")),

		CALL_ANNOTATED_INLINE("callAnnotated", false, (context) -> new ShapedTools.CallAnnotated()),

		CONTEXT_CALL_ANNOTATED_INLINE("contextCallAnnotated", false,
				(context) -> new ShapedTools.ContextCallAnnotated()),

		CLASS_ANNOTATED_INLINE("classAnnotated", false, (context) -> new ShapedTools.ClassAnnotated()),

		IN_LIST("inList", false, (context) -> new ShapedTools.InList(ShapedTools.annotated())),

		IN_MAP("inMap", false, (context) -> new ShapedTools.InMap(ShapedTools.annotated())),

		IN_ARRAY("inArray", false, (context) -> new ShapedTools.InArray(ShapedTools.annotated())),

		IN_OBJECT("inObject", false, (context) -> new ShapedTools.InObject(ShapedTools.annotated())),

		IN_GENERIC_OPTIONAL("inGeneric", false, (context) -> new ShapedTools.InGeneric<>(ShapedTools.annotated())),

		IN_PROVIDER("inProvider", false, (context) -> new ShapedTools.InProvider(ShapedTools.annotated())),

		IN_SUPPLIER("inSupplier", false, (context) -> new ShapedTools.InSupplier(ShapedTools.annotated())),

		IN_RECORD("inRecord", false, (context) -> new ShapedTools.InRecord(ShapedTools.annotated())),

		IN_HOLDER("inHolder", false, (context) -> new ShapedTools.InHolder(ShapedTools.annotated())),

		NINE_DECORATORS("inObject", false, (context) -> ShapedTools.nested(9)),

		ANONYMOUS_WRAPPER("anonymous", false, (context) -> ShapedTools.anonymous(ShapedTools.annotated())),

		LAMBDA_OVER_A_CALLBACK("lambda", false, (context) -> ShapedTools.lambda(ShapedTools.annotated())),

		ANNOTATED_APPLY_INLINE("annotatedApply", false,
				(context) -> ShapedTools.function("annotatedApply", new ShapedTools.AnnotatedApply())),

		METHOD_REFERENCE_INLINE("methodReference", false,
				(context) -> ShapedTools.function("methodReference", new ShapedTools.Service()::search)),

		RECORD_INLINE("recordTool", false, (context) -> new ShapedTools.RecordTools("x")),

		ENUM_INLINE("enumTool", false, (context) -> ShapedTools.EnumTools.ONLY),

		ANONYMOUS_OBJECT_INLINE("anonymousObjectTool", false, (context) -> ShapedTools.anonymousTools()),

		ANNOTATED_FUNCTION_INLINE("annotatedFunction", false,
				(context) -> FunctionToolCallback.builder("annotatedFunction", new GuardedTools.AnnotatedFunction())
					.inputType(GuardedTools.Query.class)
					.build());

		private final String toolName;

		private final boolean guardable;

		private final Function<ApplicationContext, Object[]> tools;

		Kind(String toolName, boolean guardable, Function<ApplicationContext, Object> tools) {
			this.toolName = toolName;
			this.guardable = guardable;
			this.tools = (context) -> elements(tools.apply(context)).toArray();
		}

		/**
		 * As an application hands them to a chat.
		 */
		private static Stream<?> elements(Object tools) {
			if (tools instanceof Collection<?> collection) {
				return collection.stream();
			}
			if (tools instanceof Map<?, ?> map) {
				return map.values().stream();
			}
			if (tools instanceof Object[] array) {
				return Arrays.stream(array);
			}
			return (tools instanceof Optional<?> optional) ? optional.stream() : Stream.of(tools);
		}

		String toolName() {
			return this.toolName;
		}

		boolean isGuardedBy(Path path) {
			return this.guardable || path.guarded;
		}

		Object[] tools(ApplicationContext context) {
			return this.tools.apply(context);
		}

		String answer() {
			return (this == CONSUMER_BEAN) ? "null" : "secret";
		}

	}

	enum Path {

		BUILDER_CALL(true, (context, tools) -> call(builder(context).build(), tools)),

		BUILDER_STREAM(true, (context, tools) -> stream(builder(context).build(), tools)),

		CREATE(false, (context, tools) -> call(ChatClient.create(context.getBean(ChatModel.class)), tools)),

		CREATE_STREAM(false, (context, tools) -> stream(ChatClient.create(context.getBean(ChatModel.class)), tools)),

		EXPLICIT_ADVISOR(false,
				(context,
						tools) -> call(ChatClient.builder(context.getBean(ChatModel.class))
							.defaultAdvisors(ToolCallingAdvisor.builder().build())
							.build(), tools)),

		BUILDER_WITH_EXPLICIT_ADVISOR(true,
				(context, tools) -> call(builder(context).defaultAdvisors(ToolCallingAdvisor.builder().build()).build(),
						tools)),

		BUILDER_WITH_SELECTING_ADVISOR(true,
				(context,
						tools) -> call(builder(context)
							.defaultAdvisors(new SelectingAdvisor(context.getBean(ToolCallingManager.class)))
							.build(), tools)),

		BUILDER_WITHOUT_LOOP(false,
				(context, tools) -> loop(context, ToolCallingManager.builder().build(),
						(prompt) -> builder(context).build()
							.prompt(prompt)
							.advisors(AdvisorParams.toolCallingAdvisorAutoRegister(false))
							.call()
							.chatResponse(),
						tools)),

		MANUAL_LOOP_WITH_THE_BEAN(false,
				(context, tools) -> loop(context, context.getBean(ToolCallingManager.class),
						context.getBean(ChatModel.class)::call, tools)),

		MANUAL_LOOP_WITH_ITS_OWN(false, (context, tools) -> loop(context, ToolCallingManager.builder().build(),
				context.getBean(ChatModel.class)::call, tools));

		private final boolean guarded;

		private final BiFunction<ApplicationContext, Object[], String> ask;

		Path(boolean guarded, BiFunction<ApplicationContext, Object[], String> ask) {
			this.guarded = guarded;
			this.ask = ask;
		}

		String ask(ApplicationContext context, Object[] tools) {
			return this.ask.apply(context, tools);
		}

		private static ChatClient.Builder builder(ApplicationContext context) {
			return context.getBean(ChatClient.Builder.class);
		}

		private static String call(ChatClient client, Object[] tools) {
			return request(client, tools).call().content();
		}

		private static String stream(ChatClient client, Object[] tools) {
			return String.join("", request(client, tools).stream().content().collectList().block());
		}

		private static ChatClient.ChatClientRequestSpec request(ChatClient client, Object[] tools) {
			return client.prompt("go").tools(tools).toolContext(Map.of("key", "value"));
		}

		private static String loop(ApplicationContext context, ToolCallingManager manager,
				Function<Prompt, ChatResponse> chatModel, Object[] tools) {
			List<ToolCallback> callbacks = new ArrayList<>();
			for (Object tool : tools) {
				if (tool instanceof ToolCallback callback) {
					callbacks.add(callback);
				}
				else if (tool instanceof ToolCallbackProvider provider) {
					callbacks.addAll(List.of(provider.getToolCallbacks()));
				}
				else {
					callbacks.addAll(List.of(ToolCallbacks.from(tool)));
				}
			}
			ToolCallingChatOptions options = ((ToolCallingChatOptions) context.getBean(ChatModel.class).getOptions())
				.mutate()
				.toolCallbacks(callbacks)
				.toolContext(Map.of("key", "value"))
				.build();
			Prompt prompt = new Prompt(List.of(new UserMessage("go")), options);
			ChatResponse response = chatModel.apply(prompt);
			while (response.hasToolCalls()) {
				ToolExecutionResult result = manager.executeToolCalls(prompt, response);
				prompt = new Prompt(result.conversationHistory(), options);
				response = chatModel.apply(prompt);
			}
			return response.getResult().getOutput().getText();
		}

	}

	/**
	 * Selects tools anew before each model call, as Spring AI's tool search does.
	 */
	static class SelectingAdvisor extends ToolCallingAdvisor {

		SelectingAdvisor(ToolCallingManager manager) {
			super(manager, DEFAULT_TOOL_EXECUTION_ELIGIBILITY_CHECKER, DEFAULT_ORDER, true);
		}

		@Override
		protected ChatClientRequest doBeforeCall(ChatClientRequest request, CallAdvisorChain chain) {
			List<ToolCallback> selected = new ArrayList<>(Offer.of(request));
			selected.add(FunctionToolCallback.builder("search", () -> "found").build());
			return Offer.replace(request, selected);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ ObservationAutoConfiguration.class, ToolCallingAutoConfiguration.class,
			ChatClientAutoConfiguration.class, OpenAiChatAutoConfiguration.class,
			LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class })
	static class Everything {

	}

	@Configuration(proxyBeanMethods = false)
	static class AnonymousModelConfiguration {

		@Bean
		ChatModel anonymousModel() {
			return new ChatModel() {

				@Override
				public ChatResponse call(Prompt prompt) {
					throw new IllegalStateException("Not to be called");
				}

				@Override
				public ToolCallingChatOptions getOptions() {
					return ToolCallingChatOptions.builder().build();
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyConfiguration {

		@Bean
		@RequiresCapability("read:documents")
		static ToolCallback earlyCallback() {
			return FunctionToolCallback.builder("earlyCallback", GuardedTools::run).build();
		}

		@Bean
		static EarlyPostProcessor earlyPostProcessor(@Qualifier("earlyCallback") ToolCallback earlyCallback) {
			return new EarlyPostProcessor();
		}

	}

	static class EarlyPostProcessor implements BeanPostProcessor, PriorityOrdered {

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ManagerConfiguration {

		@Bean
		OwnManager ownManager() {
			return new OwnManager(ToolCallingManager.builder().build());
		}

	}

	static class OwnManager implements ToolCallingManager {

		private final ToolCallingManager manager;

		OwnManager(ToolCallingManager manager) {
			this.manager = manager;
		}

		@Override
		public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
			return this.manager.resolveToolDefinitions(options);
		}

		@Override
		public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
			return this.manager.executeToolCalls(prompt, response);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DecisionsConfiguration {

		@Bean
		CapabilityDecisions decisions() {
			return DECISIONS;
		}

		@Bean
		GuardListener refusals() {
			return (outcome) -> REFUSALS.add(outcome.decision().code());
		}

	}

}
