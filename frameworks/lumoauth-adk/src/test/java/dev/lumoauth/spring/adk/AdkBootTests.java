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

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.RunConfig;
import com.google.adk.plugins.Plugin;
import com.google.adk.sessions.Session;
import com.google.adk.tools.Annotations.Schema;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.BaseToolset;
import com.google.adk.tools.FunctionTool;
import com.google.adk.tools.ToolContext;
import com.google.genai.types.FunctionDeclaration;
import dev.lumoauth.spring.adk.autoconfigure.LumoAuthAdkAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.token.WireAgent;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import io.reactivex.rxjava3.core.Single;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * ADK in an application with Spring Boot, where tools are beans.
 */
class AdkBootTests {

	private static final String API = "/t/acme-corp/api/v1";

	private static final RunConfig ONCE = RunConfig.builder().build();

	private static final Map<String, Object> DENIED = Map.of("error",
			"Error: agent lacks 'read:documents' capability.");

	private static final Map<String, Object> FOUND = Map.of("result", "found Q3");

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ScriptedLlm model = new ScriptedLlm();

	private final ApplicationContextRunner unconfigured = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthUserAutoConfiguration.class,
				LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthAdkAutoConfiguration.class))
		.withUserConfiguration(Beans.class);

	private final ApplicationContextRunner runner = this.unconfigured.withPropertyValues(
			"lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
			"lumoauth.client-secret=s", "lumoauth.verify-at-start=off", "lumoauth.capabilities.cache.allow-ttl=0s",
			"lumoauth.capabilities.cache.deny-ttl=0s");

	@BeforeEach
	void answer() {
		Advice.CALLS.set(0);
		lumoAuth.stubFor(WireAgent.agentTokenRequest().willReturn(WireAgent.token("agent-1", 3600)));
		lumoAuth.stubFor(get(API + "/oauth/userinfo").willReturn(
				okJson("{\"sub\":\"agt_1\",\"budget_policy\":{\"max_tokens_per_day\":1000,\"tokens_used_today\":0}}")));
		allow(false);
	}

	private static void allow(boolean allowed) {
		lumoAuth.stubFor(post(API + "/authz/check").withRequestBody(containing("read:documents"))
			.willReturn(okJson("{\"allowed\":" + allowed + ",\"permission\":\"read:documents\"}")));
	}

	private List<Map<String, Object>> call(LumoAuthAdk lumoAuth, String user, FunctionTool tool) {
		this.model.call(tool.name());
		TestAgent.run(LlmAgent.builder().name("analyst").model(this.model).tools(tool).build(), user, ONCE,
				lumoAuth.plugin());
		return this.model.results();
	}

	private List<Map<String, Object>> call(ApplicationContext context) {
		return call(context.getBean(LumoAuthAdk.class), "user", search(context));
	}

	/** As the document has it: the method of the class, on the bean with its proxies. */
	private static FunctionTool search(ApplicationContext context) {
		try {
			return FunctionTool.create(context.getBean(Documents.class),
					Documents.class.getMethod("search", String.class));
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void aToolThatIsABeanKeepsItsAdvice() {
		this.runner.withUserConfiguration(Advice.class).run((context) -> {
			assertThat(call(context)).containsExactly(DENIED);
			assertThat(Advice.CALLS).hasValue(0);
			allow(true);
			assertThat(call(context)).containsExactly(FOUND);
			assertThat(Advice.CALLS).hasValue(1);
		});
	}

	@Test
	void theAgentOfAChildContextDecidesThere() {
		lumoAuth.stubFor(post(API + "/oauth/token").withFormParam("client_id", equalTo("agt_2"))
			.willReturn(WireAgent.token("agent-2", 3600)));
		lumoAuth.stubFor(post(API + "/authz/check").withHeader("Authorization", equalTo("Bearer agent-1"))
			.willReturn(okJson("{\"allowed\":true,\"permission\":\"read:documents\"}")));
		this.runner.run((parent) -> this.runner.withParent(parent.getSourceApplicationContext())
			.withPropertyValues("lumoauth.client-id=agt_2")
			.run((child) -> {
				FunctionTool inline = FunctionTool.create(Inline.class, "search");
				assertThat(call(parent.getBean(LumoAuthAdk.class), "user", inline)).containsExactly(FOUND);
				assertThat(call(child.getBean(LumoAuthAdk.class), "user", inline)).containsExactly(DENIED);
			}));
	}

	public static class Inline {

		@RequiresCapability("read:documents")
		public static Map<String, Object> search(@Schema(name = "request") String request) {
			return Map.of("result", "found Q3");
		}

	}

	@Test
	void aToolThatIsABeanIsGuardedOnce() {
		this.runner.run((context) -> {
			assertThat(call(context)).containsExactly(DENIED);
			assertThat(ScriptedLlm.offered(this.model.requests.get(0))).isEmpty();
			allow(true);
			lumoAuth.resetRequests();
			assertThat(call(context)).containsExactly(FOUND);
			// Two for the offers and one for the call; the bean's own guard asks nothing.
			lumoAuth.verify(3, postRequestedFor(urlEqualTo(API + "/authz/check")));
			assertThat(context.getBean(GuardRuntime.class).register().all())
				.anyMatch((code) -> code.layer() == GuardLayer.TOOL_CALLING_MANAGER && code.name().equals("search")
						&& code.agent() == null);
		});
	}

	/**
	 * Spring's proxy has no fields of its own, and the class alone has the annotation.
	 */
	@Test
	void aToolThatIsAProxyItselfIsGuardedWithoutThePlugin() {
		this.runner.withUserConfiguration(ProxiedTools.class).run((context) -> {
			BaseToolset guarded = context.getBean(LumoAuthAdk.class).guard(context.getBean(FunctionTool.class));
			this.model.call("find");
			run(guarded);
			assertThat(this.model.results()).containsExactly(DENIED);
			allow(true);
			this.model.call("find");
			run(guarded);
			assertThat(this.model.results()).containsExactly(FOUND);
		});
	}

	@Test
	void refusesToGuardAToolWhoseObjectIsNotKnown() {
		this.runner.run((context) -> {
			ProxyFactory proxy = new ProxyFactory();
			proxy.setTargetSource(new PrototypeTool());
			proxy.setProxyTargetClass(true);
			assertThatExceptionOfType(GuardConfigurationException.class)
				.isThrownBy(() -> context.getBean(LumoAuthAdk.class).guard(proxy.getProxy()));
		});
	}

	@Test
	void anAnnotatedMethodOfAToolThatIsABeanIsGuarded() {
		this.runner.withUserConfiguration(OwnTools.class).run((context) -> {
			OwnTool tool = context.getBean(OwnTool.class);
			this.model.call("own");
			run(tool, context.getBean(LumoAuthAdk.class).plugin());
			assertThat(this.model.results()).containsExactly(DENIED);
			allow(true);
			this.model.call("own");
			run(tool, context.getBean(LumoAuthAdk.class).plugin());
			assertThat(this.model.results()).containsExactly(FOUND);
		});
	}

	private void run(Object tool, Plugin... plugins) {
		TestAgent.run(LlmAgent.builder().name("analyst").model(this.model).tools(tool).build(), ONCE, plugins);
	}

	/** The object's class has no annotation, and the container's proxy has one. */
	@Test
	void aToolNeedsWhatTheBeanMethodOfItsObjectNeeds() {
		this.runner.withUserConfiguration(MadeBeans.class).run((context) -> {
			FunctionTool tool = FunctionTool.create(context.getBean(Plain.class),
					Plain.class.getMethod("plain", String.class));
			assertThat(call(context.getBean(LumoAuthAdk.class), "user", tool)).containsExactly(DENIED);
			assertThat(ScriptedLlm.offered(this.model.requests.get(0))).isEmpty();
			allow(true);
			assertThat(call(context.getBean(LumoAuthAdk.class), "user", tool)).containsExactly(FOUND);
		});
	}

	@Test
	void refusesToTakeOneOfTwoBudgetsForNone() {
		this.runner.withUserConfiguration(TwoBudgets.class).run((context) -> {
			assertThatExceptionOfType(NoUniqueBeanDefinitionException.class)
				.isThrownBy(() -> context.getBean(LumoAuthAdk.class).plugin());
		});
	}

	@Test
	void javaCodeThatCallsTheBeanIsGuardedToo() {
		this.runner.run((context) -> assertThatExceptionOfType(CapabilityDeniedException.class)
			.isThrownBy(() -> context.getBean(Documents.class).search("Q3")));
	}

	@Test
	void countsForTheBudgetOfTheApplication() {
		this.runner.run((context) -> {
			LumoAuthAdk adk = context.getBean(LumoAuthAdk.class);
			LlmAgent agent = LlmAgent.builder().name("analyst").model(this.model).build();
			this.model.say(ScriptedLlm.using(ScriptedLlm.text("hello"), 1_200));
			TestAgent.run(agent, ONCE, adk.plugin());
			assertThat(context.getBean(BudgetMonitor.class).current().toString()).contains("used=1200");
			assertThatExceptionOfType(BudgetExhaustedException.class)
				.isThrownBy(() -> TestAgent.run(agent, ONCE, adk.plugin()));
		});
	}

	@Test
	void theApplicationSaysByABeanWhoTheUsersAre() {
		this.runner.withUserConfiguration(Users.class).run((context) -> {
			LumoAuthAdk adk = context.getBean(LumoAuthAdk.class);
			FunctionTool mine = FunctionTool.create(new Mine(), "mine");
			assertThat(call(adk, "alice", mine)).containsExactly(Map.of("result", "token-of-alice"));
			assertThat(call(adk, "mallory", mine).toString()).contains("Error: ");
		});
		this.runner.run((context) -> assertThat(
				call(context.getBean(LumoAuthAdk.class), "alice", FunctionTool.create(new Mine(), "mine")).toString())
			.contains("Error: "));
	}

	@Test
	void aNamedAgentHasItsOwnDecisions() {
		this.runner.withPropertyValues("lumoauth.agents.trade.client-id=agt_2", "lumoauth.agents.trade.client-secret=t")
			.withUserConfiguration(Trading.class)
			.run((context) -> {
				lumoAuth.stubFor(WireAgent.agentTokenRequest()
					.withFormParam("client_id", equalTo("agt_2"))
					.willReturn(WireAgent.token("agent-2", 3600)));
				lumoAuth.stubFor(post(API + "/authz/check").withHeader("Authorization", equalTo("Bearer agent-2"))
					.willReturn(okJson("{\"allowed\":true,\"permission\":\"read:documents\"}")));
				// No bean, which the default agent's guard would stand around too.
				assertThat(call(context.getBean(Trading.class).lumoAuth, "user",
						FunctionTool.create(new Documents(), "search")))
					.containsExactly(FOUND);
				assertThat(context.getBean(GuardRuntime.class).register().all())
					.anyMatch((code) -> code.name().equals("search") && "trade".equals(code.agent()));
				assertThat(call(context)).containsExactly(DENIED);
				assertThat(context.getBean(LumoAuthAdk.class)).isNotSameAs(context.getBean(Trading.class).lumoAuth);
			});
	}

	@Test
	void theCallerGetsTheExceptionWhereTheApplicationWantsIt() {
		this.runner.withPropertyValues("lumoauth.tools.on-denied=throw")
			.run((context) -> assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> call(context)));
	}

	@Test
	void offersWhatIsDeniedWhereHidingIsSwitchedOff() {
		this.runner.withPropertyValues("lumoauth.tools.hide-denied=false").run((context) -> {
			assertThat(call(context)).containsExactly(DENIED);
			assertThat(ScriptedLlm.offered(this.model.requests.get(0))).containsExactly("search");
		});
	}

	@Test
	void refusesEachCallWhereLumoAuthIsTurnedOff() {
		this.unconfigured.withPropertyValues("lumoauth.enabled=false").run((context) -> {
			assertThat(call(context))
				.containsExactly(Map.of("error", "Error: authorization is unavailable; try again later."));
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> context.getBean(LumoAuthAdk.class).mcp("http://localhost/mcp", "urn:mcp:a", "mcp:a"));
		});
	}

	@Test
	void doesNotStartWithoutAConfigurationThatAnAnnotatedBeanNeeds() {
		this.unconfigured.run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.rootCause()
			.hasMessageContaining("lumoauth.client-id"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Documents documents() {
			return new Documents();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Users {

		@Bean
		SessionUser sessionUser() {
			return (Session session) -> session.userId().equals("alice") ? UserToken.of("token-of-alice") : null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Trading {

		private final LumoAuthAdk lumoAuth;

		Trading(@Qualifier("trade") LumoAuthAdk lumoAuth) {
			this.lumoAuth = lumoAuth;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Advice {

		static final AtomicInteger CALLS = new AtomicInteger();

		@Bean
		static BeanNameAutoProxyCreator counting() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("documents");
			creator.setProxyTargetClass(true);
			creator.setInterceptorNames("counter");
			return creator;
		}

		@Bean
		static MethodInterceptor counter() {
			return (invocation) -> {
				CALLS.incrementAndGet();
				return invocation.proceed();
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MadeBeans {

		@Bean
		@RequiresCapability("read:documents")
		Plain plain() {
			return new Plain();
		}

	}

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
	static class ProxiedTools {

		@Bean
		static BeanNameAutoProxyCreator counting() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("tool");
			creator.setProxyTargetClass(true);
			creator.setInterceptorNames("counter");
			return creator;
		}

		@Bean
		static MethodInterceptor counter() {
			return MethodInvocation::proceed;
		}

		@Bean
		FunctionTool tool() throws NoSuchMethodException {
			return PrototypeTool.tool();
		}

	}

	static class PrototypeTool implements TargetSource {

		static FunctionTool tool() throws NoSuchMethodException {
			return FunctionTool.create(new Archive(), Searchable.class.getMethod("find", String.class));
		}

		@Override
		public Class<?> getTargetClass() {
			return FunctionTool.class;
		}

		@Override
		public Object getTarget() throws NoSuchMethodException {
			return tool();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnTools {

		@Bean
		OwnTool ownTool() {
			return new OwnTool();
		}

	}

	public static class OwnTool extends BaseTool {

		public OwnTool() {
			super("own", "An own tool");
		}

		@Override
		public Optional<FunctionDeclaration> declaration() {
			return Optional.of(FunctionDeclaration.builder().name("own").description("An own tool").build());
		}

		@Override
		@RequiresCapability("read:documents")
		public Single<Map<String, Object>> runAsync(Map<String, Object> arguments, ToolContext context) {
			return Single.fromCallable(() -> FOUND);
		}

	}

	public interface Searchable {

		Map<String, Object> find(@Schema(name = "request") String request);

	}

	@RequiresCapability("read:documents")
	public static class Archive implements Searchable {

		@Override
		public Map<String, Object> find(String request) {
			return Map.of("result", "found " + request);
		}

	}

	public static class Plain {

		public Map<String, Object> plain(@Schema(name = "request") String request) {
			return Map.of("result", "found " + request);
		}

	}

	public static class Documents {

		@RequiresCapability("read:documents")
		public Map<String, Object> search(@Schema(name = "request") String request) {
			return Map.of("result", "found " + request);
		}

	}

	public static class Mine {

		@OnBehalfOfUser
		public Map<String, Object> mine(@Schema(name = "request") String request) {
			return Map.of("result", UserScope.current().value());
		}

	}

}
