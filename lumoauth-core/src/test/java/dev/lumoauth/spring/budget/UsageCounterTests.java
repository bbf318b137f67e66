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

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link UsageCounter}.
 */
class UsageCounterTests {

	private Instant now = Instant.parse("2026-03-01T10:15:00Z");

	private final UsageCounter counter = new UsageCounter(BudgetPeriod.DAY, this.now);

	@Test
	void addsOwnUseToWhatLumoAuthSaidBefore() {
		report(5000);
		add(100);
		assertThat(used()).isEqualTo(5100);
	}

	@Test
	void countsOwnUseAloneWhereLumoAuthSaysNothing() {
		add(100);
		assertThat(used()).isEqualTo(100);
	}

	@Test
	void doesNotCountOwnUseTwiceWhenLumoAuthContainsIt() {
		report(5000);
		add(100);
		report(5100);
		assertThat(used()).isEqualTo(5100);
		add(50);
		report(5150);
		assertThat(used()).isEqualTo(5150);
	}

	@Test
	void doesNotCountOwnUseTwiceWhenLumoAuthContainsItLater() {
		report(0);
		add(100);
		report(0);
		assertThat(used()).isEqualTo(100);
		report(100);
		assertThat(used()).isEqualTo(100);
	}

	@Test
	void keepsOwnUseWhenLumoAuthNeverContainsIt() {
		report(5000);
		add(100);
		report(5000);
		add(100);
		report(5000);
		assertThat(used()).isEqualTo(5200);
	}

	@Test
	void takesTheLargerWhenLumoAuthContainsItOnlyInPart() {
		report(5000);
		add(100);
		report(5040);
		assertThat(used()).isEqualTo(5100);
		report(5300);
		assertThat(used()).isEqualTo(5300);
	}

	@Test
	void addsWhatOthersUsedBetweenTwoReadsInWhichThisApplicationWasIdle() {
		report(0);
		add(100);
		report(100);
		report(400);
		add(50);
		assertThat(used()).isEqualTo(450);
	}

	@Test
	void ownUseBeforeTheFirstReadMayBeContainedInIt() {
		add(100);
		report(80);
		assertThat(used()).isEqualTo(100);
		add(10);
		assertThat(used()).isEqualTo(110);
		report(300);
		assertThat(used()).isEqualTo(300);
	}

	@Test
	void goesDownByWhatLumoAuthTakesBack() {
		report(0);
		add(1000);
		report(1000);
		report(0);
		assertThat(used()).isZero();
		add(5);
		assertThat(used()).isEqualTo(5);
	}

	@Test
	void keepsOwnUseThatLumoAuthDidNotContainWhenItTakesBackItsOwn() {
		report(500);
		add(300);
		report(480);
		assertThat(used()).isEqualTo(780);
		report(500);
		assertThat(used()).isEqualTo(780);
	}

	@Test
	void beginsAtZeroWithTheDayInUtc() {
		report(5000);
		add(100);
		this.now = Instant.parse("2026-03-01T23:59:59.999999999Z");
		assertThat(used()).isEqualTo(5100);
		this.now = Instant.parse("2026-03-02T00:00:00Z");
		assertThat(used()).isZero();
		add(7);
		report(9);
		assertThat(used()).isEqualTo(9);
	}

	@Test
	void doesNotUseAFigureAskedForInThePeriodBefore() {
		Instant asked = Instant.parse("2026-03-01T23:59:59Z");
		this.now = Instant.parse("2026-03-02T00:00:01Z");
		this.counter.report(5000, asked, this.now);
		assertThat(used()).isZero();
	}

	@Test
	void aClockSetBackDoesNotForgetAnything() {
		this.now = Instant.parse("2026-03-02T00:00:01Z");
		add(100);
		this.now = Instant.parse("2026-03-01T23:59:59Z");
		assertThat(used()).isEqualTo(100);
		this.now = Instant.parse("2026-03-02T00:00:02Z");
		assertThat(used()).isEqualTo(100);
	}

	@Test
	void neitherOverflowsNorGoesBackwards() {
		add(Long.MAX_VALUE);
		add(1);
		assertThat(used()).isEqualTo(Long.MAX_VALUE);
		add(-5);
		assertThat(used()).isEqualTo(Long.MAX_VALUE);
		report(Long.MAX_VALUE);
		assertThat(used()).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void aShareIsNewsOnceInAPeriodUnlessItWentDown() {
		assertThat(this.counter.isNews(0, this.now)).isFalse();
		assertThat(this.counter.isNews(80, this.now)).isTrue();
		assertThat(this.counter.isNews(80, this.now)).isFalse();
		assertThat(this.counter.isNews(100, this.now)).isTrue();
		assertThat(this.counter.isNews(80, this.now)).isFalse();
		assertThat(this.counter.isNews(100, this.now)).isTrue();
		this.now = this.now.plus(1, ChronoUnit.DAYS);
		assertThat(this.counter.isNews(80, this.now)).isTrue();
	}

	private void add(long amount) {
		this.counter.add(amount, this.now);
	}

	private void report(long figure) {
		this.counter.report(figure, this.now, this.now);
	}

	private long used() {
		return this.counter.used(this.now);
	}

}
