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

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.MemoryId;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderResult;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsAutoConfiguration;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserToken;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tools whose calls a person has to approve, with the real approvals.
 */
class ApprovedToolTests {

	private static final String ARGUMENTS = "{\"text\":\"x\"}";

	private static final String PENDING = "Approval pending: ";

	private static final AtomicInteger RUNS = new AtomicInteger();

	private static Servers servers;

	private static People people;

	private final ApplicationContextRunner runner = servers.application()
		.withConfiguration(AutoConfigurations.of(LumoAuthApprovalsAutoConfiguration.class))
		.withBean(OpenAiChatModel.class, () -> servers.model())
		.withBean(ApprovalChannel.class, () -> people)
		.withBean(CustomScopeConfigurer.class, ApprovedToolTests::scopes);

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
		servers.willCall("pay");
		servers.arguments = ARGUMENTS;
		people = new People();
		RUNS.set(0);
	}

	@ParameterizedTest
	@ValueSource(classes = { BeanTools.class, OwnTools.class, LazyTools.class, ScopedTools.class, AnnotatedBeans.class,
			LazyAnnotatedBeans.class, ScopedAnnotatedBeans.class, Provider.class, LazyProvider.class,
			ScopedProvider.class, AnnotatedExecutor.class, LazyExecutor.class })
	void runsOnceAfterAPersonHasApprovedIt(Class<?> beans) {
		this.runner.withUserConfiguration(beans).run((context) -> {
			Assistant assistant = context.getBean(Assistant.class);
			assertThat(assistant.chat("1", "x")).startsWith(PENDING);
			assertThat(assistant.chat("1", "x")).startsWith(PENDING);
			assertThat(people.questions).hasSize(1);
			people.decision = ApprovalState.APPROVED;
			assertThat(RUNS).hasValue(0);
			assertThat(assistant.chat("1", "x")).isEqualTo("paid x");
			people.decision = ApprovalState.PENDING;
			assertThat(assistant.chat("1", "x")).isEqualTo("paid x");
			assertThat(RUNS).hasValue(1);
			assertThat(people.questions).hasSize(1);
		});
	}

	@Test
	void anotherCallIsAnotherQuestion() {
		this.runner.withUserConfiguration(BeanTools.class).run((context) -> {
			Assistant assistant = context.getBean(Assistant.class);
			assertThat(assistant.chat("1", "x")).startsWith(PENDING);
			assertThat(assistant.chat("2", "x")).startsWith(PENDING);
			assertThat(people.questions).hasSize(2);
			assertThat(as("alice", assistant)).startsWith(PENDING);
			assertThat(as("bob", assistant)).startsWith(PENDING);
			assertThat(people.questions).hasSize(4);
			people.decision = ApprovalState.APPROVED;
			assertThat(as("alice", assistant)).isEqualTo("paid x");
			people.decision = ApprovalState.PENDING;
			servers.arguments = "{\"text\":\"y\"}";
			assertThat(as("alice", assistant)).startsWith(PENDING);
			assertThat(people.questions).hasSize(5);
			assertThat(RUNS).hasValue(1);
		});
	}

	@Test
	void aDenialIsToldToTheModel() {
		this.runner.withUserConfiguration(BeanTools.class).run((context) -> {
			Assistant assistant = context.getBean(Assistant.class);
			assertThat(assistant.chat("1", "x")).startsWith(PENDING);
			people.decision = ApprovalState.DENIED;
			assertThat(assistant.chat("1", "x")).isEqualTo("Error: a person denied this call.");
			assertThat(RUNS).hasValue(0);
		});
	}

	private static CustomScopeConfigurer scopes() {
		CustomScopeConfigurer scopes = new CustomScopeConfigurer();
		scopes.addScope("thread", new SimpleThreadScope());
		return scopes;
	}

	private static String as(String user, Assistant assistant) {
		return Caller.of(UserToken.of(user)).call(() -> assistant.chat("1", "x"));
	}

	private static AiServices<Assistant> assistant(ChatModel model) {
		return AiServices.builder(Assistant.class)
			.chatModel(model)
			.chatMemoryProvider((id) -> MessageWindowChatMemory.withMaxMessages(100));
	}

	private static ToolSpecification specification() {
		return ToolSpecification.builder()
			.name("pay")
			.parameters(JsonObjectSchema.builder().addStringProperty("text").build())
			.build();
	}

	private static String pay() {
		RUNS.incrementAndGet();
		return "paid x";
	}

	interface Assistant {

		String chat(@MemoryId String id, @UserMessage String text);

	}

	static final class People implements ApprovalChannel {

		final List<ApprovalQuestion> questions = new CopyOnWriteArrayList<>();

		volatile ApprovalState decision = ApprovalState.PENDING;

		@Override
		public ApprovalAnswer ask(ApprovalQuestion question) {
			this.questions.add(question);
			return new ApprovalAnswer(ApprovalState.PENDING, "r" + this.questions.size(), null,
					Instant.now().plusSeconds(300), null, null);
		}

		@Override
		public ApprovalAnswer status(Approval approval) {
			return ApprovalAnswer.of(this.decision);
		}

		@Override
		public Duration interval() {
			return Duration.ZERO;
		}

	}

	static class Tools {

		@Tool
		@RequiresApproval(reason = "Pay {text}")
		public String pay(String text) {
			return ApprovedToolTests.pay();
		}

	}

	static class PlainTools {

		@Tool
		public String pay(String text) {
			return ApprovedToolTests.pay();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BeanTools {

		@Bean
		Tools tools() {
			return new Tools();
		}

		@Bean
		Assistant assistant(ChatModel model, Tools tools) {
			return ApprovedToolTests.assistant(model).tools(tools).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnTools {

		@Bean
		Assistant assistant(ChatModel model) {
			return ApprovedToolTests.assistant(model).tools(new Tools()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyTools {

		@Bean
		Tools tools() {
			return new Tools();
		}

		@Bean
		Assistant assistant(ChatModel model, @Lazy Tools tools) {
			return ApprovedToolTests.assistant(model).tools(tools).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedTools {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		Tools tools() {
			return new Tools();
		}

		@Bean
		Assistant assistant(ChatModel model, Tools tools) {
			return ApprovedToolTests.assistant(model).tools(tools).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnnotatedBeans {

		@Bean
		@RequiresApproval(reason = "Pay {text}")
		PlainTools tools() {
			return new PlainTools();
		}

		@Bean
		Assistant assistant(ChatModel model, PlainTools tools) {
			return ApprovedToolTests.assistant(model).tools(tools).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyAnnotatedBeans {

		@Bean
		@RequiresApproval(reason = "Pay {text}")
		PlainTools tools() {
			return new PlainTools();
		}

		@Bean
		Assistant assistant(ChatModel model, @Lazy PlainTools tools) {
			return ApprovedToolTests.assistant(model).tools(tools).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedAnnotatedBeans {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@RequiresApproval(reason = "Pay {text}")
		PlainTools tools() {
			return new PlainTools();
		}

		@Bean
		Assistant assistant(ChatModel model, PlainTools tools) {
			return ApprovedToolTests.assistant(model).tools(tools).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Provider {

		@Bean
		@RequiresApproval(reason = "Pay {text}")
		ToolProvider provider() {
			return (request) -> ToolProviderResult.builder().add(specification(), (call, id) -> pay()).build();
		}

		@Bean
		Assistant assistant(ChatModel model, ToolProvider provider) {
			return ApprovedToolTests.assistant(model).toolProvider(provider).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyProvider {

		@Bean
		@RequiresApproval(reason = "Pay {text}")
		ToolProvider provider() {
			return (request) -> ToolProviderResult.builder().add(specification(), (call, id) -> pay()).build();
		}

		@Bean
		Assistant assistant(ChatModel model, @Lazy ToolProvider provider) {
			return ApprovedToolTests.assistant(model).toolProvider(provider).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedProvider {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.INTERFACES)
		@RequiresApproval(reason = "Pay {text}")
		ToolProvider provider() {
			return (request) -> ToolProviderResult.builder().add(specification(), (call, id) -> pay()).build();
		}

		@Bean
		Assistant assistant(ChatModel model, ToolProvider provider) {
			return ApprovedToolTests.assistant(model).toolProvider(provider).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnnotatedExecutor {

		@Bean
		@RequiresApproval(reason = "Pay {text}")
		ToolExecutor executor() {
			return (call, id) -> pay();
		}

		@Bean
		Assistant assistant(ChatModel model, ToolExecutor executor) {
			return ApprovedToolTests.assistant(model).tools(Map.of(specification(), executor)).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyExecutor {

		@Bean
		@RequiresApproval(reason = "Pay {text}")
		ToolExecutor executor() {
			return (call, id) -> pay();
		}

		@Bean
		Assistant assistant(ChatModel model, @Lazy ToolExecutor executor) {
			return ApprovedToolTests.assistant(model).tools(Map.of(specification(), executor)).build();
		}

	}

}
