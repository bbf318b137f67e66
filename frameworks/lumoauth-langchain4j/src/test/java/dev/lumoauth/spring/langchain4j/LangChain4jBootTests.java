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

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.spring.AiService;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.service.tool.ToolProvider;
import dev.langchain4j.service.tool.ToolProviderResult;
import dev.langchain4j.spring.LangChain4jAutoConfig;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.langchain4j.autoconfigure.LumoAuthLangChain4jAutoConfiguration;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * LangChain4j in an application with Spring Boot, where tools and models are beans.
 */
class LangChain4jBootTests {

	private static final String DENIED = "Error: agent lacks 'read:documents' capability.";

	private static final AtomicInteger RUNS = new AtomicInteger();

	private static Servers servers;

	private final ApplicationContextRunner runner = servers.application()
		.withUserConfiguration(Beans.class)
		.withPropertyValues("lumoauth.agents.trade.client-id=b", "lumoauth.agents.trade.client-secret=s",
				"lumoauth.capabilities.cache.allow-ttl=0s", "lumoauth.capabilities.cache.deny-ttl=0s");

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

	@Test
	void aToolBeanKeepsItsProxyAndIsGuardedOnce() {
		this.runner.run((context) -> {
			servers.willCall("search");
			Assistant assistant = assistant(context);
			assertThat(assistant.chat("x")).isEqualTo(DENIED);
			assertThat(servers.offered(0)).contains("open").doesNotContain("search", "finalSearch");
			servers.granted.add("a:read:documents");
			servers.asked.clear();
			assertThat(assistant.chat("x")).isEqualTo("found x");
			// Two for the offers, which ask for all tools, and one for the call.
			assertThat(servers.asked).filteredOn((request) -> request.startsWith("authz")).hasSize(3);
		});
	}

	@Test
	void aBeansFinalAndPrivateMethodsRunOnTheBean() {
		this.runner.run((context) -> {
			servers.willCall("finalSearch", "privateSearch");
			assertThat(assistant(context).chat("x")).isEqualTo(DENIED + " | " + DENIED);
			servers.granted.add("a:read:documents");
			assertThat(assistant(context).chat("x")).isEqualTo("found x | found x");
		});
	}

	@Test
	void javaCodeThatCallsTheBeanIsGuardedToo() {
		this.runner.run((context) -> assertThatExceptionOfType(CapabilityDeniedException.class)
			.isThrownBy(() -> context.getBean(Documents.class).search("x")));
	}

	@Test
	void executorsAndProvidersThatAreBeansAreGuarded() {
		this.runner.withUserConfiguration(OtherProvider.class).run((context) -> {
			servers.willCall("executor", "provided", "provided2");
			Assistant assistant = AiServices.builder(Assistant.class)
				.chatModel(context.getBean(ChatModel.class))
				.tools(Map.of(ToolSpecification.builder().name("executor").build(),
						context.getBean("executorBean", ToolExecutor.class)))
				.toolProvider(context.getBean("providerBean", ToolProvider.class))
				.toolProvider(context.getBean("otherProviderBean", ToolProvider.class))
				.build();
			servers.granted.add("a:read:documents");
			assertThat(assistant.chat("x")).isEqualTo("found executor | found provided | found provided2");
			servers.granted.clear();
			servers.willCall("executor");
			assertThat(assistant.chat("x")).isEqualTo(DENIED);
			assertThat(servers.offered(0)).isEmpty();
			assertThat(RUNS).hasValue(3);
		});
	}

	@Test
	void aProviderKeepsTheAdviceOfOthers() {
		this.runner.withUserConfiguration(Advice.class).run((context) -> {
			servers.willCall("provided");
			servers.granted.add("a:read:documents");
			Assistant assistant = AiServices.builder(Assistant.class)
				.chatModel(context.getBean(ChatModel.class))
				.toolProvider(context.getBean("providerBean", ToolProvider.class))
				.build();
			assertThat(assistant.chat("x")).isEqualTo("found provided");
			assertThat(Advice.ASKED).hasValue(1);
			servers.granted.clear();
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> assistant.chat("x"));
			assertThat(RUNS).hasValue(1);
		});
	}

	@Test
	void aServiceOfTheStarterIsGuarded() {
		this.runner.withConfiguration(AutoConfigurations.of(LangChain4jAutoConfig.class))
			.withUserConfiguration(WithService.class)
			.run((context) -> {
				servers.willCall("search");
				StarterAssistant assistant = context.getBean(StarterAssistant.class);
				assertThat(assistant.chat("x")).isEqualTo(DENIED);
				servers.granted.add("a:read:documents");
				assertThat(assistant.chat("x")).isEqualTo("found x");
			});
	}

	@Test
	void aNamedAgentHasItsOwnGuard() {
		this.runner.withUserConfiguration(Trading.class).run((context) -> {
			servers.granted.add("b:read:documents");
			servers.willCall("search");
			assertThat(assistant(context).chat("x")).isEqualTo(DENIED);
			assertThat(context.getBean("trader", Assistant.class).chat("x")).isEqualTo("found x");
			assertThat(context.getBean(GuardRuntime.class).register().all())
				.anyMatch((code) -> code.name().equals("search") && "trade".equals(code.agent()))
				.anyMatch((code) -> code.name().equals("search") && code.agent() == null);
		});
	}

	@Test
	void theServicesOfTwoApplicationsKeepTheirAgents() {
		ApplicationContextRunner each = this.runner.withUserConfiguration(PlainModel.class);
		each.run((first) -> each.withPropertyValues("lumoauth.client-id=c").run((second) -> {
			servers.granted.add("a:read:documents");
			servers.willCall("search");
			assertThat(second.getBean("plain", Assistant.class).chat("x")).isEqualTo(DENIED);
			assertThat(first.getBean("plain", Assistant.class).chat("x")).isEqualTo("found x");
		}));
	}

	@Test
	void theServicesOfAChildContextHaveItsAgent() {
		ApplicationContextRunner each = this.runner.withUserConfiguration(PlainModel.class);
		each.run((parent) -> {
			each.withParent(parent.getSourceApplicationContext())
				.withPropertyValues("lumoauth.client-id=c")
				.run((child) -> {
					servers.granted.add("a:read:documents");
					servers.willCall("search");
					assertThat(child.getBean("plain", Assistant.class).chat("x")).isEqualTo(DENIED);
					assertThat(parent.getBean("plain", Assistant.class).chat("x")).isEqualTo("found x");
				});
			assertThat(parent.getBean("plain", Assistant.class).chat("x")).isEqualTo("found x");
		});
	}

	@Test
	void theUserWhoIsNamedIsKnownToTheBean() {
		this.runner.run((context) -> {
			servers.willCall("trade");
			assertThat(Caller.of(UserToken.of("alice")).call(() -> assistant(context).chat("x")))
				.isEqualTo("trade of alice");
			assertThat(assistant(context).chat("x")).startsWith("Error: ");
		});
	}

	@Test
	void modelBeansStayWhatTheyAreAndAreCountedOnce() {
		servers.maxTokens = 5000;
		this.runner.run((context) -> {
			assertThat(context.getBean(OpenAiChatModel.class)).isInstanceOf(AgentModel.class);
			servers.willCall();
			BudgetMonitor budget = context.getBean(BudgetMonitor.class);
			context.getBean(OpenAiChatModel.class).chat("hello");
			assertThat(budget.current().toString()).contains("used=120");
			assistant(context).chat("x");
			assertThat(budget.current().toString()).contains("used=240");
			CompletableFuture<ChatResponse> streamed = new CompletableFuture<>();
			context.getBean(StreamingChatModel.class).chat("hello", new StreamingChatResponseHandler() {

				@Override
				public void onCompleteResponse(ChatResponse response) {
					streamed.complete(response);
				}

				@Override
				public void onError(Throwable error) {
					streamed.completeExceptionally(error);
				}

			});
			streamed.join();
			assertThat(budget.current().toString()).contains("used=360");
			servers.tokensUsed = 5000;
			budget.refresh();
			assertThatExceptionOfType(BudgetExhaustedException.class)
				.isThrownBy(() -> context.getBean(ChatModel.class).chat("hello"));
			assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> assistant(context).chat("x"));
		});
	}

	@Test
	void refusesToTakeOneOfTwoBudgetsForNone() {
		this.runner.withUserConfiguration(TwoBudgets.class)
			.run((context) -> assertThatExceptionOfType(NoUniqueBeanDefinitionException.class)
				.isThrownBy(() -> context.getBean(ChatModel.class).chat("hello")));
	}

	@Test
	void theCallerOfTheChatGetsTheExceptionWhereTheApplicationWantsIt() {
		this.runner.withPropertyValues("lumoauth.tools.on-denied=throw").run((context) -> {
			servers.willCall("search");
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(() -> assistant(context).chat("x"));
			assertThat(servers.prompts).hasSize(1);
		});
	}

	@Test
	void theCallerOfTheChatGetsTheExceptionOfAnOutageToo() {
		this.runner
			.withPropertyValues("lumoauth.tools.on-denied=throw", "lumoauth.url=http://127.0.0.1:1",
					"lumoauth.budget.on-unavailable=allow")
			.run((context) -> {
				servers.willCall("search");
				assertThatExceptionOfType(LumoAuthUnavailableException.class)
					.isThrownBy(() -> assistant(context).chat("x"));
			});
	}

	@Test
	void offersWhatIsDeniedWhereHidingIsSwitchedOff() {
		this.runner.withPropertyValues("lumoauth.tools.hide-denied=false").run((context) -> {
			servers.willCall("search");
			assertThat(assistant(context).chat("x")).isEqualTo(DENIED);
			assertThat(servers.offered(0)).contains("search");
		});
	}

	@Test
	void annotatedToolsNeedAnAgent() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthUserAutoConfiguration.class,
							LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthLangChain4jAutoConfiguration.class))
			.withUserConfiguration(Beans.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(GuardConfigurationException.class));
	}

	@Test
	void aClosedApplicationIsNoLongerAsked() {
		this.runner.run((context) -> assertThat(LangChain4jGuard.installed())
			.isSameAs(context.getBean("lumoAuthLangChain4jGuard")));
		assertThat(LangChain4jGuard.installed()).isSameAs(LangChain4jGuard.NONE);
	}

	private static Assistant assistant(ApplicationContext context) {
		return AiServices.builder(Assistant.class)
			.chatModel(context.getBean(ChatModel.class))
			.tools(context.getBean(Documents.class))
			.build();
	}

	interface Assistant {

		String chat(String text);

	}

	static class Documents {

		private final String answer = "found ";

		@Tool
		@RequiresCapability("read:documents")
		public String search(@P("text") String text) {
			return this.answer + text;
		}

		@Tool
		@RequiresCapability("read:documents")
		public final String finalSearch(@P("text") String text) {
			return this.answer + text;
		}

		@Tool
		@RequiresCapability("read:documents")
		private String privateSearch(@P("text") String text) {
			return this.answer + text;
		}

		@Tool
		@OnBehalfOfUser
		public String trade(@P("text") String text) {
			return "trade of " + UserScope.current().value();
		}

		@Tool
		public String open(@P("text") String text) {
			return "opened";
		}

	}

	@RequiresCapability("read:documents")
	static class ExecutorBean implements ToolExecutor {

		@Override
		public String execute(ToolExecutionRequest request, Object memoryId) {
			RUNS.incrementAndGet();
			return "found " + request.name();
		}

	}

	/**
	 * LangChain4j's starter looks for tools in the classes of beans, and not at
	 * {@code @Bean} methods.
	 */
	@Configuration(proxyBeanMethods = false)
	static class TwoBudgets {

		@Bean
		BudgetMonitor first() {
			return BudgetMonitor.builder(Map::of, Runnable::run).build();
		}

		@Bean
		BudgetMonitor second() {
			return BudgetMonitor.builder(Map::of, Runnable::run).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Documents.class)
	static class Beans {

		@Bean
		OpenAiChatModel model() {
			return servers.model();
		}

		@Bean
		OpenAiStreamingChatModel streamingModel() {
			return servers.streamingModel();
		}

		@Bean
		ExecutorBean executorBean() {
			return new ExecutorBean();
		}

		@Bean
		@RequiresCapability("read:documents")
		ToolProvider providerBean() {
			return provider("provided");
		}

		private static ToolProvider provider(String name) {
			return (request) -> ToolProviderResult.builder()
				.add(ToolSpecification.builder().name(name).build(), (call, memoryId) -> {
					RUNS.incrementAndGet();
					return "found " + name;
				})
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherProvider {

		@Bean
		@RequiresCapability("read:documents")
		ToolProvider otherProviderBean() {
			return Beans.provider("provided2");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Advice {

		private static final AtomicInteger ASKED = new AtomicInteger();

		@Bean
		static BeanNameAutoProxyCreator advised() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("providerBean");
			creator.setInterceptorNames("counting");
			return creator;
		}

		@Bean
		static MethodInterceptor counting() {
			return (call) -> {
				if (call.getMethod().getName().equals("provideTools")) {
					ASKED.incrementAndGet();
				}
				return call.proceed();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Trading {

		/**
		 * The tools are no bean, which the default agent's guard would stand around too.
		 */
		@Bean
		Assistant trader(@Qualifier("trade") LangChain4jGuard guard, ChatModel model) {
			return AiServices.builder(Assistant.class).chatModel(guard.model(model)).tools(new Documents()).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PlainModel {

		/**
		 * The model is no bean either, which would say whose it is.
		 */
		@Bean
		Assistant plain() {
			return AiServices.builder(Assistant.class).chatModel(servers.model()).tools(new Documents()).build();
		}

	}

	@AiService
	interface StarterAssistant {

		String chat(String text);

	}

	@Configuration(proxyBeanMethods = false)
	@org.springframework.boot.autoconfigure.AutoConfigurationPackage
	static class WithService {

	}

}
