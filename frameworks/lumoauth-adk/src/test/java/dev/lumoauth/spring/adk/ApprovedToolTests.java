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

package dev.lumoauth.spring.adk;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.RunConfig;
import com.google.adk.tools.Annotations.Schema;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.FunctionTool;
import com.google.adk.tools.ToolContext;
import com.google.genai.types.FunctionDeclaration;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsAutoConfiguration;
import dev.lumoauth.spring.adk.autoconfigure.LumoAuthAdkAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.user.UserToken;
import io.reactivex.rxjava3.core.Single;
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
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tools whose calls a person has to approve, with the real approvals.
 */
class ApprovedToolTests {

	private static final List<Map<String, Object>> PAID = List.of(Map.of("result", "paid Q3"));

	private static final AtomicInteger RUNS = new AtomicInteger();

	private final People people = new People();

	private final ScriptedLlm model = new ScriptedLlm();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthUserAutoConfiguration.class,
				LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthApprovalsAutoConfiguration.class,
				LumoAuthAdkAutoConfiguration.class))
		.withBean(ApprovalChannel.class, () -> this.people)
		.withBean(SessionUser.class, () -> (session) -> UserToken.of("token-of-" + session.userId()))
		.withBean(CustomScopeConfigurer.class, ApprovedToolTests::scopes)
		.withPropertyValues("lumoauth.url=http://127.0.0.1:9", "lumoauth.tenant=acme", "lumoauth.client-id=a",
				"lumoauth.client-secret=s", "lumoauth.verify-at-start=off");

	@BeforeEach
	void reset() {
		RUNS.set(0);
	}

	private static CustomScopeConfigurer scopes() {
		CustomScopeConfigurer scopes = new CustomScopeConfigurer();
		scopes.addScope("thread", new SimpleThreadScope());
		return scopes;
	}

	private List<Map<String, Object>> call(LumoAuthAdk lumoAuth, String user, BaseTool tool) {
		this.model.call("pay");
		TestAgent.run(LlmAgent.builder().name("cashier").model(this.model).tools(tool).build(), user,
				RunConfig.builder().build(), lumoAuth.plugin());
		return this.model.results();
	}

	@ParameterizedTest
	@ValueSource(classes = { BeanTools.class, OwnTools.class, LazyTools.class, ScopedTools.class, AnnotatedBeans.class,
			LazyAnnotatedBeans.class, ScopedAnnotatedBeans.class, OwnTool.class })
	void runsOnceAfterAPersonHasApprovedIt(Class<?> beans) {
		this.runner.withUserConfiguration(beans).run((context) -> {
			LumoAuthAdk adk = context.getBean(LumoAuthAdk.class);
			BaseTool tool = context.getBean(BaseTool.class);
			assertPending(call(adk, "alice", tool));
			assertPending(call(adk, "alice", tool));
			assertThat(this.people.questions).hasSize(1);
			this.people.decision = ApprovalState.APPROVED;
			assertThat(RUNS).hasValue(0);
			assertThat(call(adk, "alice", tool)).isEqualTo(PAID);
			this.people.decision = ApprovalState.PENDING;
			assertThat(call(adk, "alice", tool)).hasSize(1).allMatch((answer) -> answer.toString().contains("paid Q3"));
			assertThat(RUNS).hasValue(1);
			assertThat(this.people.questions).hasSize(1);
			assertPending(call(adk, "bob", tool));
			assertThat(this.people.questions).hasSize(2);
		});
	}

	@Test
	void aDenialIsToldToTheModel() {
		this.runner.withUserConfiguration(BeanTools.class).run((context) -> {
			LumoAuthAdk adk = context.getBean(LumoAuthAdk.class);
			BaseTool tool = context.getBean(BaseTool.class);
			assertPending(call(adk, "alice", tool));
			this.people.decision = ApprovalState.DENIED;
			assertThat(call(adk, "alice", tool)).containsExactly(Map.of("error", "Error: a person denied this call."));
			assertThat(RUNS).hasValue(0);
		});
	}

	private static void assertPending(List<Map<String, Object>> answers) {
		assertThat(answers).hasSize(1).allMatch((answer) -> answer.toString().contains("Approval pending: Pay Q3."));
	}

	private static BaseTool tool(Object tools, Class<?> type) {
		return FunctionTool.create(tools, ClassUtils.getMethod(type, "pay", String.class));
	}

	private static Map<String, Object> paid(Object request) {
		RUNS.incrementAndGet();
		return Map.of("result", "paid " + request);
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

	public static class Tools {

		@RequiresApproval(reason = "Pay {request}")
		public Map<String, Object> pay(@Schema(name = "request") String request) {
			return paid(request);
		}

	}

	public static class PlainTools {

		public Map<String, Object> pay(@Schema(name = "request") String request) {
			return paid(request);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class BeanTools {

		@Bean
		Tools tools() {
			return new Tools();
		}

		@Bean
		BaseTool tool(Tools tools) {
			return ApprovedToolTests.tool(tools, Tools.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnTools {

		@Bean
		BaseTool tool() {
			return ApprovedToolTests.tool(new Tools(), Tools.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyTools {

		@Bean
		Tools tools() {
			return new Tools();
		}

		@Bean
		BaseTool tool(@Lazy Tools tools) {
			return ApprovedToolTests.tool(tools, Tools.class);
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
		BaseTool tool(Tools tools) {
			return ApprovedToolTests.tool(tools, Tools.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AnnotatedBeans {

		@Bean
		@RequiresApproval(reason = "Pay {request}")
		PlainTools tools() {
			return new PlainTools();
		}

		@Bean
		BaseTool tool(PlainTools tools) {
			return ApprovedToolTests.tool(tools, PlainTools.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyAnnotatedBeans {

		@Bean
		@RequiresApproval(reason = "Pay {request}")
		PlainTools tools() {
			return new PlainTools();
		}

		@Bean
		BaseTool tool(@Lazy PlainTools tools) {
			return ApprovedToolTests.tool(tools, PlainTools.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedAnnotatedBeans {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
		@RequiresApproval(reason = "Pay {request}")
		PlainTools tools() {
			return new PlainTools();
		}

		@Bean
		BaseTool tool(PlainTools tools) {
			return ApprovedToolTests.tool(tools, PlainTools.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnTool {

		@Bean
		Pay pay() {
			return new Pay();
		}

	}

	public static class Pay extends BaseTool {

		public Pay() {
			super("pay", "Pay");
		}

		@Override
		public Optional<FunctionDeclaration> declaration() {
			return Optional.of(FunctionDeclaration.builder()
				.name("pay")
				.description("Pay")
				.parameters(com.google.genai.types.Schema.builder()
					.type("OBJECT")
					.properties(Map.of("request", com.google.genai.types.Schema.builder().type("STRING").build()))
					.build())
				.build());
		}

		@Override
		@RequiresApproval(reason = "Pay Q3")
		public Single<Map<String, Object>> runAsync(Map<String, Object> arguments, ToolContext context) {
			return Single.fromCallable(() -> paid(arguments.get("request")));
		}

	}

}
