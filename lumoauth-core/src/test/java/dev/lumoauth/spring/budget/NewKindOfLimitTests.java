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

package dev.lumoauth.spring.budget;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.BudgetStatus.State;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests that a new kind of {@link BudgetLimit} is one class: {@link CallsPerMonth}, which
 * no other line of the library knows of.
 */
class NewKindOfLimitTests {

	private final ManualClock clock = new ManualClock("2026-01-30T10:00:00Z");

	private final Deque<Runnable> background = new ArrayDeque<>();

	private Map<String, Object> policy = Map.of("max_api_calls_per_month", 3);

	private @Nullable RuntimeException failure;

	private final BudgetMonitor monitor = monitor(OnUnavailable.ALLOW);

	@Test
	void aMonthlyLimitRefusesUntilTheMonthEndsInUtc() {
		start(3);
		assertRefused();
		this.clock.set("2026-01-31T00:00:00Z");
		assertRefused();
		this.clock.set("2026-01-31T23:59:59.999999999Z");
		assertRefused();
		this.clock.set("2026-02-01T00:00:00Z");
		assertThat(this.monitor.lastKnown().state()).isEqualTo(State.AVAILABLE);
		start(3);
		assertRefused();
		this.clock.set("2026-02-28T23:59:59.999999999Z");
		assertRefused();
		this.clock.set("2026-03-01T00:00:00Z");
		assertThatNoException().isThrownBy(() -> start(1));
	}

	@Test
	void aMonthlyLimitTakesLumoAuthsCountOfThisMonthOnly() {
		this.policy = Map.of("max_api_calls_per_month", 3, "api_calls_this_month", 2);
		start(1);
		assertRefused();
		this.clock.set("2026-01-31T23:59:59Z");
		this.monitor.lastKnown();
		this.clock.set("2026-02-01T00:00:00Z");
		this.policy = Map.of("max_api_calls_per_month", 3, "api_calls_this_month", 1);
		start(2);
		assertThat(this.monitor.lastKnown().limits()).containsExactly(limit(2));
		this.background.remove().run();
		assertThat(this.monitor.lastKnown().limits()).containsExactly(limit(2));
	}

	@Test
	void theMonthGoesOnWhenTheDayBeginsAnew() {
		this.policy = Map.of("max_api_calls_per_month", 3, "max_tokens_per_day", 100, "max_api_calls_per_hour", 2);
		start(2);
		this.monitor.recordTokens(100);
		assertThat(this.monitor.lastKnown().reason()).isEqualTo("max_tokens_per_day");
		this.clock.set("2026-01-31T00:00:00Z");
		start(1);
		assertThat(this.monitor.lastKnown().limits()).extracting(BudgetStatus.Limit::used).containsExactly(0L, 1L, 3L);
		assertRefused();
	}

	@Test
	void aCallThatTakesAnothersPlaceIsOneCallOfTheMonthAndTwoOfTheHours() {
		this.policy = Map.of("max_api_calls_per_month", 1, "max_api_calls_per_hour", 1);
		AdmittedCall outer = AdmittedCall.begin(this.monitor, "gpt-5", 1, null);
		this.clock.set("2026-01-30T11:00:00Z");
		AdmittedCall.begin(this.monitor, "gpt-5", 1, outer);
		assertThat(this.monitor.lastKnown().limits()).extracting(BudgetStatus.Limit::used).containsExactly(1L, 1L);
	}

	@Test
	void lumoAuthsWordIsTakenForADay() {
		start(1);
		this.monitor.exceeded(new LumoAuthBudgetExceededException("spent", null));
		this.clock.set("2026-01-30T23:59:59Z");
		assertThat(this.monitor.lastKnown().reason()).isEqualTo("budget_exceeded");
		this.clock.set("2026-01-31T00:00:00Z");
		assertThat(this.monitor.lastKnown().state()).isEqualTo(State.AVAILABLE);
	}

	@Test
	void itsFiguresAreCurrentForADay() {
		BudgetMonitor strict = monitor(OnUnavailable.REFUSE);
		strict.status();
		this.failure = new LumoAuthUnavailableException("down", null);
		strict.refresh();
		assertThatNoException().isThrownBy(() -> strict.start("gpt-5"));
		this.clock.set("2026-01-31T00:00:00Z");
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> strict.start("gpt-5"));
	}

	@Test
	void aMonthlyLimitThatCannotBeReadIsUnknown() {
		this.policy = Map.of("max_api_calls_per_month", "many");
		assertThat(this.monitor.status().reason()).isEqualTo("limit_unreadable");
	}

	private void start(int calls) {
		for (int i = 0; i < calls; i++) {
			this.monitor.start("gpt-5");
		}
	}

	private void assertRefused() {
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> this.monitor.start("gpt-5"))
			.satisfies((ex) -> {
				assertThat(ex.getLimitName()).isEqualTo("max_api_calls_per_month");
				assertThat(ex.getUsed()).isEqualTo(3L);
				assertThat(ex.getLimit()).isEqualTo(3L);
			});
	}

	private static BudgetStatus.Limit limit(long used) {
		return new BudgetStatus.Limit("max_api_calls_per_month", used, 3L);
	}

	private BudgetMonitor monitor(OnUnavailable onUnavailable) {
		List<BudgetLimit> limits = Stream
			.concat(BudgetLimit.ALL.stream(),
					Stream.of(new BudgetLimit("max_api_calls_per_month", "api_calls_this_month", BudgetPeriod.MONTH, 1,
							0)))
			.toList();
		return BudgetMonitor.builder(() -> {
			if (this.failure != null) {
				throw this.failure;
			}
			return this.policy;
		}, this.background::add).limits(limits).onUnavailable(onUnavailable).clock(this.clock).build();
	}

}
