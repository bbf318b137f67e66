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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.BudgetStatus.State;
import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link BudgetMonitor}.
 */
@ExtendWith(OutputCaptureExtension.class)
class BudgetMonitorTests {

	private final ManualClock clock = new ManualClock("2026-03-01T10:15:00Z");

	private final StubSource source = new StubSource();

	private final Deque<Runnable> background = new ArrayDeque<>();

	private BudgetMonitor monitor = monitor(true, OnUnavailable.ALLOW);

	@Test
	void asksNothingUntilSomeoneAsks() {
		assertThat(this.source.reads).hasValue(0);
		assertThat(this.monitor.mayBlock()).isTrue();
	}

	@Test
	void readsOnceAndThenAnswersFromMemoryForThirtySeconds() {
		this.source.policy = Map.of("max_tokens_per_day", 1000, "tokens_used_today", 100);
		BudgetStatus status = this.monitor.status();
		assertThat(status.state()).isEqualTo(State.AVAILABLE);
		assertThat(status.reason()).isNull();
		assertThat(status.limit("max_tokens_per_day")).isEqualTo(limit("max_tokens_per_day", 100, 1000));
		assertThat(status.asOf()).isEqualTo("2026-03-01T10:15:00Z");
		this.clock.advance(Duration.ofSeconds(29));
		this.monitor.status();
		assertThat(this.background).isEmpty();
		assertThat(this.source.reads).hasValue(1);
		assertThat(this.monitor.mayBlock()).isFalse();
	}

	@Test
	void refreshesInTheBackgroundAfterThirtySeconds() {
		this.source.policy = Map.of("max_tokens_per_day", 1000, "tokens_used_today", 100);
		this.monitor.status();
		this.source.policy = Map.of("max_tokens_per_day", 1000, "tokens_used_today", 200);
		this.clock.advance(Duration.ofSeconds(30));
		assertThat(used("max_tokens_per_day")).isEqualTo(100L);
		this.monitor.status();
		assertThat(this.background).hasSize(1);
		runBackground();
		assertThat(used("max_tokens_per_day")).isEqualTo(200L);
		assertThat(this.source.reads).hasValue(2);
	}

	@Test
	void readsAtOnceWhenAskedTo() {
		this.source.policy = Map.of("max_tokens_per_day", 1000, "tokens_used_today", 1000);
		assertThat(this.monitor.status().state()).isEqualTo(State.EXHAUSTED);
		this.source.policy = Map.of("max_tokens_per_day", 2000, "tokens_used_today", 1000);
		assertThat(this.monitor.status().state()).isEqualTo(State.EXHAUSTED);
		assertThat(this.monitor.refresh().state()).isEqualTo(State.AVAILABLE);
		assertThat(this.source.reads).hasValue(2);
		assertThat(this.background).isEmpty();
		this.source.failure = new LumoAuthUnavailableException("away", null);
		assertThat(this.monitor.refresh().state()).isNotNull();
	}

	@Test
	void lastKnownReadsInTheBackgroundOnly() {
		BudgetStatus status = this.monitor.lastKnown();
		assertThat(status.state()).isEqualTo(State.UNKNOWN);
		assertThat(status.reason()).isEqualTo("not_read");
		assertThat(this.source.reads).hasValue(0);
		this.monitor.lastKnown();
		assertThat(this.background).hasSize(1);
		this.source.policy = Map.of("max_tokens_per_day", 1000);
		runBackground();
		assertThat(this.monitor.lastKnown().state()).isEqualTo(State.AVAILABLE);
	}

	@Test
	void manyThreadsThatNeedTheFirstReadShareIt() throws Exception {
		this.source.policy = Map.of("max_tokens_per_day", 1000);
		this.source.gate = new CountDownLatch(1);
		ExecutorService threads = Executors.newFixedThreadPool(16);
		try {
			List<Future<BudgetStatus>> answers = new ArrayList<>();
			for (int i = 0; i < 16; i++) {
				answers.add(threads.submit(this.monitor::status));
			}
			assertThat(this.source.entered.await(60, TimeUnit.SECONDS)).isTrue();
			this.source.gate.countDown();
			for (Future<BudgetStatus> answer : answers) {
				assertThat(answer.get(60, TimeUnit.SECONDS).state()).isEqualTo(State.AVAILABLE);
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(this.source.reads).hasValue(1);
	}

	@Test
	void aRejectedRefreshIsTriedAgain() {
		AtomicInteger rejected = new AtomicInteger();
		BudgetMonitor monitor = BudgetMonitor.builder(this.source, (task) -> {
			rejected.incrementAndGet();
			throw new RejectedExecutionException();
		}).clock(this.clock).build();
		monitor.lastKnown();
		monitor.lastKnown();
		assertThat(rejected).hasValue(2);
		assertThat(monitor.status().state()).isEqualTo(State.UNLIMITED);
	}

	@Test
	void addsTokensAndCallsToLumoAuthsFigures() {
		this.source.policy = Map.of("max_tokens_per_day", 1000, "tokens_used_today", 100, "max_api_calls_per_hour", 50,
				"api_calls_this_hour", 20);
		this.monitor.start("gpt-5");
		this.monitor.recordTokens(250);
		assertThat(used("max_tokens_per_day")).isEqualTo(350L);
		assertThat(used("max_api_calls_per_hour")).isEqualTo(21L);
		this.monitor.start("gpt-5");
		assertThat(used("max_api_calls_per_hour")).isEqualTo(22L);
	}

	@Test
	void exhaustedFromTheMomentALimitIsReached() {
		this.source.policy = Map.of("max_tokens_per_day", 1000, "tokens_used_today", 900);
		this.monitor.start("gpt-5");
		this.monitor.recordTokens(99);
		assertThatNoException().isThrownBy(() -> this.monitor.check("gpt-5"));
		this.monitor.recordTokens(1);
		assertThat(this.monitor.status().isExhausted()).isTrue();
		assertThat(this.monitor.status().reason()).isEqualTo("max_tokens_per_day");
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> this.monitor.start("gpt-5"))
			.withMessage("Agent budget exhausted for today.")
			.satisfies((ex) -> {
				assertThat(ex.getLimitName()).isEqualTo("max_tokens_per_day");
				assertThat(ex.getUsed()).isEqualTo(1000L);
				assertThat(ex.getLimit()).isEqualTo(1000L);
				assertThat(ex.getModel()).isEqualTo("gpt-5");
			});
	}

	@Test
	void theLastCallOfTheHourIsGivenToOneThread() throws Exception {
		this.source.policy = Map.of("max_api_calls_per_hour", 10, "api_calls_this_hour", 7);
		ExecutorService threads = Executors.newFixedThreadPool(16);
		AtomicInteger admitted = new AtomicInteger();
		try {
			List<Future<?>> calls = new ArrayList<>();
			for (int i = 0; i < 64; i++) {
				calls.add(threads.submit(() -> {
					this.monitor.start("gpt-5");
					admitted.incrementAndGet();
				}));
			}
			for (Future<?> call : calls) {
				try {
					call.get(60, TimeUnit.SECONDS);
				}
				catch (java.util.concurrent.ExecutionException ex) {
					assertThat(ex).hasCauseInstanceOf(BudgetExhaustedException.class)
						.hasRootCauseMessage("Agent budget exhausted for today.");
				}
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(admitted).hasValue(3);
		assertThat(used("max_api_calls_per_hour")).isEqualTo(10L);
	}

	@Test
	void theHourEndsWithTheUtcHourAndTheDayWithTheUtcDay() {
		this.source.policy = Map.of("max_tokens_per_day", 1000, "max_api_calls_per_hour", 1);
		this.monitor.start("gpt-5");
		this.monitor.recordTokens(100);
		assertThat(this.monitor.status().reason()).isEqualTo("max_api_calls_per_hour");
		this.clock.set("2026-03-01T11:00:00Z");
		assertThat(this.monitor.status().state()).isEqualTo(State.AVAILABLE);
		assertThat(used("max_tokens_per_day")).isEqualTo(100L);
		this.clock.set("2026-03-02T00:00:00Z");
		assertThat(used("max_tokens_per_day")).isEqualTo(0L);
	}

	@Test
	void aLimitOfZeroIsReached() {
		this.source.policy = Map.of("max_tokens_per_day", 0);
		assertThat(this.monitor.status().isExhausted()).isTrue();
	}

	@Test
	void theCostIsShownAndNotEnforced() {
		this.source.policy = Map.of("max_cost_per_month_usd", 0.01, "require_approval_above_usd", 5);
		assertThatNoException().isThrownBy(() -> this.monitor.start("gpt-5"));
		BudgetStatus status = this.monitor.status();
		assertThat(status.limit("max_cost_per_month_usd"))
			.isEqualTo(new BudgetStatus.Limit("max_cost_per_month_usd", null, 0.01));
		assertThat(status.policy()).containsEntry("require_approval_above_usd", 5);
	}

	@Test
	void refusesAModelThatIsNotAllowed() {
		this.source.policy = Map.of("allowed_models", List.of("gpt-5-mini"));
		assertThatNoException().isThrownBy(() -> this.monitor.start("gpt-5-mini"));
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> this.monitor.start("gpt-5"))
			.satisfies((ex) -> {
				assertThat(ex.getLimitName()).isEqualTo("allowed_models");
				assertThat(ex.getModel()).isEqualTo("gpt-5");
				assertThat(ex.getLimit()).isNull();
			});
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> this.monitor.start(null));
		assertThat(this.monitor.status().isExhausted()).isFalse();
	}

	@Test
	void countsButDoesNotRefuseWhenNotEnforced() {
		this.monitor = monitor(false, OnUnavailable.REFUSE);
		this.source.policy = Map.of("max_tokens_per_day", 10, "allowed_models", List.of("other"));
		this.monitor.start("gpt-5");
		this.monitor.recordTokens(20);
		assertThatNoException().isThrownBy(() -> this.monitor.start("gpt-5"));
		assertThatNoException().isThrownBy(() -> this.monitor.checkModel("gpt-5"));
		assertThat(this.monitor.status().isExhausted()).isTrue();
		assertThat(used("max_tokens_per_day")).isEqualTo(20L);
	}

	@Test
	void noPolicyIsNoLimitAndSaidOnce(CapturedOutput output) {
		assertThat(this.monitor.status().state()).isEqualTo(State.UNLIMITED);
		this.clock.advance(Duration.ofSeconds(30));
		this.monitor.status();
		runBackground();
		assertThat(output.getAll().split("LumoAuth has no budget policy for this agent", -1)).hasSize(2);
		assertThatNoException().isThrownBy(() -> this.monitor.start("gpt-5"));
	}

	@Test
	void aFieldThatIsNotValidIsReportedOnce(CapturedOutput output) {
		this.source.policy = Map.of("max_tokens_per_day", -5);
		this.monitor.status();
		this.clock.advance(Duration.ofSeconds(30));
		this.monitor.status();
		runBackground();
		assertThat(output.getAll().split("has a 'max_tokens_per_day' that is not valid", -1)).hasSize(2);
	}

	@Test
	void warnsAtEightyPercentOnceInAPeriod(CapturedOutput output) {
		this.source.policy = Map.of("max_tokens_per_day", 1000);
		this.monitor.status();
		this.monitor.recordTokens(799);
		assertThat(output).doesNotContain("has used");
		this.monitor.recordTokens(1);
		this.monitor.recordTokens(100);
		this.monitor.status();
		assertThat(output.getAll().split("has used 80 % of max_tokens_per_day \\(800 of 1000\\)", -1)).hasSize(2);
		assertThat(output.getAll().split("has used", -1)).hasSize(2);
		this.clock.set("2026-03-02T00:00:00Z");
		this.monitor.recordTokens(900);
		assertThat(output).contains("has used 90 % of max_tokens_per_day (900 of 1000)");
	}

	@Test
	void saysThatModelCallsAreRefusedFromNowOn(CapturedOutput output) {
		this.source.policy = Map.of("max_tokens_per_day", 1000);
		this.monitor.status();
		this.monitor.recordTokens(900);
		assertThat(output).doesNotContain("From now on");
		this.monitor.recordTokens(150);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> this.monitor.check(null));
		assertThat(output).contains("has used 105 % of max_tokens_per_day (1050 of 1000). From now on model calls are "
				+ "refused, until the UTC day ends or LumoAuth raises the limit.");
		assertThat(output.getAll().split("From now on", -1)).hasSize(2);
		this.source.policy = Map.of("max_tokens_per_day", 1100);
		this.monitor.refresh();
		this.monitor.recordTokens(50);
		assertThat(output).contains("(1100 of 1100). From now on");
	}

	@Test
	void saysThatModelCallsGoOnWhereTheBudgetIsOnlyCounted(CapturedOutput output) {
		this.source.policy = Map.of("max_api_calls_per_hour", 1);
		BudgetMonitor counting = monitor(false, OnUnavailable.ALLOW);
		counting.start(null);
		assertThat(output).contains("(1 of 1). Model calls go on, because lumoauth.budget.enforce is false.");
	}

	@Test
	void missingOpenidScopeIsSaidOnceWithTheFix(CapturedOutput output) {
		this.source.failure = new LumoAuthDeniedException("denied", "insufficient_scope", null);
		BudgetStatus status = this.monitor.status();
		assertThat(status.state()).isEqualTo(State.UNKNOWN);
		assertThat(status.reason()).isEqualTo("openid_scope_missing");
		this.clock.advance(Duration.ofSeconds(30));
		this.monitor.status();
		runBackground();
		assertThat(this.source.reads).hasValue(2);
		assertThat(output.getAll().split("add openid to lumoauth.scopes", -1)).hasSize(2);
	}

	@Test
	void aReadThatTheEndOfTheApplicationInterruptsIsNoWarning(CapturedOutput output) {
		this.source.failure = new LumoAuthUnavailableException("interrupted", null);
		this.source.whileReading = () -> Thread.currentThread().interrupt();
		this.monitor.status();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(output).doesNotContain("is unknown");
		this.source.whileReading = () -> {
		};
		this.clock.advance(Duration.ofSeconds(30));
		this.monitor.status();
		runBackground();
		assertThat(output).contains("The agent's budget is unknown (unavailable).");
	}

	@Test
	void everyFailureHasItsReason() {
		assertThat(reasonOf(new LumoAuthUnavailableException("x", null))).isEqualTo("unavailable");
		assertThat(reasonOf(new LumoAuthRateLimitedException("x", null, null))).isEqualTo("rate_limited");
		assertThat(reasonOf(new LumoAuthAuthenticationException("x", null))).isEqualTo("unauthenticated");
		assertThat(reasonOf(new LumoAuthProtocolException("x", null))).isEqualTo("protocol_error");
		assertThat(reasonOf(new LumoAuthDeniedException("x", "forbidden", null))).isEqualTo("denied");
		assertThat(reasonOf(new IllegalStateException("x"))).isEqualTo("unavailable");
	}

	@Test
	void aFailedReadIsTriedAgainOnlyAfterABackoff() {
		this.source.failure = new LumoAuthUnavailableException("down", null);
		this.monitor.status();
		for (int i = 0; i < 100; i++) {
			this.monitor.status();
		}
		assertThat(this.background).isEmpty();
		assertThat(this.source.reads).hasValue(1);
		for (int seconds : new int[] { 1, 2, 4, 8, 16, 30, 30 }) {
			this.clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
			this.monitor.status();
			assertThat(this.background).as("%d s", seconds).isEmpty();
			this.clock.advance(Duration.ofMillis(1));
			this.monitor.status();
			assertThat(this.background).as("%d s", seconds).hasSize(1);
			runBackground();
		}
	}

	@Test
	void anUnknownBudgetAllowsOrRefusesAsConfigured() {
		this.source.failure = new LumoAuthUnavailableException("down", null);
		assertThatNoException().isThrownBy(() -> this.monitor.start("gpt-5"));
		BudgetMonitor strict = monitor(true, OnUnavailable.REFUSE);
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> strict.start("gpt-5"))
			.withMessageContaining("unavailable")
			.withMessageContaining("lumoauth.budget.on-unavailable");
	}

	@ParameterizedTest
	@MethodSource("unreadable")
	void aLimitThatCannotBeReadIsUnknownAndNotNoLimit(String field, Object value) {
		Map<String, Object> policy = new HashMap<>(Map.of("max_tokens_per_day", 1000, "max_api_calls_per_hour", 50));
		policy.put(field, value);
		this.source.policy = policy;
		BudgetMonitor strict = monitor(true, OnUnavailable.REFUSE);
		assertThat(strict.status().state()).isEqualTo(State.UNKNOWN);
		assertThat(strict.status().reason()).isEqualTo("limit_unreadable");
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> strict.start("gpt-5"))
			.withMessageContaining(field)
			.withMessageContaining("lumoauth.budget.on-unavailable");
		assertThatNoException().isThrownBy(() -> this.monitor.start("gpt-5"));
		this.source.policy = Map.of("max_tokens_per_day", 1000);
		assertThat(strict.refresh().state()).isEqualTo(State.AVAILABLE);
		assertThatNoException().isThrownBy(() -> strict.start("gpt-5"));
	}

	static Stream<Arguments> unreadable() {
		List<Object> noNumbers = List.of(-1, "100,000", Map.of("value", 1000), true, "1e99", List.of(1000), "",
				"9".repeat(41));
		Stream<Arguments> numbers = Stream
			.of("max_tokens_per_day", "max_api_calls_per_hour", "max_cost_per_month_usd", "tokens_used_today",
					"api_calls_this_hour")
			.flatMap((field) -> noNumbers.stream().map((value) -> Arguments.of(field, value)));
		return Stream.concat(numbers, Stream.of(Arguments.of("allowed_models", Map.of("gpt-5", true)),
				Arguments.of("allowed_models", 5), Arguments.of("allowed_models", true)));
	}

	@Test
	void aLimitThatIsReachedIsReachedWhateverElseCannotBeRead() {
		this.source.policy = Map.of("max_tokens_per_day", -1, "max_api_calls_per_hour", 1);
		this.monitor.start("gpt-5");
		assertThat(this.monitor.status().reason()).isEqualTo("max_api_calls_per_hour");
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> this.monitor.start("gpt-5"));
	}

	@Test
	void aCountWithoutItsLimitNeedsNotBeReadable() {
		this.source.policy = Map.of("max_tokens_per_day", 1000, "api_calls_this_hour", "many");
		BudgetMonitor strict = monitor(true, OnUnavailable.REFUSE);
		assertThatNoException().isThrownBy(() -> strict.start("gpt-5"));
		assertThat(strict.status().state()).isEqualTo(State.AVAILABLE);
	}

	@Test
	void aPolicyThatCannotBeReadDoesNotEndItsWord() {
		this.source.policy = Map.of("max_tokens_per_day", "100,000", "max_api_calls_per_hour", 5, "api_calls_this_hour",
				1);
		this.monitor.exceeded(new LumoAuthBudgetExceededException("spent", null));
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.monitor.status().isExhausted()).isTrue();
		this.clock.set("2026-03-01T11:00:00Z");
		assertThat(this.monitor.status().isExhausted()).as("the day's limit may be meant").isTrue();
	}

	@Test
	void figuresOfTheSamePeriodAreUsedWhileLumoAuthIsAway() {
		this.monitor = monitor(true, OnUnavailable.REFUSE);
		this.source.policy = Map.of("max_tokens_per_day", 1000, "tokens_used_today", 100);
		this.monitor.status();
		this.source.failure = new LumoAuthUnavailableException("down", null);
		this.clock.advance(Duration.ofSeconds(30));
		this.monitor.status();
		runBackground();
		BudgetStatus status = this.monitor.status();
		assertThat(status.state()).isEqualTo(State.UNKNOWN);
		assertThat(status.reason()).isEqualTo("unavailable");
		assertThat(used("max_tokens_per_day")).isEqualTo(100L);
		assertThat(status.asOf()).isEqualTo("2026-03-01T10:15:00Z");
		assertThatNoException().isThrownBy(() -> this.monitor.start("gpt-5"));
		this.clock.set("2026-03-02T00:00:00Z");
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> this.monitor.start("gpt-5"));
		this.monitor.recordTokens(1000);
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> this.monitor.start("gpt-5"));
	}

	@Test
	void aSuccessEndsTheUnknown() {
		this.source.failure = new LumoAuthUnavailableException("down", null);
		this.monitor.status();
		this.source.failure = null;
		this.source.policy = Map.of("max_tokens_per_day", 1000);
		this.clock.advance(Duration.ofSeconds(1));
		this.monitor.status();
		runBackground();
		assertThat(this.monitor.status().state()).isEqualTo(State.AVAILABLE);
	}

	@Test
	void lumoAuthsWordExhaustsTheBudgetUntilTheDaysEnd() {
		this.source.policy = Map.of("max_tokens_per_day", 1000, "max_api_calls_per_hour", 10);
		this.monitor.status();
		this.monitor.exceeded(new LumoAuthBudgetExceededException("spent", null));
		assertThat(this.monitor.lastKnown().isExhausted()).isTrue();
		assertThat(this.monitor.lastKnown().reason()).isEqualTo("budget_exceeded");
		assertThatExceptionOfType(BudgetExhaustedException.class).isThrownBy(() -> this.monitor.start("gpt-5"))
			.satisfies((ex) -> {
				assertThat(ex.getLimitName()).isEqualTo("budget_exceeded");
				assertThat(ex.getLimit()).isNull();
			});
		this.clock.set("2026-03-01T23:59:59Z");
		assertThat(this.monitor.lastKnown().isExhausted()).isTrue();
		this.clock.set("2026-03-02T00:00:00Z");
		assertThat(this.monitor.lastKnown().isExhausted()).isFalse();
	}

	@Test
	void lumoAuthsWordLastsUntilTheHoursEndWhereOnlyAnHourlyLimitCouldBeMeant() {
		this.source.policy = Map.of("max_api_calls_per_hour", 10);
		this.monitor.status();
		this.monitor.exceeded(new LumoAuthBudgetExceededException("spent", null));
		this.clock.set("2026-03-01T10:59:59Z");
		assertThat(this.monitor.lastKnown().isExhausted()).isTrue();
		this.clock.set("2026-03-01T11:00:00Z");
		assertThat(this.monitor.lastKnown().isExhausted()).isFalse();
	}

	@Test
	void lumoAuthsLaterFiguresEndItsWord() {
		this.source.policy = Map.of("max_tokens_per_day", 1000, "tokens_used_today", 1000);
		this.monitor.status();
		this.monitor.exceeded(new LumoAuthBudgetExceededException("spent", null));
		this.source.policy = Map.of("max_tokens_per_day", 2000, "tokens_used_today", 1000);
		this.clock.advance(Duration.ofSeconds(1));
		this.monitor.status();
		assertThat(this.background).as("asked early, for the word is news").hasSize(1);
		runBackground();
		assertThat(this.monitor.status().state()).isEqualTo(State.AVAILABLE);
	}

	@Test
	void figuresAskedForBeforeItsWordDoNotEndIt() {
		this.source.policy = Map.of("max_tokens_per_day", 1000, "tokens_used_today", 1);
		this.monitor.status();
		this.clock.advance(Duration.ofSeconds(30));
		this.source.whileReading = () -> {
			this.clock.advance(Duration.ofMillis(1));
			this.monitor.exceeded(new LumoAuthBudgetExceededException("spent", null));
			this.clock.advance(Duration.ofMillis(1));
		};
		this.monitor.status();
		runBackground();
		assertThat(this.monitor.lastKnown().isExhausted()).isTrue();
	}

	@Test
	void aPolicyWithoutFiguresDoesNotEndItsWord() {
		for (Map<String, Object> policy : List.of(Map.<String, Object>of("max_tokens_per_day", 1000),
				Map.<String, Object>of("max_tokens_per_day", 1000, "tokens_used_today", 1, "max_api_calls_per_hour", 5),
				Map.<String, Object>of("max_tokens_per_day", 1000, "tokens_used_today", 1, "max_cost_per_month_usd", 5),
				Map.<String, Object>of())) {
			BudgetMonitor monitor = monitor(true, OnUnavailable.ALLOW);
			this.source.policy = policy;
			monitor.exceeded(new LumoAuthBudgetExceededException("spent", null));
			this.clock.advance(Duration.ofSeconds(1));
			assertThat(monitor.status().isExhausted()).as("%s", policy).isTrue();
		}
	}

	@Test
	void aReadAnsweredWithBudgetExceededExhaustsToo() {
		this.source.failure = new LumoAuthBudgetExceededException("spent", null);
		assertThat(this.monitor.status().isExhausted()).isTrue();
	}

	@Test
	void noPercentageOfACountIsLostInTheStatus() {
		this.source.policy = Map.of("max_tokens_per_day", 3000, "tokens_used_today", 1000);
		BudgetStatus.Limit limit = this.monitor.status().limit("max_tokens_per_day");
		assertThat(limit).isNotNull();
		assertThat(limit.percentage()).isCloseTo(33.33, within(0.01));
		assertThat(limit.remaining()).isEqualTo(2000L);
	}

	private BudgetMonitor monitor(boolean enforce, OnUnavailable onUnavailable) {
		return BudgetMonitor.builder(this.source, this.background::add)
			.enforce(enforce)
			.onUnavailable(onUnavailable)
			.clock(this.clock)
			.build();
	}

	private void runBackground() {
		this.background.remove().run();
	}

	private @Nullable Number used(String name) {
		BudgetStatus.Limit limit = this.monitor.lastKnown().limit(name);
		assertThat(limit).isNotNull();
		return limit.used();
	}

	private @Nullable String reasonOf(RuntimeException failure) {
		this.source.failure = failure;
		return monitor(true, OnUnavailable.ALLOW).status().reason();
	}

	private static BudgetStatus.Limit limit(String name, long used, long limit) {
		return new BudgetStatus.Limit(name, used, limit);
	}

	private static final class StubSource implements BudgetSource {

		private final AtomicInteger reads = new AtomicInteger();

		private final CountDownLatch entered = new CountDownLatch(1);

		private CountDownLatch gate = new CountDownLatch(0);

		private volatile @Nullable Map<String, Object> policy;

		private volatile @Nullable RuntimeException failure;

		private Runnable whileReading = () -> {
		};

		@Override
		public @Nullable Map<String, Object> budgetPolicy() {
			this.reads.incrementAndGet();
			this.entered.countDown();
			try {
				this.gate.await(60, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			this.whileReading.run();
			if (this.failure != null) {
				throw this.failure;
			}
			return this.policy;
		}

	}

}
