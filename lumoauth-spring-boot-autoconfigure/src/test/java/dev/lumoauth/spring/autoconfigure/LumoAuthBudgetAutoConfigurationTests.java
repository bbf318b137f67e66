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

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.BudgetStatus.State;
import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.autoconfigure.actuate.LumoAuthActuatorAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.budget.BudgetStore;
import dev.lumoauth.spring.budget.chat.ChatBudget;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.chat.client.advisor.ToolCallingAdvisor;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link LumoAuthBudgetAutoConfiguration}.
 */
class LumoAuthBudgetAutoConfigurationTests {

	private static final String ADVISOR = "lumoAuthBudgetAdvisor";

	private static final String HANDLER = "lumoAuthBudgetObservationHandler";

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthAutoConfiguration.class, LumoAuthBudgetAutoConfiguration.class,
				LumoAuthActuatorAutoConfiguration.class, ObservationAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.bare.withBean(BudgetSource.class, () -> () -> Map.of())
		.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1", "lumoauth.client-secret=secret");

	@Test
	void setsUpTheBudgetAndItsEnforcement() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(BudgetMonitor.class)
			.hasBean(ADVISOR)
			.hasBean(HANDLER)
			.hasSingleBean(ChatClientBuilderCustomizer.class)
			.hasBean("lumoAuthBudgetHealthIndicator"));
	}

	@Test
	void theAdvisorStandsInsideTheToolLoopDirectlyBeforeTheModel() {
		this.runner.run((context) -> assertThat(context.getBean(ADVISOR, Advisor.class).getOrder())
			.isGreaterThan(ToolCallingAdvisor.DEFAULT_ORDER)
			.isEqualTo(Ordered.LOWEST_PRECEDENCE - 1));
	}

	@Test
	void asksNothingAtStart() {
		this.bare.withBean(BudgetSource.class, () -> () -> {
			throw new AssertionError("asked at start");
		})
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=secret")
			.run((context) -> assertThat(context.getBean(BudgetMonitor.class).mayBlock()).isTrue());
	}

	@Test
	void isNotThereWhenLumoAuthIsIdleOrTurnedOff() {
		this.bare.withBean(BudgetSource.class, () -> () -> Map.of()).run(this::assertNothing);
		this.runner.withPropertyValues("lumoauth.enabled=false").run(this::assertNothing);
	}

	@Test
	void isNotThereWithoutASource() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthBudgetAutoConfiguration.class,
					LumoAuthActuatorAutoConfiguration.class))
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=secret")
			.run(this::assertNothing);
	}

	@Test
	void theApplicationsOwnBeansWin() {
		BudgetMonitor monitor = mock(BudgetMonitor.class);
		Advisor advisor = ChatBudget.advisor(monitor, null);
		ObservationHandler<?> handler = ChatBudget.observationHandler(() -> monitor, () -> null);
		this.runner.withBean(BudgetMonitor.class, () -> monitor)
			.withBean(ADVISOR, Advisor.class, () -> advisor)
			.withBean(HANDLER, ObservationHandler.class, () -> handler)
			.run((context) -> {
				assertThat(context.getBean(BudgetMonitor.class)).isSameAs(monitor);
				assertThat(context.getBean(ADVISOR)).isSameAs(advisor);
				assertThat(context.getBean(HANDLER)).isSameAs(handler);
			});
	}

	@Test
	void theBudgetIsThereWithoutSpringAi() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.ai"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(BudgetMonitor.class)
				.doesNotHaveBean(ADVISOR)
				.doesNotHaveBean(HANDLER));
	}

	@Test
	void theBudgetIsThereWithoutReactor() {
		this.runner.withClassLoader(new FilteredClassLoader("reactor"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(BudgetMonitor.class)
				.doesNotHaveBean(ADVISOR));
	}

	@Test
	void theAdvisorIsThereWithoutObservations() {
		this.runner.withClassLoader(new FilteredClassLoader(ObservationHandler.class))
			.run((context) -> assertThat(context).hasNotFailed().hasBean(ADVISOR).doesNotHaveBean(HANDLER));
	}

	@Test
	void publishesNoBeanThatSwitchesOffOneOfBoots() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(Executor.class).doesNotHaveBean(Clock.class));
	}

	@Test
	void startsWhereTheSourceNeedsTheRegistryThatItIsObservedBy() {
		this.bare
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=secret")
			.withBean(ObservedSource.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(BudgetMonitor.class).status().state()).isEqualTo(State.UNLIMITED);
			});
	}

	@Test
	void readsInTheBackgroundOnADaemonThread() throws Exception {
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		this.bare.withBean(BudgetSource.class, () -> () -> {
			thread.complete(Thread.currentThread());
			return Map.of();
		})
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=secret")
			.run((context) -> {
				context.getBean(BudgetMonitor.class).lastKnown();
				assertThat(thread.get(60, TimeUnit.SECONDS).isDaemon()).isTrue();
				assertThat(thread.get()).isNotSameAs(Thread.currentThread());
			});
	}

	@Test
	void theUsageOutlastsTheApplicationInAFile(@TempDir Path directory) {
		ApplicationContextRunner kept = this.bare
			.withBean(BudgetSource.class, () -> () -> Map.of("max_tokens_per_day", 1000))
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=secret", "lumoauth.budget.file=" + directory.resolve("budget"),
					"lumoauth.agents.other.client-id=agt_2", "lumoauth.agents.other.client-secret=secret");
		kept.run((context) -> {
			context.getBean("lumoAuthBudgetMonitor", BudgetMonitor.class).recordTokens(400);
			context.getBean("lumoAuthBudgetMonitor.other", BudgetMonitor.class).recordTokens(30);
		});
		kept.run(
				(context) -> assertThat(context.getBean("lumoAuthBudgetMonitor", BudgetMonitor.class).status().limits())
					.containsExactly(new BudgetStatus.Limit("max_tokens_per_day", 400L, 1000L)));
		assertThat(directory.resolve("budget")).content().contains(" 400 ", "agt_1", " 30 ", "agt_2");
	}

	@Test
	void aFileThatCannotBeUsedStopsTheStart(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("budget"), "");
		this.runner.withPropertyValues("lumoauth.budget.file=" + file, "spring.main.lazy-initialization=true")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(LumoAuthSetupException.class)
				.hasMessageContaining("lumoauth.budget.file names the file " + file));
	}

	@Test
	void noFileIsNeededForAStoreOfTheApplication() {
		Map<BudgetStore.Count, Long> kept = new ConcurrentHashMap<>();
		this.bare.withBean(BudgetSource.class, () -> () -> Map.of("max_tokens_per_day", 1000))
			.withBean(BudgetStore.class, () -> (amounts) -> {
				amounts.forEach((count, amount) -> kept.merge(count, amount, Long::sum));
				return kept.entrySet()
					.stream()
					.collect(Collectors.toMap(Map.Entry::getKey, (each) -> new BudgetStore.Sum(each.getValue(), 0)));
			})
			.withPropertyValues("lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
					"lumoauth.client-secret=secret", "lumoauth.budget.file=/nowhere/budget")
			.run((context) -> context.getBean(BudgetMonitor.class).recordTokens(400));
		assertThat(kept).containsValue(400L)
			.allSatisfy((count, used) -> assertThat(count.tenant()).endsWith("/t/acme-corp/api/v1"));
	}

	private void assertNothing(ApplicationContext context) {
		assertThat(context.getBeansOfType(BudgetMonitor.class)).isEmpty();
		assertThat(context.containsBean(ADVISOR)).isFalse();
		assertThat(context.containsBean(HANDLER)).isFalse();
		assertThat(context.containsBean("lumoAuthBudgetHealthIndicator")).isFalse();
	}

	static final class ObservedSource implements BudgetSource {

		ObservedSource(ObservationRegistry registry) {
			assertThat(registry).isNotNull();
		}

		@Override
		public Map<String, Object> budgetPolicy() {
			return Map.of();
		}

	}

}
