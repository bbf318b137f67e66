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

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderResult;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectFactory;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tools behind a proxy that finds its bean for each call: of scoped beans, and of beans
 * that are injected lazily. And what a model reads of a tool that can't be guarded.
 */
@ExtendWith(OutputCaptureExtension.class)
class FoundAnewTests {

	private static final String DENIED = "Error: agent lacks 'read:documents' capability.";

	private static final AtomicInteger RUNS = new AtomicInteger();

	private static Servers servers;

	private final ApplicationContextRunner runner = servers.application()
		.withBean(OpenAiChatModel.class, () -> servers.model())
		.withBean(CustomScopeConfigurer.class, FoundAnewTests::scopes)
		.withPropertyValues("lumoauth.capabilities.cache.allow-ttl=0s", "lumoauth.capabilities.cache.deny-ttl=0s");

	@BeforeAll
	static void start() {
		servers = new Servers();
	}

	@AfterAll
	static void stop() {
		servers.close();
	}

	@BeforeEach
	void reset() {
		servers.reset();
		RUNS.set(0);
	}

	private static CustomScopeConfigurer scopes() {
		CustomScopeConfigurer scopes = new CustomScopeConfigurer();
		scopes.addScope("thread", new SimpleThreadScope());
		scopes.addScope("nowhere", new SimpleThreadScope() {
			@Override
			public Object get(String name, ObjectFactory<?> factory) {
				throw new IllegalStateException("This scope is not active here");
			}
		});
		return scopes;
	}

	@ParameterizedTest
	@ValueSource(classes = { LazyTools.class, ScopedTools.class })
	void areGuarded(Class<?> beans) {
		ask(beans, (context) -> {
			servers.willCall("search");
			assertThat(context.getBean(Assistant.class).chat("x")).isEqualTo(DENIED);
			assertThat(RUNS).hasValue(0);
			servers.granted.add("a:read:documents");
			assertThat(context.getBean(Assistant.class).chat("x")).isEqualTo("found");
			assertThat(RUNS).hasValue(1);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { LazyPrivateTools.class, LazyStaticTools.class, ScopedPrivateTools.class })
	void areRefusedIfNoProxyCanStandBeforeThem(Class<?> beans) {
		ask(beans,
				(context) -> assertThat(context).getFailure()
					.rootCause()
					.isInstanceOf(GuardConfigurationException.class)
					.hasMessageContainingAll("search", "FoundAnewTests.java:", "is private, static or final"));
	}

	@Test
	void areRefusedWhereTheScopeIsNotActive() {
		ask(ToolsOfNoScope.class,
				(context) -> assertThat(context).getFailure()
					.rootCause()
					.isInstanceOf(GuardConfigurationException.class)
					.hasMessageContainingAll("PublicTools", "is not there"));
	}

	@Test
	void aToolOfALazyProviderHasTheAnnotationOfTheBeanMethod() {
		ask(LazyProvider.class, (context) -> {
			servers.granted.add("a:read:documents");
			servers.willCall("provided");
			// The provider runs, and revokes the capability.
			assertThat(context.getBean(Assistant.class).chat("x")).isEqualTo(DENIED);
			assertThat(RUNS).hasValue(0);
		});
	}

	@Test
	void aModelReadsNothingOfTheCode(CapturedOutput output) {
		ask(ReturnsCode.class, (context) -> {
			servers.granted.add("a:read:documents");
			servers.willCall("search");
			assertThat(context.getBean(Assistant.class).chat("x")).isEqualTo("Error: the tool is not permitted.");
			assertThat(output).contains("which runs later, without a check");
		});
	}

	private void ask(Class<?> beans, ContextConsumer<AssertableApplicationContext> test) {
		this.runner.withUserConfiguration(beans).run(test);
	}

	private static Assistant assistant(ChatModel model, Object tools) {
		return AiServices.builder(Assistant.class).chatModel(model).tools(tools).build();
	}

	interface Assistant {

		String chat(String text);

	}

	static class PublicTools {

		@Tool
		public String search() {
			RUNS.incrementAndGet();
			return "found";
		}

	}

	static class PrivateTools {

		@Tool
		private String search() {
			RUNS.incrementAndGet();
			return "found";
		}

	}

	static class StaticTools {

		@Tool
		static String search() {
			RUNS.incrementAndGet();
			return "found";
		}

	}

	static class CodeTools {

		@Tool
		@RequiresCapability("read:documents")
		public Object search() {
			Supplier<String> later = () -> "later";
			return later;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyTools {

		@Bean
		@RequiresCapability("read:documents")
		PublicTools tools() {
			return new PublicTools();
		}

		@Bean
		Assistant assistant(ChatModel model, @Lazy PublicTools tools) {
			return FoundAnewTests.assistant(model, tools);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyPrivateTools {

		@Bean
		@RequiresCapability("read:documents")
		PrivateTools tools() {
			return new PrivateTools();
		}

		@Bean
		Assistant assistant(ChatModel model, @Lazy PrivateTools tools) {
			return FoundAnewTests.assistant(model, tools);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyStaticTools {

		@Bean
		@RequiresCapability("read:documents")
		StaticTools tools() {
			return new StaticTools();
		}

		@Bean
		Assistant assistant(ChatModel model, @Lazy StaticTools tools) {
			return FoundAnewTests.assistant(model, tools);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedTools {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@RequiresCapability("read:documents")
		PublicTools tools() {
			return new PublicTools();
		}

		@Bean
		Assistant assistant(ChatModel model, PublicTools tools) {
			return FoundAnewTests.assistant(model, tools);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedPrivateTools {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		PrivateTools tools() {
			return new PrivateTools();
		}

		@Bean
		Assistant assistant(ChatModel model, PrivateTools tools) {
			return FoundAnewTests.assistant(model, tools);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ToolsOfNoScope {

		@Bean
		@Scope(scopeName = "nowhere", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@RequiresCapability("read:documents")
		PublicTools tools() {
			return new PublicTools();
		}

		@Bean
		Assistant assistant(ChatModel model, PublicTools tools) {
			return FoundAnewTests.assistant(model, tools);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyProvider {

		@Bean
		@RequiresCapability("read:documents")
		ToolProvider provider() {
			return (request) -> {
				servers.granted.clear();
				return ToolProviderResult.builder()
					.add(ToolSpecification.builder().name("provided").build(), (call, memoryId) -> {
						RUNS.incrementAndGet();
						return "found";
					})
					.build();
			};
		}

		@Bean
		Assistant assistant(ChatModel model, @Lazy ToolProvider provider) {
			return AiServices.builder(Assistant.class).chatModel(model).toolProvider(provider).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReturnsCode {

		@Bean
		CodeTools tools() {
			return new CodeTools();
		}

		@Bean
		Assistant assistant(ChatModel model, CodeTools tools) {
			return FoundAnewTests.assistant(model, tools);
		}

	}

}
