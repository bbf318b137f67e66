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

package dev.lumoauth.devserver.state;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import dev.lumoauth.devserver.MovingClock;
import dev.lumoauth.devserver.config.BudgetPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Budget}.
 */
class BudgetTests {

	private final MovingClock clock = new MovingClock(Instant.parse("2026-06-30T22:58:00Z"));

	private final Budget budget = new Budget(policy(100L, 10L), this.clock);

	@Test
	void isExhaustedWhenTheTokensOfTheDayAreUsed() {
		this.budget.spend(99, 0);
		assertThat(this.budget.isExhausted()).isFalse();
		this.budget.spend(1, 0);
		assertThat(this.budget.isExhausted()).isTrue();
	}

	@Test
	void isExhaustedWhenTheCallsOfTheHourAreUsed() {
		this.budget.spend(0, 9);
		assertThat(this.budget.isExhausted()).isFalse();
		this.budget.spend(0, 1);
		assertThat(this.budget.isExhausted()).isTrue();
	}

	@Test
	void countsTheCallsAgainInTheNextHourAndTheTokensInTheNextDay() {
		this.budget.spend(40, 4);
		this.clock.advance(Duration.ofMinutes(2));
		assertThat(this.budget.status()).isEqualTo(new BudgetStatus(policy(100L, 10L), 40, 0));
		this.budget.spend(0, 5);
		this.clock.advance(Duration.ofHours(1));
		assertThat(this.budget.status()).isEqualTo(new BudgetStatus(policy(100L, 10L), 0, 0));
	}

	@Test
	void countsTheCallsAgainAtTheSameHourOfAnotherDay() {
		this.budget.spend(0, 10);
		this.clock.advance(Duration.ofDays(1));
		assertThat(this.budget.isExhausted()).isFalse();
	}

	@Test
	void isExhaustedAtOnceWithALimitOfZero() {
		this.budget.setPolicy(policy(0L, null));
		assertThat(this.budget.isExhausted()).isTrue();
	}

	@Test
	void isNeverExhaustedWithoutAPolicy() {
		this.budget.spend(1_000_000, 1_000_000);
		this.budget.setPolicy(null);
		assertThat(this.budget.isExhausted()).isFalse();
		assertThat(this.budget.status()).isNull();
	}

	@Test
	void keepsTheCountersWhenThePolicyIsReplaced() {
		this.budget.spend(60, 0);
		this.budget.setPolicy(policy(50L, null));
		assertThat(this.budget.isExhausted()).isTrue();
	}

	@Test
	void isNotExhaustedAnyMoreAfterARaise() {
		this.budget.exhaust();
		assertThat(this.budget.isExhausted()).isTrue();
		this.budget.raise(1, 0);
		assertThat(this.budget.isExhausted()).isFalse();
	}

	@Test
	void exhaustsTheCallsWhereTokensAreNotLimited() {
		this.budget.setPolicy(policy(null, 5L));
		this.budget.exhaust();
		assertThat(this.budget.status()).isEqualTo(new BudgetStatus(policy(null, 5L), 0, 5));
	}

	@Test
	void refusesToRaiseOrExhaustWhatIsNotLimited() {
		this.budget.setPolicy(null);
		assertThatIllegalArgumentException().isThrownBy(() -> this.budget.raise(1, 1))
			.withMessage("the agent has no budget");
		assertThatIllegalArgumentException().isThrownBy(this.budget::exhaust);
	}

	@Test
	void refusesNegativeAmounts() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.budget.spend(-1, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> this.budget.spend(0, -1));
		assertThatIllegalArgumentException().isThrownBy(() -> this.budget.raise(-1, 0));
		assertThatIllegalArgumentException().isThrownBy(() -> policy(-1L, null));
	}

	private static BudgetPolicy policy(Long tokens, Long calls) {
		return new BudgetPolicy(tokens, calls, null, null, null);
	}

}
