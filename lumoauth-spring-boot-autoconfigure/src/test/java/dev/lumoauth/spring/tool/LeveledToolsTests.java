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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.TestUsers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.aop.Advisor;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authorization.method.AuthorizationManagerBeforeMethodInterceptor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tools with a different capability at each level around them: at the {@code @Bean}
 * method, the class, the method, what they wrap and what wraps them. Each one is needed.
 */
class LeveledToolsTests {

	private static final FakeDecisions DECISIONS = new FakeDecisions();

	private static AnnotationConfigApplicationContext context;

	@BeforeAll
	static void start() {
		context = new AnnotationConfigApplicationContext();
		TestPropertyValues.of("lumoauth.enabled=true", "lumoauth.user.issuers=" + TestUsers.ISSUER).applyTo(context);
		context.register(Beans.class);
		context.refresh();
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@BeforeEach
	@AfterEach
	void reset() {
		DECISIONS.reset();
		GuardedTools.RUNS.set(0);
		TestUsers.signOut();
	}

	@ParameterizedTest
	@EnumSource
	void needsTheCapabilityOfEachLevel(Leveled leveled) {
		ToolCallback tool = context.getBean(ToolGuard.class).guard(leveled.tool.apply(context));
		for (String missing : leveled.capabilities) {
			DECISIONS.reset();
			leveled.capabilities.stream().filter((each) -> !each.equals(missing)).forEach(DECISIONS::grant);
			assertThat(tool.call("{\"text\":\"x\"}")).isEqualTo("Error: agent lacks '" + missing + "' capability.");
			assertThat(tool.call("{\"text\":\"x\"}", new ToolContext(Map.of("key", "value"))))
				.isEqualTo("Error: agent lacks '" + missing + "' capability.");
			assertThat(GuardedTools.RUNS).hasValue(0);
		}
		DECISIONS.reset();
		leveled.capabilities.forEach(DECISIONS::grant);
		assertThat(tool.call("{\"text\":\"x\"}")).contains(leveled.answer());
		assertThat(GuardedTools.RUNS).hasValue(1);
		if (leveled.once) {
			assertThat(DECISIONS.requests()).singleElement()
				.satisfies((asked) -> assertThat(asked).containsExactlyInAnyOrderElementsOf(leveled.capabilities));
		}
	}

	@SuppressWarnings("unchecked")
	enum Leveled {

		FUNCTION_BEAN(true, "bean type apply", (context) -> functionTool(context, "function")),

		BI_FUNCTION_BEAN(true, "bean type apply", (context) -> functionTool(context, "biFunction")),

		SUPPLIER_BEAN(true, "bean type apply", (context) -> functionTool(context, "supplier")),

		CONSUMER_BEAN(true, "bean type apply", (context) -> functionTool(context, "consumer")),

		FUNCTION_OF_A_TYPE(true, "type apply", (context) -> functionTool(context, "functionOfType")),

		LAMBDA_FUNCTION_BEAN(true, "bean", (context) -> functionTool(context, "lambda")),

		FUNCTION_BEAN_IN_A_CALLBACK(false, "bean type apply",
				(context) -> ShapedTools.function("byHand", function(context, "function"))),

		FUNCTION_INLINE(true, "type apply", (context) -> ShapedTools.function("inline", new LeveledFunction())),

		METHOD_OF_A_BEAN(true, "bean type method", (context) -> ToolCallbacks.from(context.getBean("methods"))[0]),

		METHOD_OF_AN_OBJECT(true, "type method", (context) -> ToolCallbacks.from(new LeveledMethods())[0]),

		CALLBACK_BEAN(true, "bean type call", (context) -> context.getBean("callback", ToolCallback.class)),

		CALLBACK_BEAN_BY_ITS_CLASS(true, "bean type call", (context) -> context.getBean(LeveledCallback.class)),

		CALLBACK_BEAN_BY_THE_OTHER_CALL(true, "bean type call",
				(context) -> context.getBean("contextCallback", ToolCallback.class)),

		CALLBACK_OF_A_FACTORY_BEAN(true, "bean type call", (context) -> context.getBean("made", ToolCallback.class)),

		CALLBACK_INLINE(true, "type call", (context) -> new LeveledCallback("inline")),

		DECORATOR_BEAN(true, "bean decorator type method",
				(context) -> context.getBean("decorator", ToolCallback.class)),

		DECORATOR_INLINE(true, "decorator type method",
				(context) -> new Decorator("inline", ToolCallbacks.from(new LeveledMethods())[0])),

		DECORATOR_OF_DECORATORS(true, "decorator outer type method",
				(context) -> new Outer(new Decorator("inline", ToolCallbacks.from(new LeveledMethods())[0]))),

		DECORATOR_OF_A_BEAN(false, "decorator bean type method",
				(context) -> new Decorator("ofBean", ToolCallbacks.from(context.getBean("methods"))[0])),

		DECORATOR_OF_A_CALLBACK_BEAN(false, "decorator bean type call",
				(context) -> new Decorator("ofBean", context.getBean("callback", ToolCallback.class))),

		PROVIDER_BEAN(true, "bean provider type method", (context) -> provided(context.getBean("provider"))),

		PROVIDER_BEAN_BY_ITS_CLASS(true, "bean provider type method",
				(context) -> provided(context.getBean(LeveledProvider.class))),

		PROVIDER_BEAN_BY_ANOTHER_METHOD(true, "bean provider type method",
				(context) -> context.getBean("openProvider", OpenProvider.class).one()),

		PROVIDER_BEAN_BY_ANOTHER_METHOD_IN_A_LIST(true, "bean provider type method",
				(context) -> context.getBean("openProvider", OpenProvider.class).all().get(0)),

		CALLBACK_BEAN_THAT_HANDS_OUT_ITS_DELEGATE(true, "bean type method",
				(context) -> context.getBean("openDecorator", OpenDecorator.class).delegate()),

		IN_A_LIST(true, "bean type method", (context) -> ((List<ToolCallback>) context.getBean("list")).get(0)),

		IN_A_SET(true, "bean type method", (context) -> ((Set<ToolCallback>) context.getBean("set")).iterator().next()),

		IN_A_MAP(true, "bean type method",
				(context) -> ((Map<String, ToolCallback>) context.getBean("map")).get("tool")),

		IN_A_PROVIDER_IN_A_LIST(true, "bean provider type method",
				(context) -> provided(((List<?>) context.getBean("providers")).get(0))),

		IN_AN_ARRAY_IN_AN_OPTIONAL(true, "bean type method",
				(context) -> ((Optional<ToolCallback[]>) context.getBean("optional")).orElseThrow()[0]);

		private final boolean once;

		private final List<String> capabilities;

		private final Function<ApplicationContext, ToolCallback> tool;

		Leveled(boolean once, String levels, Function<ApplicationContext, ToolCallback> tool) {
			this.once = once;
			this.capabilities = Arrays.stream(levels.split(" ")).map((level) -> level + ":x").toList();
			this.tool = tool;
		}

		String answer() {
			return (this == CONSUMER_BEAN) ? "null" : "secret";
		}

		private static ToolCallback provided(Object provider) {
			return ((ToolCallbackProvider) provider).getToolCallbacks()[0];
		}

		private static ToolCallback functionTool(ApplicationContext context, String name) {
			return Arrays.stream(context.getBean(LumoAuthFunctionTools.class).getToolCallbacks())
				.filter((tool) -> tool.getToolDefinition().name().equals(name))
				.findFirst()
				.orElseThrow();
		}

		private static Function<GuardedTools.Query, String> function(ApplicationContext context, String name) {
			return (Function<GuardedTools.Query, String>) context.getBean(name);
		}

	}

	@Test
	void keepsWhatElseStandsAroundAFunctionBean() {
		ToolCallback tool = Leveled.functionTool(context, "secured");
		DECISIONS.grant("bean:x");
		assertThat(tool.call("{\"text\":\"x\"}")).contains("no user is signed in");
		String bob = TestUsers.as("bob", () -> {
			try {
				return tool.call("{\"text\":\"x\"}");
			}
			catch (RuntimeException ex) {
				return ex.getMessage();
			}
		});
		assertThat(bob).isEqualTo("Access Denied");
		assertThat(GuardedTools.RUNS).hasValue(0);
		assertThat(TestUsers.as("alice", () -> tool.call("{\"text\":\"x\"}"))).contains("secret");
		assertThat(GuardedTools.RUNS).hasValue(1);
	}

	@Test
	void checksWhatAFunctionBeanIsComposedTo() {
		Function<GuardedTools.Query, String> bean = Leveled.function(context, "function");
		DECISIONS.grant("bean:x", "type:x", "apply:x");
		ToolCallback tool = context.getBean(ToolGuard.class)
			.guard(ShapedTools.function("composed", bean.andThen((text) -> text + "!")));
		assertThat(call(tool)).contains("secret!");
		DECISIONS.reset();
		assertThat(call(tool)).contains("agent lacks");
		assertThat(GuardedTools.RUNS).hasValue(1);
	}

	private static String call(ToolCallback tool) {
		try {
			return tool.call("{\"text\":\"x\"}");
		}
		catch (RuntimeException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	@Test
	void refusesToolsThatWereHandedOutBeforeARevocation() {
		DECISIONS.grant("bean:x", "provider:x", "type:x", "method:x", "call:x");
		List<ToolCallback> tools = List.of(Leveled.PROVIDER_BEAN.tool.apply(context),
				Leveled.IN_A_MAP.tool.apply(context), Leveled.CALLBACK_BEAN.tool.apply(context));
		for (ToolCallback tool : tools) {
			assertThat(tool.call("{\"text\":\"x\"}")).contains("secret");
		}
		DECISIONS.reset();
		for (ToolCallback tool : tools) {
			assertThat(tool.call("{\"text\":\"x\"}")).contains("agent lacks");
		}
		assertThat(GuardedTools.RUNS).hasValue(3);
	}

	@RequiresCapability("type:x")
	public static class LeveledFunction implements Function<GuardedTools.Query, String> {

		@Override
		@RequiresCapability("apply:x")
		public String apply(GuardedTools.Query query) {
			return GuardedTools.run();
		}

	}

	@RequiresCapability("type:x")
	public static class LeveledBiFunction implements BiFunction<GuardedTools.Query, ToolContext, String> {

		@Override
		@RequiresCapability("apply:x")
		public String apply(GuardedTools.Query query, ToolContext toolContext) {
			return GuardedTools.run();
		}

	}

	@RequiresCapability("type:x")
	public static class LeveledSupplier implements Supplier<String> {

		@Override
		@RequiresCapability("apply:x")
		public String get() {
			return GuardedTools.run();
		}

	}

	@RequiresCapability("type:x")
	public static class LeveledConsumer implements Consumer<GuardedTools.Query> {

		@Override
		@RequiresCapability("apply:x")
		public void accept(GuardedTools.Query query) {
			GuardedTools.run();
		}

	}

	public static class SecuredFunction implements Function<GuardedTools.Query, String> {

		@Override
		@PreAuthorize("authentication.name == 'alice'")
		@OnBehalfOfUser
		public String apply(GuardedTools.Query query) {
			return GuardedTools.run();
		}

	}

	@RequiresCapability("type:x")
	public static class LeveledMethods {

		@Tool
		@RequiresCapability("method:x")
		public String leveledMethod() {
			return GuardedTools.run();
		}

	}

	@RequiresCapability("type:x")
	public static class LeveledCallback extends ShapedTools.Wrapper {

		public LeveledCallback(String name) {
			super(name);
		}

		@Override
		@RequiresCapability("call:x")
		public String call(String toolInput) {
			return GuardedTools.run();
		}

		@Override
		ToolCallback delegate() {
			throw new IllegalStateException();
		}

	}

	@RequiresCapability("type:x")
	public static class ContextCallback extends ShapedTools.Wrapper {

		public ContextCallback() {
			super("contextCallback");
		}

		@Override
		public String call(String toolInput) {
			return GuardedTools.run();
		}

		@Override
		@RequiresCapability("call:x")
		public String call(String toolInput, @Nullable ToolContext toolContext) {
			return call(toolInput);
		}

		@Override
		ToolCallback delegate() {
			throw new IllegalStateException();
		}

	}

	@RequiresCapability("decorator:x")
	public static class Decorator extends ShapedTools.Wrapper {

		private final ToolCallback tool;

		public Decorator(String name, ToolCallback tool) {
			super(name);
			this.tool = tool;
		}

		@Override
		ToolCallback delegate() {
			return this.tool;
		}

	}

	@RequiresCapability("outer:x")
	public static class Outer extends Decorator {

		public Outer(ToolCallback tool) {
			super("outer", tool);
		}

	}

	@RequiresCapability("provider:x")
	public static class LeveledProvider implements ToolCallbackProvider {

		@Override
		public ToolCallback[] getToolCallbacks() {
			return ToolCallbacks.from(new LeveledMethods());
		}

	}

	@RequiresCapability("provider:x")
	public static class AnotherProvider extends LeveledProvider {

	}

	/**
	 * Has other methods that give out tools.
	 */
	public static class OpenProvider implements ToolCallbackProvider {

		@Override
		public ToolCallback[] getToolCallbacks() {
			return ToolCallbacks.from(new LeveledMethods());
		}

		public ToolCallback one() {
			return getToolCallbacks()[0];
		}

		public List<ToolCallback> all() {
			return List.of(getToolCallbacks());
		}

	}

	public static class OpenDecorator extends ShapedTools.Wrapper {

		private final ToolCallback tool = ToolCallbacks.from(new LeveledMethods())[0];

		public OpenDecorator() {
			super("openDecorator");
		}

		@Override
		public ToolCallback delegate() {
			return this.tool;
		}

	}

	public static class Factory implements FactoryBean<ToolCallback> {

		@Override
		public ToolCallback getObject() {
			return new LeveledCallback("made");
		}

		@Override
		public Class<?> getObjectType() {
			return ToolCallback.class;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthUserAutoConfiguration.class,
			LumoAuthToolAutoConfiguration.class })
	static class Beans {

		@Bean
		CapabilityDecisions decisions() {
			return DECISIONS;
		}

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static Advisor preAuthorize() {
			return AuthorizationManagerBeforeMethodInterceptor.preAuthorize();
		}

		@Bean
		@RequiresCapability("bean:x")
		LeveledFunction function() {
			return new LeveledFunction();
		}

		@Bean
		LeveledFunction functionOfType() {
			return new LeveledFunction();
		}

		@Bean
		@RequiresCapability("bean:x")
		LeveledBiFunction biFunction() {
			return new LeveledBiFunction();
		}

		@Bean
		@RequiresCapability("bean:x")
		LeveledSupplier supplier() {
			return new LeveledSupplier();
		}

		@Bean
		@RequiresCapability("bean:x")
		LeveledConsumer consumer() {
			return new LeveledConsumer();
		}

		@Bean
		@RequiresCapability("bean:x")
		Function<GuardedTools.Query, String> lambda() {
			return (query) -> GuardedTools.run();
		}

		@Bean
		@RequiresCapability("bean:x")
		SecuredFunction secured() {
			return new SecuredFunction();
		}

		@Bean
		@RequiresCapability("bean:x")
		LeveledMethods methods() {
			return new LeveledMethods();
		}

		@Bean
		@RequiresCapability("bean:x")
		LeveledCallback callback() {
			return new LeveledCallback("callback");
		}

		@Bean
		@RequiresCapability("bean:x")
		ContextCallback contextCallback() {
			return new ContextCallback();
		}

		@Bean
		@RequiresCapability("bean:x")
		static Factory made() {
			return new Factory();
		}

		@Bean
		@RequiresCapability("bean:x")
		ToolCallback decorator() {
			return new Decorator("decorator", ToolCallbacks.from(new LeveledMethods())[0]);
		}

		@Bean
		@RequiresCapability("bean:x")
		LeveledProvider provider() {
			return new LeveledProvider();
		}

		@Bean
		@RequiresCapability({ "bean:x", "provider:x" })
		OpenProvider openProvider() {
			return new OpenProvider();
		}

		@Bean
		@RequiresCapability("bean:x")
		OpenDecorator openDecorator() {
			return new OpenDecorator();
		}

		@Bean
		@RequiresCapability("bean:x")
		List<ToolCallback> list() {
			return new ArrayList<>(List.of(ToolCallbacks.from(new LeveledMethods())));
		}

		@Bean
		@RequiresCapability("bean:x")
		Set<ToolCallback> set() {
			return Arrays.stream(ToolCallbacks.from(new LeveledMethods())).collect(Collectors.toSet());
		}

		@Bean
		@RequiresCapability("bean:x")
		Map<String, ToolCallback> map() {
			return Map.of("tool", ToolCallbacks.from(new LeveledMethods())[0]);
		}

		@Bean
		@RequiresCapability("bean:x")
		List<ToolCallbackProvider> providers() {
			return List.of(new AnotherProvider());
		}

		@Bean
		@RequiresCapability("bean:x")
		Optional<ToolCallback[]> optional() {
			return Optional.of(ToolCallbacks.from(new LeveledMethods()));
		}

	}

}
