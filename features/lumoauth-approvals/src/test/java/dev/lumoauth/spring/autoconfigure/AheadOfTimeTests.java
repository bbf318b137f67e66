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

package dev.lumoauth.spring.autoconfigure;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsAutoConfiguration;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Description;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * That an application that was processed ahead of time is guarded as any other. Its beans
 * come from generated code, which carries fewer metadata than their definitions did.
 */
class AheadOfTimeTests {

	private static final String DENIED = "Error: agent lacks 'read:documents' capability.";

	private static final TestPropertyValues PROPERTIES = TestPropertyValues.of("lumoauth.url=http://127.0.0.1:1",
			"lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=pa55word",
			"lumoauth.agents.other.client-id=agt_2", "lumoauth.agents.other.client-secret=pa55word");

	@Test
	@CompileWithForkedClassLoader
	void guardsWhateverIsAnnotated() {
		run((context) -> {
			FakeCapabilitySource lumoAuth = context.getBean(FakeCapabilitySource.class);
			AtomicInteger runs = context.getBean(AtomicInteger.class);
			Map<String, ToolCallback> tools = tools(context);
			assertThat(tools).containsOnlyKeys("annotatedTool", "callback", "provided", "one", "function");
			assertThat(tools.get("function").getToolDefinition().description()).isEqualTo("Finds documents.");
			assertThat(tools).allSatisfy((name, tool) -> assertThat(call(tool)).isEqualTo(DENIED));
			assertThat(methods(context)).allSatisfy(
					(call) -> assertThat(catchThrowable(call)).hasMessage("agent lacks 'read:documents' capability."));
			assertThat(runs).hasValue(0);
			lumoAuth.grant("read:documents");
			assertThat(tools).allSatisfy((name, tool) -> assertThat(call(tool)).isEqualTo("\"found\""));
			assertThat(methods(context)).allSatisfy((call) -> assertThat(catchThrowable(call)).isNull());
			assertThat(runs).hasValue(7);
			assertThat(context.getBeansOfType(LumoAuthAgent.class)).as("a named agent too").hasSize(2);
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			org.springframework.ai.tool.method.MethodToolCallback | toolMethod
			org.springframework.ai.tool.method.MethodToolCallback | toolObject
			org.springframework.ai.tool.method.MethodToolCallback | toolCallResultConverter
			org.springframework.ai.tool.function.FunctionToolCallback | toolFunction
			org.springframework.ai.mcp.annotation.method.tool.AbstractMcpToolMethodCallback | toolMethod
			org.springframework.ai.mcp.annotation.method.tool.AbstractMcpToolMethodCallback | toolObject
			org.springframework.ai.mcp.SyncMcpToolCallback | mcpClient
			org.springframework.ai.mcp.AsyncMcpToolCallback | mcpClient
			io.modelcontextprotocol.client.McpSyncClient | delegate
			io.modelcontextprotocol.client.McpClient$SyncSpec | contextProvider
			io.modelcontextprotocol.client.McpAsyncClient | transport
			io.modelcontextprotocol.client.transport.HttpClientSseClientTransport$Builder | httpRequestCustomizer
			io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport$Builder | httpRequestCustomizer
			org.springframework.ai.mcp.client.webflux.transport.WebClientStreamableHttpTransport | webClient
			""")
	void keepsVisibleWhatTheGuardReads(Class<?> type, String field) {
		RuntimeHints hints = hints();
		assertThat(ReflectionUtils.findField(type, field)).isNotNull();
		assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(type, field)).accepts(hints);
	}

	@Test
	void keepsVisibleTheMethodsOfAnnotatedBeans() {
		TestGenerationContext generation = new TestGenerationContext(AheadOfTimeTests.class);
		process(generation);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Library.class, "find"))
			.accepts(generation.getRuntimeHints());
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Unguarded.class, "find"))
			.rejects(generation.getRuntimeHints());
	}

	@Test
	void keepsVisibleWhatAPersonIsShownWhoHasToApproveACall() {
		TestGenerationContext generation = new TestGenerationContext(AheadOfTimeTests.class);
		process(generation);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Payments.class, "refund"))
			.accepts(generation.getRuntimeHints());
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Refund.class, "lines"))
			.accepts(generation.getRuntimeHints());
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Line.class, "amount"))
			.accepts(generation.getRuntimeHints());
	}

	@Test
	void keepsTheScriptThatCreatesTheTableOfApprovals() {
		String script = "dev/lumoauth/spring/approval/jdbc/schema.sql";
		assertThat(getClass().getClassLoader().getResource(script)).isNotNull();
		assertThat(RuntimeHintsPredicates.resource().forResource(script)).accepts(hints());
	}

	private static RuntimeHints hints() {
		RuntimeHints hints = new RuntimeHints();
		AotServices.factories()
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter((registrar) -> registrar.getClass().getName().startsWith("dev.lumoauth."))
			.forEach((registrar) -> registrar.registerHints(hints, AheadOfTimeTests.class.getClassLoader()));
		return hints;
	}

	private static Map<String, ToolCallback> tools(GenericApplicationContext context) {
		Map<String, ToolCallback> tools = new LinkedHashMap<>();
		Consumer<ToolCallback> add = (tool) -> tools.put(tool.getToolDefinition().name(), tool);
		Arrays.asList(ToolCallbacks.from(context.getBean(AnnotatedTools.class))).forEach(add);
		add.accept(context.getBean("callback", ToolCallback.class));
		context.getBeansOfType(ToolCallbackProvider.class)
			.values()
			.forEach((provider) -> Arrays.asList(provider.getToolCallbacks()).forEach(add));
		((List<?>) context.getBean("several")).forEach((tool) -> add.accept((ToolCallback) tool));
		return tools;
	}

	private static List<ThrowingCallable> methods(GenericApplicationContext context) {
		return List.of(context.getBean(Library.class)::find, context.getBean(Shelf.class)::find);
	}

	/**
	 * As a tool or as a method: whichever guard stands there.
	 */
	private static String call(ToolCallback tool) {
		try {
			return tool.call("{}");
		}
		catch (RuntimeException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	private static void process(TestGenerationContext generation) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			PROPERTIES.applyTo(context);
			context.register(Beans.class, SslAutoConfiguration.class, AopAutoConfiguration.class,
					LumoAuthAutoConfiguration.class, LumoAuthApprovalsAutoConfiguration.class,
					LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		}
		generation.writeGeneratedContent();
	}

	private static void run(Consumer<GenericApplicationContext> test) {
		TestGenerationContext generation = new TestGenerationContext(AheadOfTimeTests.class);
		process(generation);
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			@SuppressWarnings("unchecked")
			ApplicationContextInitializer<GenericApplicationContext> generated = compiled
				.getInstance(ApplicationContextInitializer.class);
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				PROPERTIES.applyTo(context);
				context.setClassLoader(compiled.getClassLoader());
				generated.initialize(context);
				context.refresh();
				test.accept(context);
			}
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		static FakeCapabilitySource lumoAuth() {
			return new FakeCapabilitySource().deny("read:documents");
		}

		@Bean
		static CapabilityDecisions decisions(FakeCapabilitySource lumoAuth) {
			return BeanMethodGuardTests.decisions(lumoAuth);
		}

		@Bean
		AtomicInteger runs() {
			return new AtomicInteger();
		}

		@Bean
		Unguarded unguarded() {
			return new Unguarded();
		}

		@Bean
		AnnotatedTools annotatedTools(AtomicInteger runs) {
			return new AnnotatedTools(runs);
		}

		@Bean
		Payments payments() {
			return new Payments();
		}

		@Bean
		Library library(AtomicInteger runs) {
			return new Library(runs);
		}

		@Bean
		@RequiresCapability("read:documents")
		Shelf shelf(AtomicInteger runs) {
			return () -> found(runs);
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallback callback(AtomicInteger runs) {
			return tool("callback", runs);
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolCallbackProvider provider(AtomicInteger runs) {
			return ToolCallbackProvider.from(tool("provided", runs));
		}

		@Bean
		@RequiresCapability("read:documents")
		List<ToolCallback> several(AtomicInteger runs) {
			return List.of(tool("one", runs));
		}

		@Bean
		@RequiresCapability("read:documents")
		@Description("Finds documents.")
		Function<Query, String> function(AtomicInteger runs) {
			return (query) -> found(runs);
		}

		private static ToolCallback tool(String name, AtomicInteger runs) {
			return FunctionToolCallback.builder(name, () -> found(runs)).build();
		}

	}

	static String found(AtomicInteger runs) {
		runs.incrementAndGet();
		return "found";
	}

	record Query(String text) {

	}

	interface Shelf {

		String find();

	}

	public static class AnnotatedTools {

		private final AtomicInteger runs;

		AnnotatedTools(AtomicInteger runs) {
			this.runs = runs;
		}

		@Tool
		@RequiresCapability("read:documents")
		public String annotatedTool() {
			return found(this.runs);
		}

	}

	static class Library {

		private final AtomicInteger runs;

		Library(AtomicInteger runs) {
			this.runs = runs;
		}

		@RequiresCapability("read:documents")
		public String find() {
			return found(this.runs);
		}

	}

	static class Payments {

		@RequiresApproval(reason = "Refund {refund.customer}")
		public void refund(Refund refund) {
		}

	}

	record Refund(String customer, List<Line> lines) {

	}

	record Line(int amount) {

	}

	static class Unguarded {

		public String find() {
			return "";
		}

	}

}
