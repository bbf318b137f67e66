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

import java.time.Duration;
import java.util.Map;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.BudgetStatus.State;
import dev.lumoauth.spring.ManualClock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link Reservation}: what is promised of calls that are under way at the same
 * time.
 */
class ReservationTests {

	private final ManualClock clock = new ManualClock("2026-03-01T10:15:00Z");

	private Map<String, Object> policy = Map.of("max_tokens_per_day", 1000, "max_api_calls_per_hour", 10);

	private final BudgetMonitor monitor = BudgetMonitor.builder(() -> this.policy, Runnable::run)
		.clock(this.clock)
		.build();

	@Test
	void callsAreAdmittedWhileSomethingIsNeitherUsedNorReserved() {
		Reservation first = reserve(600);
		reserve(600);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> reserve(1)).satisfies((ex) -> {
			assertThat(ex.getLimitName()).isEqualTo("max_tokens_per_day");
			assertThat(ex.getUsed()).isEqualTo(1200L);
		});
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> this.monitor.check("gpt-5"));
		first.settle(100);
		assertThatNoException().isThrownBy(() -> reserve(1));
	}

	@Test
	void whatIsReservedIsNotUsed() {
		reserve(2000);
		assertThat(this.monitor.status().state()).isEqualTo(State.AVAILABLE);
		assertUsed(0, 1);
	}

	@Test
	void aReservationEndsOnce() {
		Reservation first = reserve(600);
		reserve(600);
		first.settle(100);
		first.settle(100);
		assertUsed(100, 2);
		reserve(400);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> reserve(1));
	}

	@Test
	void everyReservationIsOneTokenAtLeast() {
		this.policy = Map.of("max_tokens_per_day", 1);
		reserve(-5);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> reserve(0));
	}

	@Test
	void aReservationThatNobodyEndsIsDroppedAfterTenMinutes() {
		Reservation lost = reserve(1000);
		this.clock.advance(Reservations.LONGEST);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> reserve(1));
		this.clock.advance(Duration.ofMillis(1));
		reserve(999);
		reserve(1);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> reserve(1));
		lost.settle(100);
		assertUsed(100, 3);
	}

	@Test
	void aCallThatLastsPastMidnightIsReservedAndCountedInTheNewDay() {
		this.clock.set("2026-03-01T23:59:00Z");
		Reservation call = reserve(1000);
		this.clock.set("2026-03-02T00:00:00Z");
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> reserve(1));
		call.settle(100);
		assertUsed(100, 0);
	}

	@Test
	void aCallThatTakesAnothersPlaceIsThatCall() {
		this.policy = Map.of("max_tokens_per_day", 1000, "max_api_calls_per_hour", 1);
		AdmittedCall outer = AdmittedCall.begin(this.monitor, "gpt-5", 1000, null);
		AdmittedCall inner = AdmittedCall.begin(this.monitor, "gpt-5", 1000, outer);
		assertUsed(0, 1);
		inner.end(300);
		outer.end(500);
		assertUsed(300, 1);
	}

	@Test
	void aCallThatTakesAnothersPlaceInTheNextHourIsACallOfThatHour() {
		AdmittedCall outer = AdmittedCall.begin(this.monitor, "gpt-5", 1000, null);
		this.clock.set("2026-03-01T11:00:00Z");
		AdmittedCall.begin(this.monitor, "gpt-5", 1000, outer).end(300);
		outer.end(500);
		assertUsed(300, 1);
	}

	@Test
	void aCallThatFollowsAnotherIsNoPartOfIt() {
		AdmittedCall first = AdmittedCall.begin(this.monitor, "gpt-5", 1000, null);
		first.end(100);
		AdmittedCall.begin(this.monitor, "gpt-5", 1000, first).end(200);
		assertUsed(300, 2);
	}

	@Test
	void whatIsForgottenTakesItsReservationsWithIt() {
		AdmittedCall outer = AdmittedCall.begin(this.monitor, "gpt-5", 1, null);
		Reservation before = reserve(1000);
		this.monitor.forget();
		AdmittedCall inner = AdmittedCall.begin(this.monitor, "gpt-5", 500, outer);
		before.settle(800);
		outer.end(800);
		inner.end(100);
		assertUsed(100, 1);
	}

	@Test
	void theLargestFiguresLeaveNothing() {
		this.policy = Map.of("max_tokens_per_day", Long.MAX_VALUE, "tokens_used_today", Long.MAX_VALUE - 5000);
		reserve(10_000);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> reserve(1));
	}

	private Reservation reserve(long tokens) {
		return this.monitor.reserve("gpt-5", tokens, null);
	}

	private void assertUsed(long tokens, long calls) {
		assertThat(this.monitor.status().limits()).extracting(BudgetStatus.Limit::used).containsExactly(tokens, calls);
	}

}
