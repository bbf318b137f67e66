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

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationListener;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.tool.ToolGuard;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for an application context whose parent has LumoAuth's auto-configuration too.
 */
class ChildContextAgentTests {

	@RegisterExtension
	static final WireMockExtension lumoAuth = WireMockExtension.newInstance().build();

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(LumoAuthAutoConfiguration.class, LumoAuthUserAutoConfiguration.class, LumoAuthBudgetAutoConfiguration.class,
				LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthToolAutoConfiguration.class));

	@BeforeEach
	void agents() {
		agent("agt_parent", true);
		agent("agt_child", false);
	}

	@Test
	void theAgentOfEachContextDecidesAndSpeaksThere() {
		as("agt_parent").withUserConfiguration(Guarded.class)
			.run((parent) -> as("agt_child").withParent(parent.getSourceApplicationContext())
				.withUserConfiguration(Guarded.class)
				.run((child) -> {
					assertThat(child).hasNotFailed();
					assertThat(child.getBean(LumoAuthTokens.class).agentToken().getTokenValue())
						.isEqualTo("own:agt_child");
					assertThat(child.getBean(LumoAuthAgent.class).hasCapability("read:documents")).isFalse();
					assertThat(callTool(child)).isEqualTo("Error: agent lacks 'read:documents' capability.");
					assertThatExceptionOfType(CapabilityDeniedException.class)
						.isThrownBy(() -> child.getBean(NamedAgentsTests.Guarded.class).read());
					assertThat(parent.getBean(LumoAuthTokens.class).agentToken().getTokenValue())
						.isEqualTo("own:agt_parent");
					assertThat(callTool(parent)).contains("read");
					assertThat(parent.getBean(NamedAgentsTests.Guarded.class).read()).isEqualTo("read");
				}));
	}

	@Test
	void theAgentInBetweenDecidesNothingBelow() {
		as("agt_parent").run((first) -> as("agt_child").withParent(first.getSourceApplicationContext())
			.run((second) -> as("agt_parent").withParent(second.getSourceApplicationContext())
				.withUserConfiguration(Guarded.class)
				.run((third) -> {
					assertThat(third.getBean(LumoAuthTokens.class).agentToken().getTokenValue())
						.isEqualTo("own:agt_parent");
					assertThat(third.getBean(NamedAgentsTests.Guarded.class).read()).isEqualTo("read");
				})));
	}

	@Test
	void contextsWithOneAgentShareItsBudgetAndWhatTheyKnowOfIt() {
		as("agt_parent").run((parent) -> as("agt_parent").withParent(parent.getSourceApplicationContext())
			.withUserConfiguration(Guarded.class)
			.run((child) -> {
				assertThat(child.getBean(BudgetMonitor.class)).isSameAs(parent.getBean(BudgetMonitor.class));
				assertThat(child.getBean(NamedAgentsTests.Guarded.class).read()).isEqualTo("read");
				agent("agt_parent", false);
				parent.getBeansOfType(RevocationListener.class)
					.values()
					.forEach((listener) -> listener.revoked(Revocation.ofEveryone(Revocation.Effect.DECISIONS)));
				assertThatExceptionOfType(CapabilityDeniedException.class)
					.isThrownBy(() -> child.getBean(NamedAgentsTests.Guarded.class).read());
			}));
	}

	@Test
	void anAgentThatIsTurnedOffInAChildDecidesNothingThere() {
		as("agt_parent").run((parent) -> as("agt_parent").withParent(parent.getSourceApplicationContext())
			.withPropertyValues("lumoauth.enabled=false")
			.withUserConfiguration(Guarded.class)
			.run((child) -> assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> child.getBean(NamedAgentsTests.Guarded.class).read())));
	}

	@Test
	void aParentWithoutAnAgentTakesNothingFromItsChild() {
		this.runner.run((parent) -> as("agt_parent").withParent(parent.getSourceApplicationContext())
			.withUserConfiguration(Guarded.class)
			.run((child) -> assertThat(child.getBean(NamedAgentsTests.Guarded.class).read()).isEqualTo("read")));
	}

	@Test
	void whatAParentsApplicationDecidesItselfIsDecidedForItsChildrenToo() {
		as("agt_parent")
			.withBean("own", CapabilityDecisions.class,
					() -> BeanMethodGuardTests.decisions(new FakeCapabilitySource().deny("read:documents")))
			.run((parent) -> as("agt_parent").withParent(parent.getSourceApplicationContext())
				.withUserConfiguration(Guarded.class)
				.run((child) -> assertThatExceptionOfType(CapabilityDeniedException.class)
					.isThrownBy(() -> child.getBean(NamedAgentsTests.Guarded.class).read())));
	}

	@Test
	void whatAParentsApplicationDecidesItselfMayHaveTheNameOfTheLibrarysBean() {
		as("agt_parent").withUserConfiguration(OwnDecisions.class)
			.run((parent) -> as("agt_parent").withParent(parent.getSourceApplicationContext())
				.withUserConfiguration(Guarded.class)
				.run((child) -> assertThatExceptionOfType(CapabilityDeniedException.class)
					.isThrownBy(() -> child.getBean(NamedAgentsTests.Guarded.class).read())));
	}

	private ApplicationContextRunner as(String agent) {
		return this.runner.withPropertyValues("lumoauth.url=" + lumoAuth.baseUrl(), "lumoauth.tenant=acme",
				"lumoauth.client-id=" + agent, "lumoauth.client-secret=secret");
	}

	private static String callTool(ApplicationContext context) {
		return context.getBean(ToolGuard.class).guard(ToolCallbacks.from(new NamedAgentsTests.Tools())[0]).call("{}");
	}

	private static void agent(String id, boolean allowed) {
		lumoAuth.stubFor(post("/t/acme/api/v1/oauth/token").withFormParam("client_id", equalTo(id))
			.willReturn(okJson("{\"access_token\":\"own:" + id + "\",\"token_type\":\"Bearer\",\"expires_in\":600}")));
		lumoAuth.stubFor(post("/t/acme/api/v1/authz/check").withHeader("Authorization", equalTo("Bearer own:" + id))
			.willReturn(okJson("{\"allowed\":" + allowed + "}")));
	}

	@Configuration(proxyBeanMethods = false)
	static class Guarded {

		@Bean
		NamedAgentsTests.Guarded guarded() {
			return new NamedAgentsTests.Guarded();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDecisions {

		@Bean
		CapabilityDecisions lumoAuthCapabilityDecisions() {
			return BeanMethodGuardTests.decisions(new FakeCapabilitySource().deny("read:documents"));
		}

	}

}
