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

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.autoconfigure.diagnostics.FailureAnalyses;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.tool.ToolGuard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.Mockito.mock;

/**
 * Tests for the agents under {@code lumoauth.agents}.
 */
class NamedAgentsTests {

	private static final String TOKEN = "/t/acme/api/v1/oauth/token";

	private static final String PLATFORM_TOKEN = "eyJhbGciOiJSUzI1NiJ9." + Base64.getUrlEncoder()
		.withoutPadding()
		.encodeToString(
				"{\"iss\":\"https://k8s\",\"sub\":\"pod\",\"aud\":\"lumoauth\"}".getBytes(StandardCharsets.UTF_8))
			+ ".c2ln";

	private static final CapabilityRequirement READ = CapabilityRequirement.of("read:documents");

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthUserAutoConfiguration.class,
				LumoAuthBudgetAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthToolAutoConfiguration.class))
		.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme",
				"lumoauth.agents.research.client-id=agt_r", "lumoauth.agents.research.client-secret=secret-r",
				"lumoauth.agents.trade.client-id=agt_t", "lumoauth.agents.trade.client-secret=secret-t",
				"lumoauth.agents.trade.scopes=trade");

	private final ApplicationContextRunner all = this.runner.withPropertyValues("lumoauth.client-id=agt_1",
			"lumoauth.client-secret=secret-1");

	@BeforeEach
	void tokens() {
		for (String id : new String[] { "agt_1", "agt_r", "agt_t" }) {
			lumoAuth.stubFor(post(TOKEN).withFormParam("client_id", equalTo(id))
				.willReturn(
						okJson("{\"access_token\":\"own:" + id + "\",\"token_type\":\"Bearer\",\"expires_in\":600}")));
			lumoAuth.stubFor(post(TOKEN).withFormParam("client_id", equalTo(id))
				.withFormParam("subject_token", equalTo("own:agt_1"))
				.willReturn(okJson("{\"access_token\":\"1>" + id + "\",\"token_type\":\"Bearer\",\"expires_in\":600,"
						+ "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}")));
		}
	}

	@Test
	void eachIsFoundByItsNameAndSpeaksForItself() {
		this.all.withUserConfiguration(Injected.class).run((context) -> {
			assertThat(context).hasNotFailed();
			Injected injected = context.getBean(Injected.class);
			assertThat(injected.research.accessToken().getTokenValue()).isEqualTo("own:agt_r");
			assertThat(injected.researchTokens.agentToken().getTokenValue()).isEqualTo("own:agt_r");
			assertThat(injected.trade.accessToken().getTokenValue()).isEqualTo("own:agt_t");
			assertThat(injected.tradeTokens.agentToken().getTokenValue()).isEqualTo("own:agt_t");
			assertThat(injected.researchDecisions).isNotSameAs(injected.tradeDecisions);
			assertThat(injected.researchBudget).isNotSameAs(injected.tradeBudget);
			assertThat(injected.researchGuard).isNotSameAs(injected.tradeGuard);
			lumoAuth.verify(1,
					postRequestedFor(urlEqualTo(TOKEN)).withFormParam("client_id", equalTo("agt_t"))
						.withFormParam("client_secret", equalTo("secret-t"))
						.withFormParam("scope", equalTo("trade")));
		});
	}

	@Test
	void withoutAQualifierThereIsOnlyTheAgentWithoutAName() {
		this.all.withUserConfiguration(Injected.class, Unqualified.class).run((context) -> {
			Unqualified unqualified = context.getBean(Unqualified.class);
			assertThat(unqualified.agent.accessToken().getTokenValue()).isEqualTo("own:agt_1");
			assertThat(unqualified.tokens.stream()).singleElement();
			assertThat(unqualified.decisions.stream()).singleElement();
			assertThat(unqualified.budgets.stream()).singleElement();
			assertThat(unqualified.guards.stream()).singleElement();
			assertThat(unqualified.all).containsOnlyKeys("lumoAuthAgent");
			assertThat(context.getBean(LumoAuthAgent.class)).isSameAs(unqualified.agent);
		});
	}

	@Test
	void eachHasItsOwnDecisions() {
		check("agt_1", true);
		check("agt_r", false);
		check("agt_t", true);
		this.all.withUserConfiguration(Injected.class).run((context) -> {
			Injected injected = context.getBean(Injected.class);
			assertThat(context.getBean(LumoAuthAgent.class).hasCapability("read:documents")).isTrue();
			assertThat(injected.research.hasCapability("read:documents")).isFalse();
			assertThat(injected.trade.hasCapability("read:documents")).isTrue();
			assertThat(injected.researchDecisions.known(READ)).isEqualTo(injected.researchDecisions.decide(READ))
				.extracting(CapabilityDecision::isGranted)
				.isEqualTo(false);
			assertThat(injected.researchGuard.guard(ToolCallbacks.from(new Tools())[0]).call("{}"))
				.isEqualTo("Error: agent lacks 'read:documents' capability.");
			assertThat(injected.tradeGuard.guard(ToolCallbacks.from(new Tools())[0]).call("{}")).contains("read");
		});
	}

	@Test
	void aPartThatTheApplicationReplacesIsThatOfTheAgentWithoutANameOnly() {
		check("agt_r", false);
		check("agt_t", true);
		this.all.withUserConfiguration(Injected.class)
			.withBean(CapabilitySource.class, () -> new FakeCapabilitySource().grant("read:documents"))
			.withBean(BudgetSource.class, () -> () -> {
				throw new AssertionError("asked for the budget of a named agent");
			})
			.run((context) -> {
				Injected injected = context.getBean(Injected.class);
				assertThat(context.getBean(LumoAuthAgent.class).hasCapability("read:documents")).isTrue();
				assertThat(injected.research.hasCapability("read:documents")).isFalse();
				assertThat(injected.trade.hasCapability("read:documents")).isTrue();
				lumoAuth.stubFor(get("/t/acme/api/v1/oauth/userinfo").willReturn(okJson("{\"sub\":\"agt_r\"}")));
				injected.researchBudget.refresh();
				lumoAuth.verify(1, getRequestedFor(urlEqualTo("/t/acme/api/v1/oauth/userinfo"))
					.withHeader("Authorization", equalTo("Bearer own:agt_r")));
			});
	}

	@Test
	void rateLimitOfOneDoesNotStopTheOther() {
		lumoAuth.stubFor(post(TOKEN).withFormParam("client_id", equalTo("agt_r"))
			.willReturn(aResponse().withStatus(429).withHeader("Retry-After", "60").withBody("{\"error\":\"slow\"}")));
		this.all.withUserConfiguration(Injected.class).run((context) -> {
			Injected injected = context.getBean(Injected.class);
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(LumoAuthRateLimitedException.class)
					.isThrownBy(injected.research::accessToken);
			}
			assertThat(injected.trade.accessToken().getTokenValue()).isEqualTo("own:agt_t");
			lumoAuth.verify(1, postRequestedFor(urlEqualTo(TOKEN)).withFormParam("client_id", equalTo("agt_r")));
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			client-secret=secret-t                                          | client-secret
			client-authentication-method=client-secret-basic                | client-secret
			client-authentication-method=none                               | client-authentication-method
			client-secret=,client-secret-file={dir}/secret                  | client-secret-file
			client-authentication-method=private-key-jwt,private-key-jwt.key-file={dir}/key  | private-key-jwt
			""")
	void refusedCredentialsAreThoseOfTheAgentThatHasThem(String settings, String named, @TempDir Path directory)
			throws Exception {
		Files.writeString(directory.resolve("secret"), "secret-t");
		Files.writeString(directory.resolve("token"), PLATFORM_TOKEN);
		Files.writeString(directory.resolve("key"),
				"-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder()
					.encodeToString(KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate().getEncoded())
						+ "\n-----END PRIVATE KEY-----\n");
		lumoAuth.stubFor(post(TOKEN).atPriority(1)
			.willReturn(aResponse().withStatus(401).withBody("{\"error\":\"invalid_client\"}")));
		String[] properties = Stream.of(settings.replace("{dir}", directory.toString()).split(","))
			.map((property) -> "lumoauth.agents.trade." + property)
			.toArray(String[]::new);
		this.all.withUserConfiguration(Injected.class).withPropertyValues(properties).run((context) -> {
			LumoAuthException failure = catchThrowableOfType(LumoAuthException.class,
					context.getBean(Injected.class).trade::accessToken);
			assertThat(failure).hasMessageContaining("lumoauth.agents.trade." + named);
			assertThat(failure.getMessage()).doesNotContainPattern("lumoauth\\.(?!agents)");
			assertThat(Objects.requireNonNull(FailureAnalyses.of(failure)).getAction())
				.doesNotContainPattern("lumoauth\\.(?!agents|url|tenant|org-id)");
		});
	}

	@Test
	void budgetOfOneIsNotTheOthers() {
		lumoAuth.stubFor(post(TOKEN).withFormParam("client_id", equalTo("agt_r"))
			.willReturn(aResponse().withStatus(429).withBody("{\"error\":\"budget_exceeded\"}")));
		lumoAuth.stubFor(get("/t/acme/api/v1/oauth/userinfo").willReturn(aResponse().withStatus(503)));
		this.all.withUserConfiguration(Injected.class).run((context) -> {
			Injected injected = context.getBean(Injected.class);
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(injected.research::accessToken);
			assertThat(injected.researchBudget.status().state()).isEqualTo(BudgetStatus.State.EXHAUSTED);
			assertThat(injected.research.isBudgetExhausted()).isTrue();
			assertThat(injected.tradeBudget.status().state()).isNotEqualTo(BudgetStatus.State.EXHAUSTED);
			assertThat(context.getBean(LumoAuthAgent.class).isBudgetExhausted()).isFalse();
		});
	}

	@Test
	void oneDelegatesToTheOther() {
		this.all.withUserConfiguration(Injected.class).run((context) -> {
			LumoAuthAgent orchestrator = context.getBean(LumoAuthAgent.class);
			LumoAuthAgent trade = context.getBean(Injected.class).trade;
			assertThat(orchestrator.delegateTo(trade).mcpToken("urn:a").getTokenValue()).isEqualTo("1>agt_t");
			lumoAuth.verify(1,
					postRequestedFor(urlEqualTo(TOKEN)).withFormParam("client_id", equalTo("agt_t"))
						.withFormParam("subject_token", equalTo("own:agt_1"))
						.withFormParam("actor_token", equalTo("own:agt_t")));
		});
	}

	@Test
	void areEnoughToStart() {
		this.runner.withUserConfiguration(Injected.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Injected.class).trade.accessToken().getTokenValue()).isEqualTo("own:agt_t");
			assertThat(context).doesNotHaveBean("lumoAuthAgent")
				.doesNotHaveBean("lumoAuthTokens")
				.doesNotHaveBean("lumoAuthBudgetMonitor");
		});
	}

	@Test
	void withoutTheAgentWithoutANameWhatItWouldDecideIsRefused() {
		check("agt_t", true);
		this.runner.withUserConfiguration(Unnamed.class).run((context) -> {
			CapabilityDecision decision = context.getBean(Unnamed.class).decisions.decide(READ);
			assertThat(decision.isGranted()).isFalse();
			assertThat(decision.cause()).hasMessageContainingAll("named agents only", "lumoauth.client-id");
		});
	}

	@Test
	void annotatedBeanDoesNotStartWithoutTheAgentWithoutAName() {
		this.runner.withBean(Guarded.class)
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(GuardConfigurationException.class)
				.satisfies((ex) -> assertThat(((GuardConfigurationException) ex).getAction())
					.contains("lumoauth.client-id", "lumoauth.enabled=false")));
	}

	@Test
	void applicationsOwnDecisionsGuardItsBeans() {
		this.runner.withBean(Guarded.class)
			.withBean(CapabilityDecisions.class, () -> mock(CapabilityDecisions.class))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void areNotThereWhereLumoAuthIsTurnedOff() {
		this.all.withPropertyValues("lumoauth.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("lumoAuthAgent.trade")
				.doesNotHaveBean("lumoAuthToolGuard.trade"));
	}

	@Test
	void haveNoToolGuardWithoutSpringAi() {
		this.all.withClassLoader(new FilteredClassLoader("org.springframework.ai", "io.modelcontextprotocol"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasBean("lumoAuthAgent.trade")
				.doesNotHaveBean("lumoAuthToolGuard.trade"));
	}

	@Test
	void canBeSetByVariablesOfTheEnvironment() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class))
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
						new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
								Map.of("LUMOAUTH_TENANT", "acme", "LUMOAUTH_URL", lumoAuth.baseUrl(),
										"LUMOAUTH_AGENTS_TRADE_CLIENTID", "agt_t",
										"LUMOAUTH_AGENTS_TRADE_CLIENT_SECRET", "secret-t"))))
			.run((context) -> assertThat(
					context.getBean("lumoAuthAgent.trade", LumoAuthAgent.class).accessToken().getTokenValue())
				.isEqualTo("own:agt_t"));
	}

	@Test
	void whatIsWrongWithThemStopsTheStart() {
		this.runner.withPropertyValues("lumoauth.agents.trade.client-secret=", "lumoauth.tenant=")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(InvalidLumoAuthConfigurationException.class)
				.hasMessageContainingAll("lumoauth.agents.trade.client-secret is missing", "lumoauth.tenant")
				.hasMessageNotContaining("secret-r"));
	}

	private static void check(String agent, boolean allowed) {
		lumoAuth.stubFor(post("/t/acme/api/v1/authz/check").withHeader("Authorization", equalTo("Bearer own:" + agent))
			.willReturn(okJson("{\"allowed\":" + allowed + "}")));
	}

	@Configuration(proxyBeanMethods = false)
	static class Injected {

		@Autowired
		@Qualifier("research")
		LumoAuthAgent research;

		@Autowired
		@Qualifier("trade")
		LumoAuthAgent trade;

		@Autowired
		@Qualifier("research")
		LumoAuthTokens researchTokens;

		@Autowired
		@Qualifier("trade")
		LumoAuthTokens tradeTokens;

		@Autowired
		@Qualifier("research")
		CapabilityDecisions researchDecisions;

		@Autowired
		@Qualifier("trade")
		CapabilityDecisions tradeDecisions;

		@Autowired
		@Qualifier("research")
		BudgetMonitor researchBudget;

		@Autowired
		@Qualifier("trade")
		BudgetMonitor tradeBudget;

		@Autowired
		@Qualifier("research")
		ToolGuard researchGuard;

		@Autowired
		@Qualifier("trade")
		ToolGuard tradeGuard;

	}

	@Configuration(proxyBeanMethods = false)
	static class Unqualified {

		@Autowired
		LumoAuthAgent agent;

		@Autowired
		Map<String, LumoAuthAgent> all;

		@Autowired
		ObjectProvider<LumoAuthTokens> tokens;

		@Autowired
		ObjectProvider<CapabilityDecisions> decisions;

		@Autowired
		ObjectProvider<BudgetMonitor> budgets;

		@Autowired
		ObjectProvider<ToolGuard> guards;

	}

	@Configuration(proxyBeanMethods = false)
	static class Unnamed {

		@Autowired
		CapabilityDecisions decisions;

	}

	public static class Tools {

		@Tool
		@RequiresCapability("read:documents")
		public String read() {
			return "read";
		}

	}

	public static class Guarded {

		@RequiresCapability("read:documents")
		public String read() {
			return "read";
		}

	}

}
