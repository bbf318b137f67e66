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

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.Refusal;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthActuatorAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthMetricsAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.mcp.LumoAuthMcpAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.tool.ToolGuard;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

import org.springframework.ai.mcp.client.httpclient.autoconfigure.StreamableHttpHttpClientTransportAutoConfiguration;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Approvals of which a part is missing: nothing that a person has to approve runs.
 */
public class ApprovalsPartlyThereTests {

	private static final AtomicInteger RUNS = new AtomicInteger();

	private static final Class<?>[] CORE = { SslAutoConfiguration.class, LumoAuthAutoConfiguration.class,
			LumoAuthMethodSecurityAutoConfiguration.class, LumoAuthUserAutoConfiguration.class,
			LumoAuthToolAutoConfiguration.class, LumoAuthMcpAutoConfiguration.class,
			LumoAuthActuatorAutoConfiguration.class, LumoAuthMetricsAutoConfiguration.class };

	private final ApplicationContextRunner core = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(CORE))
		.withBean(Payments.class)
		.withBean(PayTools.class)
		.withPropertyValues("lumoauth.verify-at-start=off", "lumoauth.url=http://localhost:1");

	private final ApplicationContextRunner runner = this.core.withPropertyValues("lumoauth.tenant=acme",
			"lumoauth.client-id=agt_1", "lumoauth.client-secret=s3cr3t");

	private ApplicationContextRunner all() {
		return this.runner.withConfiguration(AutoConfigurations.of(LumoAuthApprovalsAutoConfiguration.class));
	}

	@BeforeEach
	void reset() {
		RUNS.set(0);
	}

	private static String tool(ToolGuard guard, Object tools) {
		return guard.guard(ToolCallbacks.from(tools)[0]).call("{\"to\":\"bob\"}");
	}

	@Test
	void excludedApprovalsRefuse() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> payments.pay("bob"));
			assertThat(tool(context.getBean(ToolGuard.class), context.getBean(PayTools.class))).startsWith("Error: ");
			assertThat(tool(context.getBean(ToolGuard.class), new PayTools())).startsWith("Error: ");
			assertThat(RUNS).hasValue(0);
		});
	}

	@Test
	void turnedOffRefuses() {
		all().withPropertyValues("lumoauth.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed();
			Payments payments = context.getBean(Payments.class);
			Throwable refused = catchThrowable(() -> payments.pay("bob"));
			assertThat(refused).isInstanceOf(Refusal.class);
			assertThat(tool(context.getBean(ToolGuard.class), new PayTools())).startsWith("Error: ");
			assertThat(RUNS).hasValue(0);
		});
	}

	@Test
	void turnedOffAndExcludedRefuses() {
		this.runner.withPropertyValues("lumoauth.enabled=false").run((context) -> {
			assertThat(context).hasNotFailed();
			Payments payments = context.getBean(Payments.class);
			assertThat(catchThrowable(() -> payments.pay("bob"))).isInstanceOf(Refusal.class);
			assertThat(tool(context.getBean(ToolGuard.class), new PayTools())).startsWith("Error: ");
			assertThat(RUNS).hasValue(0);
		});
	}

	@Test
	void idleDoesNotStart() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(CORE))
			.withConfiguration(AutoConfigurations.of(LumoAuthApprovalsAutoConfiguration.class))
			.withBean(Payments.class)
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void withNamedAgentsOnlyTheDefaultRefusesAndTheNamedOneAsks() {
		ScriptedPeople people = new ScriptedPeople();
		this.core.withConfiguration(AutoConfigurations.of(LumoAuthApprovalsAutoConfiguration.class))
			.withPropertyValues("lumoauth.tenant=acme", "lumoauth.agents.trade.client-id=agt_t",
					"lumoauth.agents.trade.client-secret=s3cr3t")
			.withBean(ApprovalChannel.class, () -> people)
			.withBean(CapabilityDecisions.class, () -> Mockito.mock(CapabilityDecisions.class))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Payments payments = context.getBean(Payments.class);
				Throwable refused = catchThrowable(() -> payments.pay("bob"));
				assertThat(refused).isInstanceOf(Refusal.class);
				ToolGuard named = BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getBeanFactory(),
						ToolGuard.class, "trade");
				assertThat(RUNS).hasValue(0);
			});
	}

	@Test
	void lazyBeansGuardAsOthersDo() {
		ScriptedPeople people = new ScriptedPeople();
		ApplicationContextRunner lazy = all().withBean(ApprovalChannel.class, () -> people)
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()));
		lazy.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(ApprovalPendingException.class).isThrownBy(() -> payments.pay("bob"));
			assertThat(RUNS).hasValue(0);
			people.decide(ApprovalState.APPROVED, null);
			context.getBean(LumoAuthApprovals.class)
				.pending()
				.forEach((each) -> context.getBean(Approvals.class).refresh(each.id()));
			assertThat(payments.pay("bob")).isEqualTo("paid bob");
		});
		lazy.withPropertyValues("lumoauth.approvals.ttl=-1s").run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void withoutActuatorWebOrSpringAi() {
		ScriptedPeople people = new ScriptedPeople();
		for (String missing : List.of("org.springframework.ai", "org.springframework.boot.actuate",
				"io.micrometer.core", "org.springframework.jdbc", "org.springframework.boot.jdbc", "reactor",
				"org.springframework.web")) {
			all().withClassLoader(new FilteredClassLoader(missing))
				.withBean(ApprovalChannel.class, () -> people)
				.run((context) -> {
					assertThat(context).as(missing).hasNotFailed();
					Payments payments = context.getBean(Payments.class);
					assertThatExceptionOfType(ApprovalPendingException.class).as(missing)
						.isThrownBy(() -> payments.pay("bob"));
					assertThat(RUNS).hasValue(0);
				});
		}
	}

	@Test
	void anApprovalOfOneAgentIsNotAnothers() {
		ScriptedPeople people = new ScriptedPeople();
		all().withPropertyValues("lumoauth.agents.trade.client-id=agt_t", "lumoauth.agents.trade.client-secret=s3cr3t")
			.withBean(ApprovalsCustomizer.class, () -> (builder) -> {
			})
			.withBean(ApprovalChannel.class, () -> people)
			.run((context) -> {
				ToolGuard main = context.getBean(ToolGuard.class);
				ToolGuard named = BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getBeanFactory(),
						ToolGuard.class, "trade");
				PayTools tools = context.getBean(PayTools.class);
				assertThat(tool(main, tools)).startsWith("Approval pending");
				people.decide(ApprovalState.APPROVED, null);
				Approvals approvals = context.getBean(Approvals.class);
				approvals.pending().forEach((each) -> approvals.refresh(each.id()));
				String other = tool(named, tools);
				assertThat(RUNS).hasValue(0);
				// A guard inside another one: both have to agree.
				assertThat(named.guard(main.guard(ToolCallbacks.from(tools)[0])).call("{\"to\":\"bob\"}"))
					.startsWith("Error");
				assertThat(RUNS).hasValue(0);
				assertThat(tool(main, tools)).contains("paid bob");
				assertThat(context.getBean(AgentRuntimes.class).named("trade").announcements())
					.contains("people are asked by jit");
			});
	}

	@Test
	void approvalsOfAnMcpConnectionNeedTheAutoConfiguration() {
		this.runner.withPropertyValues("spring.ai.mcp.client.streamable-http.connections.bank.url=http://localhost:1",
				"lumoauth.mcp.connections.bank.audience=urn:bank", "lumoauth.mcp.connections.bank.capability=bank:use",
				"lumoauth.mcp.connections.bank.approval.tools.pay.reason=Pay")
			.withConfiguration(AutoConfigurations.of(StreamableHttpHttpClientTransportAutoConfiguration.class))
			.run((context) -> {
				assertThat(context).hasFailed();
			});
	}

	public static class Payments {

		@RequiresApproval(reason = "Pay {to}")
		public String pay(String to) {
			RUNS.incrementAndGet();
			return "paid " + to;
		}

	}

	public static class PayTools {

		@Tool
		@RequiresApproval(reason = "Pay {to}")
		public String pay(String to) {
			RUNS.incrementAndGet();
			return "paid " + to;
		}

	}

}
