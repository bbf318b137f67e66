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

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.HotSwappableTargetSource;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.beans.factory.config.Scope;
import org.springframework.boot.context.annotation.UserConfigurations;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Description;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tools behind a proxy that finds the bean anew for each call: scoped beans, and what is
 * injected lazily.
 */
class ScopedToolsTests {

	private static final String DENIED = "Error: agent lacks 'read:documents' capability.";

	private static final FakeDecisions DECISIONS = new FakeDecisions();

	private static final AtomicInteger RUNS = new AtomicInteger();

	private static final List<ToolGuardJourneyTests.Path> PATHS = List.of(ToolGuardJourneyTests.Path.BUILDER_CALL,
			ToolGuardJourneyTests.Path.BUILDER_STREAM, ToolGuardJourneyTests.Path.CREATE,
			ToolGuardJourneyTests.Path.MANUAL_LOOP_WITH_ITS_OWN);

	private static ScriptedOpenAi model;

	@BeforeAll
	static void start() {
		model = new ScriptedOpenAi();
	}

	@AfterAll
	static void stop() {
		model.close();
	}

	@BeforeEach
	void reset() {
		DECISIONS.reset();
		RUNS.set(0);
	}

	@AfterEach
	void end() {
		RequestContextHolder.resetRequestAttributes();
	}

	static Stream<Class<?>> shapes() {
		return Arrays.stream(ScopedToolsTests.class.getDeclaredClasses())
			.filter((shape) -> shape.isAnnotationPresent(Configuration.class));
	}

	@ParameterizedTest
	@MethodSource("shapes")
	void areRefusedWithoutTheCapabilityAndRunWithIt(Class<?> shape) {
		if (!shape.getSimpleName().matches("(Methods|Function).*")) {
			// Spring AI asks tool beans for their names when the application starts.
			beginRequest();
		}
		run(shape, (context) -> {
			assertThat(context).hasNotFailed();
			beginRequest();
			for (ToolGuardJourneyTests.Path path : PATHS) {
				// A stream calls its tools on threads of no request.
				if (!path.name().endsWith("STREAM") || !shape.getSimpleName().matches(".*(Request|Session).*")) {
					refusesAndRuns(context, path);
				}
			}
		});
	}

	static Stream<Class<?>> shapesThatNoProxyOverrides() {
		return Stream.of(PrivateLazy.class, PrivatePrototype.class, StaticLazy.class);
	}

	@ParameterizedTest
	@MethodSource("shapesThatNoProxyOverrides")
	void thatNoProxyOverridesHaveTheAnnotationOfTheirBeanMethod(Class<?> shape) {
		run(shape, (context) -> {
			refusesAndRuns(context, ToolGuardJourneyTests.Path.BUILDER_CALL);
			DECISIONS.grant("read:documents");
			Object[] tools = { context.getBean(Shape.class).tool() };
			assertThatExceptionOfType(UnguardedToolException.class)
				.isThrownBy(() -> ToolGuardJourneyTests.Path.CREATE.ask(context, tools))
				.withMessageContaining("Tool 'documents' is a private, static or final method behind a bean's proxy");
			assertThat(RUNS).hasValue(1);
		});
	}

	@Test
	void thatNoProxyOverridesDoNotRunWithoutTheirBean() {
		run(PrivateRequest.class, (context) -> {
			DECISIONS.grant("read:documents");
			Object[] tools = { context.getBean(Shape.class).tool() };
			model.willCall("documents", "{\"text\":\"x\"}");
			assertThat(ToolGuardJourneyTests.Path.BUILDER_CALL.ask(context, tools)).contains("not available here");
			assertThat(RUNS).hasValue(0);
			beginRequest();
			refusesAndRuns(context, ToolGuardJourneyTests.Path.BUILDER_CALL);
		});
	}

	private static void run(Class<?> shape, ContextConsumer<AssertableWebApplicationContext> test) {
		new WebApplicationContextRunner().withBean(CapabilityDecisions.class, () -> DECISIONS)
			.withBean(CustomScopeConfigurer.class, ScopedToolsTests::scopes)
			.withUserConfiguration(shape)
			.withConfiguration(UserConfigurations.of(ToolGuardJourneyTests.Everything.class))
			.withPropertyValues("spring.ai.openai.base-url=" + model.baseUrl(), "spring.ai.openai.api-key=none",
					"spring.ai.openai.max-retries=0")
			.run(test);
	}

	private static void beginRequest() {
		RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(new MockHttpServletRequest()));
	}

	private static void refusesAndRuns(ApplicationContext context, ToolGuardJourneyTests.Path path) {
		Object[] tools = { context.getBean(Shape.class).tool() };
		DECISIONS.reset();
		RUNS.set(0);
		model.willCall("documents", "{\"text\":\"x\"}");
		assertThat(path.ask(context, tools)).as("denied by %s", path).contains(DENIED);
		assertThat(RUNS).as("denied by %s", path).hasValue(0);
		DECISIONS.grant("read:documents");
		DECISIONS.requests().clear();
		assertThat(path.ask(context, tools)).as("allowed by %s", path).contains("secret");
		assertThat(DECISIONS.requests()).as("for two offers and one call by %s", path).hasSizeLessThanOrEqualTo(3);
		assertThat(RUNS).as("allowed by %s", path).hasValue(1);
	}

	/**
	 * A scope that keeps its beans until they are refreshed, on whatever thread.
	 */
	private static CustomScopeConfigurer scopes() {
		Map<String, Object> beans = new ConcurrentHashMap<>();
		Scope scope = mock();
		given(scope.get(any(), any())).willAnswer((call) -> {
			ObjectFactory<?> factory = call.getArgument(1);
			return beans.computeIfAbsent(call.getArgument(0), (name) -> factory.getObject());
		});
		CustomScopeConfigurer scopes = new CustomScopeConfigurer();
		scopes.addScope("custom", scope);
		return scopes;
	}

	private static String run() {
		RUNS.incrementAndGet();
		return "secret";
	}

	private static ToolCallback plain() {
		return FunctionToolCallback.builder("documents", (Query query) -> run())
			.description("Reads documents")
			.inputType(Query.class)
			.build();
	}

	record Query(String text) {

	}

	interface Shape {

		Object tool();

	}

	static class Documents {

		@Tool(name = "documents", description = "Reads documents")
		@RequiresCapability("read:documents")
		public String documents(String text) {
			return run();
		}

	}

	static class PrivateDocuments {

		@Tool(name = "documents", description = "Reads documents")
		private String documents(String text) {
			return run();
		}

	}

	static class StaticDocuments {

		@Tool(name = "documents", description = "Reads documents")
		static String documents(String text) {
			return run();
		}

	}

	static class PrivateLazy {

		@Bean
		@RequiresCapability("read:documents")
		PrivateDocuments documents() {
			return new PrivateDocuments();
		}

		@Bean
		Shape shape(@Lazy PrivateDocuments documents) {
			return () -> documents;
		}

	}

	static class StaticLazy {

		@Bean
		@RequiresCapability("read:documents")
		StaticDocuments documents() {
			return new StaticDocuments();
		}

		@Bean
		Shape shape(@Lazy StaticDocuments documents) {
			return () -> documents;
		}

	}

	static class PrivatePrototype {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@RequiresCapability("read:documents")
		PrivateDocuments documents() {
			return new PrivateDocuments();
		}

		@Bean
		Shape shape(PrivateDocuments documents) {
			return () -> documents;
		}

	}

	static class PrivateRequest {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@RequiresCapability("read:documents")
		PrivateDocuments documents() {
			return new PrivateDocuments();
		}

		@Bean
		Shape shape(PrivateDocuments documents) {
			return () -> documents;
		}

	}

	@RequiresCapability("read:documents")
	static class OwnCallback implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			return plain().getToolDefinition();
		}

		@Override
		public String call(String toolInput) {
			return run();
		}

	}

	static class Factory implements FactoryBean<ToolCallback> {

		@Override
		public ToolCallback getObject() {
			return plain();
		}

		@Override
		public Class<?> getObjectType() {
			return ToolCallback.class;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallbackRequestInterfaces {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "request", proxyMode = ScopedProxyMode.INTERFACES)
		@RequiresCapability("read:documents")
		ToolCallback documents() {
			return plain();
		}

		@Bean
		Shape shape(ToolCallback documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallbackSessionTargetClass {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "session", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@RequiresCapability("read:documents")
		ToolCallback documents() {
			return plain();
		}

		@Bean
		Shape shape(ToolCallback documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallbackPrototypeInterfaces {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
		@RequiresCapability("read:documents")
		ToolCallback documents() {
			return plain();
		}

		@Bean
		Shape shape(ToolCallback documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CallbackCustomTargetClass {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "custom", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@RequiresCapability("read:documents")
		ToolCallback documents() {
			return plain();
		}

		@Bean
		Shape shape(ToolCallback documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProviderRequestInterfaces {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "request", proxyMode = ScopedProxyMode.INTERFACES)
		@RequiresCapability("read:documents")
		ToolCallbackProvider documents() {
			return ToolCallbackProvider.from(plain());
		}

		@Bean
		Shape shape(ToolCallbackProvider documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FunctionRequestInterfaces {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "request", proxyMode = ScopedProxyMode.INTERFACES)
		@Description("Reads documents")
		@RequiresCapability("read:documents")
		Function<Query, String> documents() {
			return (query) -> run();
		}

		@Bean
		Shape shape(LumoAuthFunctionTools tools) {
			return () -> tools;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnClassRequestTargetClass {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
		ToolCallback documents() {
			return new OwnCallback();
		}

		@Bean
		Shape shape(ToolCallback documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryBeanRequestTargetClass {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@RequiresCapability("read:documents")
		Factory documents() {
			return new Factory();
		}

		@Bean
		Shape shape(ToolCallback documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MethodsRequest {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Documents documents() {
			return new Documents();
		}

		@Bean
		Shape shape(Documents documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MethodsPrototype {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Documents documents() {
			return new Documents();
		}

		@Bean
		Shape shape(Documents documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MethodsCustom {

		@Bean
		@org.springframework.context.annotation.Scope(scopeName = "custom", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Documents documents() {
			return new Documents();
		}

		@Bean
		Shape shape(Documents documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyCallback {

		@Bean
		@RequiresCapability("read:documents")
		ToolCallback documents() {
			return plain();
		}

		@Bean
		Shape shape(@Lazy ToolCallback documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyProvider {

		@Bean
		@RequiresCapability("read:documents")
		ToolCallbackProvider documents() {
			return ToolCallbackProvider.from(plain());
		}

		@Bean
		Shape shape(@Lazy ToolCallbackProvider documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyOwnClass {

		@Bean
		@RequiresCapability("read:documents")
		OwnCallback documents() {
			return new OwnCallback();
		}

		@Bean
		Shape shape(@Lazy OwnCallback documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyMethods {

		@Bean
		Documents documents() {
			return new Documents();
		}

		@Bean
		Shape shape(@Lazy Documents documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyPrototypeMethods {

		@Bean
		@org.springframework.context.annotation.Scope("prototype")
		Documents documents() {
			return new Documents();
		}

		@Bean
		Shape shape(@Lazy Documents documents) {
			return () -> documents;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Exchangeable {

		@Bean
		@RequiresCapability("read:documents")
		ToolCallback documents() {
			ProxyFactory factory = new ProxyFactory(ToolCallback.class, new HotSwappableTargetSource(plain()));
			return (ToolCallback) factory.getProxy();
		}

		@Bean
		Shape shape(ToolCallback documents) {
			return () -> documents;
		}

	}

}
