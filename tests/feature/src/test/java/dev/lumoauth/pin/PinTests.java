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

package dev.lumoauth.pin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.lumoauth.pin.autoconfigure.PinAutoConfiguration;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.tool.ToolGuard;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.ai.mcp.McpToolUtils;
import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The PIN of each agent: where its annotation is, how long it counts, who forgets it, and
 * what people see of it.
 */
class PinTests {

	private static final AtomicInteger RUNS = new AtomicInteger();

	private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class,
						LumoAuthToolAutoConfiguration.class, PinAutoConfiguration.class))
		.withBean(Clock.class, this::clock)
		.withBean(Payments.class)
		.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1", "lumoauth.client-secret=a-secret",
				"lumoauth.verify-at-start=off", "lumoauth.pin.codes.payments=4711", "lumoauth.pin.codes.audit=1",
				"lumoauth.agents.clerk.client-id=agt_2", "lumoauth.agents.clerk.client-secret=b-secret",
				"lumoauth.agents.clerk.pin.codes.payments=0815", "lumoauth.agents.clerk.pin.max-age=1h");

	@BeforeEach
	void reset() {
		RUNS.set(0);
	}

	private Clock clock() {
		return new Clock() {

			@Override
			public Instant instant() {
				return PinTests.this.now.get();
			}

			@Override
			public ZoneOffset getZone() {
				return ZoneOffset.UTC;
			}

			@Override
			public Clock withZone(ZoneId zone) {
				return this;
			}

		};
	}

	@Test
	void aMethodOfABeanRunsWithItsPinsForAWhile() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			Pins pins = context.getBean(Pins.class);
			assertThatExceptionOfType(PinRequiredException.class).isThrownBy(payments::pay)
				.withMessage("the PIN 'audit', 'payments' has not been entered.");
			assertThat(pins.enter("payments", "4711")).isTrue();
			assertThatExceptionOfType(PinRequiredException.class).isThrownBy(payments::pay)
				.withMessage("the PIN 'audit' has not been entered.");
			assertThat(RUNS).hasValue(0);
			assertThat(pins.enter("audit", "1")).isTrue();
			assertThat(payments.pay()).isEqualTo("paid");
			this.now.set(Instant.EPOCH.plus(Duration.ofMinutes(6)));
			assertThatExceptionOfType(PinRequiredException.class).isThrownBy(payments::pay);
			assertThat(RUNS).hasValue(1);
		});
	}

	@Test
	void aReactiveMethodIsAskedForAtEachSubscription() {
		this.runner.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			Mono<String> later = payments.payLater();
			assertThatExceptionOfType(PinRequiredException.class).isThrownBy(later::block);
			List.of(Map.entry("payments", "4711"), Map.entry("audit", "1"))
				.forEach((pin) -> context.getBean(Pins.class).enter(pin.getKey(), pin.getValue()));
			assertThat(later.block()).isEqualTo("paid");
			context.getBean(AgentRuntimes.class).forget();
			assertThatExceptionOfType(PinRequiredException.class).isThrownBy(later::block);
			assertThat(RUNS).hasValue(1);
		});
	}

	@Test
	void eachAgentHasItsOwn() {
		this.runner.run((context) -> {
			ToolGuard clerk = BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getBeanFactory(), ToolGuard.class,
					"clerk");
			CashTools tools = new CashTools();
			Pins main = context.getBean(Pins.class);
			Pins own = context.getBean(AgentRuntimes.class).named("clerk").get(Pins.class);
			main.enter("payments", "4711");
			assertThat(own.enter("payments", "4711")).isFalse();
			assertThat(clerk.guard(ToolCallbacks.from(tools)[0]).call("{}"))
				.isEqualTo("Error: the PIN 'payments' has not been entered.");
			assertThat(RUNS).hasValue(0);
			assertThat(own.enter("payments", "0815")).isTrue();
			this.now.set(Instant.EPOCH.plus(Duration.ofMinutes(6)));
			assertThat(clerk.guard(ToolCallbacks.from(tools)[0]).call("{}")).contains("opened");
			assertThat(context.getBean(ToolGuard.class).guard(ToolCallbacks.from(tools)[0]).call("{}"))
				.isEqualTo("Error: the PIN 'payments' has not been entered.");
			assertThat(context.getBean(HealthIndicator.class).health().getDetails())
				.isEqualTo(Map.of("agt_1", Set.of(), "agt_2", Set.of("payments")));
			assertThat(context.getBean(AgentRuntimes.class).named("clerk").describe()).containsEntry("pins",
					Set.of("payments"));
		});
	}

	@Test
	void aToolOfAnMcpServerAnswersWithTheRefusal() {
		this.runner.run((context) -> {
			SyncToolSpecification served = McpToolUtils.toStatelessSyncToolSpecification(
					context.getBean(ToolGuard.class).guard(ToolCallbacks.from(new CashTools())[0]), null);
			McpSchema.CallToolRequest request = McpSchema.CallToolRequest.builder("open").arguments(Map.of()).build();
			assertThat(served.callHandler().apply(McpTransportContext.EMPTY, request).content().toString())
				.contains("Error: the PIN 'payments' has not been entered.");
			context.getBean(Pins.class).enter("payments", "4711");
			assertThat(served.callHandler().apply(McpTransportContext.EMPTY, request).content().toString())
				.contains("opened");
			assertThat(RUNS).hasValue(1);
		});
	}

	@Test
	void whatNobodyCanGuardDoesNotStart() {
		this.runner.withBean(Unadvisable.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(GuardConfigurationException.class));
	}

	@Test
	void withoutTheFeaturesGateTheCodeIsRefused() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class,
					LumoAuthMethodSecurityAutoConfiguration.class))
			.withBean(Payments.class)
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=a-secret", "lumoauth.verify-at-start=off")
			.run((context) -> {
				Payments payments = context.getBean(Payments.class);
				assertThatExceptionOfType(RuntimeException.class).isThrownBy(payments::pay)
					.withMessageContaining("needs the PIN audit, payments");
				assertThat(RUNS).hasValue(0);
			});
	}

	@RequiresPin("audit")
	static class Payments {

		@RequiresPin("payments")
		String pay() {
			RUNS.incrementAndGet();
			return "paid";
		}

		@RequiresPin("payments")
		Mono<String> payLater() {
			return Mono.fromCallable(this::paid);
		}

		private String paid() {
			RUNS.incrementAndGet();
			return "paid";
		}

	}

	static class CashTools {

		@Tool
		@RequiresPin("payments")
		String open() {
			RUNS.incrementAndGet();
			return "opened";
		}

	}

	static class Unadvisable {

		@RequiresPin("payments")
		private String secret() {
			return "secret";
		}

	}

}
