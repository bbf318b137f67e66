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

package dev.lumoauth.spring.approval.autoconfigure;

import java.time.Duration;
import java.util.List;

import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.approval.springai.ResumableTools;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.guard.GateSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.Mockito;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;

@ExtendWith(OutputCaptureExtension.class)
class ApprovalsStartTests {

	private static final int AT_MOST = (int) Duration.ofSeconds(10).toMillis();

	private final ApprovalStore store = mock(ApprovalStore.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, LumoAuthAutoConfiguration.class,
				LumoAuthApprovalsAutoConfiguration.class))
		.withBean(ScriptedPeople.class)
		.withPropertyValues("lumoauth.tenant=acme", "lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cr3t",
				"lumoauth.agents.trade.client-id=agt_t", "lumoauth.agents.trade.client-secret=s3cr3t");

	@Test
	void looksOnceReadyAndForEachAgentAtWhatWasAskedBefore() {
		given(this.store.findOpen(any(), any(), anyInt())).willReturn(List.of());
		this.runner.withBean(ApprovalStore.class, () -> this.store).run((context) -> {
			then(this.store).should(never()).findOpen(any(), any(), anyInt());
			ready(context);
			then(this.store).should(timeout(AT_MOST)).findOpen(eq("agt_1"), any(), eq(1_000));
			then(this.store).should(timeout(AT_MOST)).findOpen(eq("agt_t"), any(), eq(1_000));
		});
	}

	@Test
	void makesNoConnectionToLumoAuthUntilSomebodyIsAsked() {
		this.runner.run((context) -> {
			for (String part : List.of("lumoAuthApprovals", "lumoAuthTokens", "lumoAuthHttp")) {
				assertThat(context.getBeanFactory().containsBeanDefinition(part)).as(part).isTrue();
				assertThat(context.getBeanFactory().containsSingleton(part)).as(part).isFalse();
			}
		});
	}

	@Test
	void asksNobodyWhereNothingOutlivesTheProcess() {
		this.runner.run((context) -> {
			ready(context);
			assertThat(context.getBean(ApprovalWiring.class).isKept()).isFalse();
		});
	}

	@Test
	void looksAgainAtAStoreThatDidNotAnswer() {
		given(this.store.findOpen(any(), any(), anyInt())).willThrow(new IllegalStateException("down"))
			.willReturn(List.of());
		this.runner.withBean(ApprovalStore.class, () -> this.store).run((context) -> {
			ready(context);
			then(this.store).should(timeout(AT_MOST).atLeast(2)).findOpen(eq("agt_1"), any(), eq(1_000));
		});
	}

	@Test
	void saysByWhatPeopleAreAsked(CapturedOutput output) {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Announcing.class)
			.web(WebApplicationType.NONE)
			.run("--lumoauth.verify-at-start=off", "--lumoauth.url=http://localhost:1", "--lumoauth.tenant=acme",
					"--lumoauth.client-id=agt_1", "--lumoauth.client-secret=s3cr3t",
					"--lumoauth.approvals.channel=push")) {
			assertThat(output).containsOnlyOnce("; people are asked by push.");
		}
	}

	@Test
	void isNotThereWithoutTheWiringOfTheCore() {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader(LumoAuthAutoConfiguration.class))
			.withPropertyValues("lumoauth.approvals.store=jdbc")
			.withConfiguration(AutoConfigurations.of(LumoAuthApprovalsAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(GateSource.class));
	}

	@Test
	void findsTheToolsOfCallsThatAreMadeAgain() {
		this.runner
			.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
					LumoAuthToolAutoConfiguration.class))
			.run((context) -> assertThat(context).hasSingleBean(ResumableTools.class));
	}

	@Test
	void leavesTheApplicationsOwnApprovalsAlone() {
		LumoAuthApprovals own = mock(LumoAuthApprovals.class);
		AgentRuntime agent = AgentRuntime.of(new AgentIdentity(null, "agt_1"),
				(builder) -> builder.provide(LumoAuthApprovals.class, (runtime) -> own));
		ApprovalWiring.start(agent);
		then(own).shouldHaveNoInteractions();
	}

	private static void ready(AssertableApplicationContext context) {
		context.publishEvent(new ApplicationReadyEvent(Mockito.mock(SpringApplication.class), new String[0],
				context.getSourceApplicationContext(), Duration.ZERO));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LumoAuthAutoConfiguration.class, LumoAuthApprovalsAutoConfiguration.class })
	static class Announcing {

	}

}
