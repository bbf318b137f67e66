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

package dev.lumoauth.spring.capability;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.RecordedObservations;
import dev.lumoauth.spring.capability.CapabilityDecision.Outcome;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for allows that are used past their lifetime while LumoAuth is unreachable.
 */
class StaleIfErrorTests {

	private static final CapabilityRequirement READ = CapabilityRequirement.of("read:documents");

	private static final Duration ALLOW = Duration.ofSeconds(30);

	private static final Duration STALE = Duration.ofMinutes(10);

	private static final LumoAuthUnavailableException DOWN = new LumoAuthUnavailableException("connection refused",
			null, true);

	private final ManualClock clock = new ManualClock();

	private final AtomicLong nanoTime = new AtomicLong();

	private final FakeCapabilitySource source = new FakeCapabilitySource();

	private final RecordedObservations recorded = new RecordedObservations();

	private final CapabilityDecisions decisions = decisions(new AnswerLifetimes(ALLOW, Duration.ofSeconds(5), STALE));

	private CapabilityDecisions decisions(AnswerLifetimes lifetimes) {
		return decisions(this.source, lifetimes);
	}

	private CapabilityDecisions decisions(CapabilitySource source, AnswerLifetimes lifetimes) {
		return CapabilityDecisions.builder(source)
			.allowTtl(lifetimes.allow())
			.denyTtl(lifetimes.deny())
			.staleIfUnavailable(lifetimes.staleIfUnavailable())
			.clock(this.clock)
			.nanoTime(this.nanoTime::get)
			.observations("agt_1", this.recorded::registry)
			.build();
	}

	@Test
	void usesAnAllowPastItsLifetimeAndNotLonger() {
		allowThenOutage();
		this.clock.advance(ALLOW);
		assertThat(this.decisions.decide(READ)).isEqualTo(CapabilityDecision.stale(DOWN))
			.matches(CapabilityDecision::isGranted)
			.matches(CapabilityDecision::isStale);
		this.clock.advance(STALE.minusMillis(1));
		assertThat(this.decisions.decide(READ).isGranted()).isTrue();
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.decisions.decide(READ)).isEqualTo(CapabilityDecision.unavailable(DOWN));
	}

	@Test
	void showsWhatItWouldUseAndForgetsItAsWell() {
		allowThenOutage();
		assertThat(this.decisions.remembered()).extracting(RememberedDecision::code).containsExactly("allow");
		this.clock.advance(ALLOW);
		assertThat(this.decisions.remembered())
			.containsExactly(new RememberedDecision("read:documents", true, true, ALLOW));
		this.decisions.invalidate();
		assertThat(this.decisions.remembered()).isEmpty();
		assertThat(this.decisions.decide(READ)).isEqualTo(CapabilityDecision.unavailable(DOWN));
	}

	@Test
	void doesNotUnlessAskedTo() {
		CapabilityDecisions off = decisions(new AnswerLifetimes(ALLOW, Duration.ofSeconds(5), Duration.ZERO));
		this.source.grant("read:documents");
		off.decide(READ);
		this.source.fail(DOWN);
		this.clock.advance(ALLOW);
		assertThat(off.decide(READ)).isEqualTo(CapabilityDecision.unavailable(DOWN));
		assertThat(off.staleUse()).isNull();
	}

	@Test
	void asksLumoAuthBeforeEachUse() {
		allowThenOutage();
		this.clock.advance(ALLOW);
		assertThat(this.decisions.known(READ)).isNull();
		this.decisions.decide(READ);
		this.decisions.decide(READ);
		assertThat(this.source.questions()).hasSize(3);
	}

	@Test
	void theFirstAnswerCountsAgain() {
		allowThenOutage();
		this.clock.advance(ALLOW);
		assertThat(this.decisions.decide(READ).isGranted()).isTrue();
		this.source.recover();
		this.source.deny("read:documents");
		assertThat(this.decisions.decide(READ).outcome()).isEqualTo(Outcome.DENY);
	}

	@Test
	void aDenialIsTheEndOfTheAllow() {
		allowThenOutage();
		this.source.recover();
		this.source.deny("read:documents");
		this.clock.advance(ALLOW);
		this.decisions.decide(READ);
		this.source.fail(DOWN);
		this.clock.advance(Duration.ofSeconds(5));
		assertThat(this.decisions.decide(READ).outcome()).isEqualTo(Outcome.UNAVAILABLE);
	}

	@Test
	void aDenialThatIsNotRememberedIsItToo() {
		CapabilityDecisions forgetful = decisions(new AnswerLifetimes(ALLOW, Duration.ZERO, STALE));
		this.source.grant("read:documents");
		forgetful.decide(READ);
		this.source.deny("read:documents");
		this.clock.advance(ALLOW);
		forgetful.decide(READ);
		this.source.fail(DOWN);
		assertThat(forgetful.decide(READ).outcome()).isEqualTo(Outcome.UNAVAILABLE);
	}

	@Test
	void aDenialThatComesAfterSomethingElseWasForgottenIsItToo() {
		allowThenOutage();
		this.clock.advance(ALLOW);
		this.source.deny("read:documents");
		this.source.before((names) -> this.decisions.invalidate("another"));
		assertThat(this.decisions.decide(READ).outcome()).isEqualTo(Outcome.DENY);
		this.source.fail(DOWN);
		assertThat(this.decisions.decide(READ).outcome()).isEqualTo(Outcome.UNAVAILABLE);
	}

	@Test
	void aDenialThatCameBeforeTheSourceFailedIsItToo() {
		CapabilitySource oneByOne = new CapabilitySource() {
			@Override
			public Map<String, Boolean> ask(Collection<String> names) {
				throw new UnsupportedOperationException();
			}

			@Override
			public void ask(Collection<String> names, BiConsumer<String, Boolean> answers) {
				for (String name : names) {
					answers.accept(name, StaleIfErrorTests.this.source.ask(List.of(name)).get(name));
				}
			}
		};
		CapabilityDecisions several = decisions(oneByOne, new AnswerLifetimes(ALLOW, Duration.ofSeconds(5), STALE));
		this.source.grant("a", "b");
		several.decideEach(List.of("a", "b"));
		this.clock.advance(ALLOW);
		this.source.deny("a").before((names) -> {
			if (names.contains("b")) {
				throw DOWN;
			}
		});
		Map<String, CapabilityDecision> each = several.decideEach(List.of("a", "b"));
		assertThat(each.get("a")).isEqualTo(CapabilityDecision.deny(List.of("a")));
		assertThat(each.get("b")).isEqualTo(CapabilityDecision.stale(DOWN));
		this.clock.advance(Duration.ofSeconds(5));
		this.source.fail(DOWN);
		assertThat(several.decide(CapabilityRequirement.of("a")).isGranted()).isFalse();
	}

	@Test
	void whatTheApplicationHasForgottenIsForgotten() {
		allowThenOutage();
		this.decisions.invalidate("read:documents");
		assertThat(this.decisions.decide(READ).isGranted()).isFalse();
	}

	@Test
	void whatWasNeverAllowedStaysShut() {
		this.source.fail(DOWN);
		assertThat(this.decisions.decide(READ)).isEqualTo(CapabilityDecision.unavailable(DOWN));
	}

	static Stream<RuntimeException> otherWaysOfHavingNoAnswer() {
		return Stream.of(new LumoAuthUnavailableException("interrupted", null),
				new LumoAuthProtocolException("no JSON", null), new LumoAuthAuthenticationException("401", null),
				new LumoAuthDeniedException("403", "access_denied", null),
				new LumoAuthRateLimitedException("429", null, null), new LumoAuthBudgetExceededException("429", null),
				new IllegalStateException("a bug"));
	}

	@ParameterizedTest
	@MethodSource("otherWaysOfHavingNoAnswer")
	void nothingElseIsBridged(RuntimeException failure) {
		allowThenOutage();
		this.clock.advance(ALLOW);
		this.source.fail(failure);
		assertThat(this.decisions.decide(READ).outcome()).isEqualTo(Outcome.UNAVAILABLE);
	}

	/** Another thread's question may well be answered in a moment. */
	@Test
	void anAnswerForWhichAChatHasNoTimeIsNotBridged() throws Exception {
		allowThenOutage();
		this.clock.advance(ALLOW);
		CountDownLatch asking = new CountDownLatch(1);
		CompletableFuture<Void> answered = new CompletableFuture<>();
		this.source.before((names) -> {
			asking.countDown();
			answered.join();
		});
		CompletableFuture<CapabilityDecision> other = CompletableFuture.supplyAsync(() -> this.decisions.decide(READ));
		asking.await();
		WaitAllowance spent = new WaitAllowance();
		spent.spend(WaitAllowance.DEFAULT_MAX.toNanos(), System.nanoTime());
		assertThat(spent.call(() -> this.decisions.decide(READ)).outcome()).isEqualTo(Outcome.UNAVAILABLE);
		answered.complete(null);
		assertThat(other.join()).isEqualTo(CapabilityDecision.ALLOW);
	}

	static Stream<RuntimeException> answersThatEndIt() {
		return otherWaysOfHavingNoAnswer().filter((failure) -> failure instanceof LumoAuthProtocolException
				|| failure instanceof LumoAuthAuthenticationException || failure instanceof LumoAuthDeniedException);
	}

	@ParameterizedTest
	@MethodSource("answersThatEndIt")
	void anotherAnswerEndsItForGood(RuntimeException answer) {
		allowThenOutage();
		this.clock.advance(ALLOW);
		assertThat(this.decisions.decide(READ).isGranted()).isTrue();
		this.source.fail(answer);
		this.decisions.decide(READ);
		this.source.fail(DOWN);
		assertThat(this.decisions.decide(READ).outcome()).isEqualTo(Outcome.UNAVAILABLE);
	}

	@Test
	void aRateLimitSaysNothingAboutTheAllow() {
		allowThenOutage();
		this.clock.advance(ALLOW);
		this.source.fail(new LumoAuthRateLimitedException("429", null, null));
		this.decisions.decide(READ);
		this.source.fail(DOWN);
		assertThat(this.decisions.decide(READ).isStale()).isTrue();
	}

	@Test
	void anAgentThatIsTurnedAwayLosesAllItsAllows() {
		this.source.grant("other");
		this.decisions.decide(CapabilityRequirement.of("other"));
		allowThenOutage();
		this.clock.advance(ALLOW);
		this.source.fail(new LumoAuthAuthenticationException("401", null));
		this.decisions.decide(READ);
		this.source.fail(DOWN);
		assertThat(this.decisions.decide(CapabilityRequirement.of("other")).isGranted()).isFalse();
	}

	@Test
	void anAnswerThatLeavesACapabilityOutEndsItForThat() {
		allowThenOutage();
		this.source.recover();
		this.source.forget("read:documents");
		this.clock.advance(ALLOW);
		assertThat(this.decisions.decide(READ).cause()).isInstanceOf(LumoAuthProtocolException.class);
		this.source.fail(DOWN);
		assertThat(this.decisions.decide(READ).isGranted()).isFalse();
	}

	@Test
	void aClockThatIsPutBackProlongsNothing() {
		allowThenOutage();
		pass(STALE);
		this.clock.advance(STALE.negated().plus(ALLOW));
		assertThat(this.decisions.decide(READ).isStale()).isTrue();
		pass(ALLOW);
		assertThat(this.decisions.decide(READ).isGranted()).isFalse();
	}

	@Test
	void aClockThatIsPutForwardEndsIt() {
		allowThenOutage();
		this.clock.advance(STALE.plus(ALLOW));
		assertThat(this.decisions.decide(READ).isGranted()).isFalse();
	}

	@Test
	void anAllowFromTheFutureIsNotUsed() {
		allowThenOutage();
		this.clock.advance(Duration.ofHours(-1));
		assertThat(this.decisions.decide(READ).isGranted()).isFalse();
	}

	@Test
	void bridgesAnAllowThatIsAskedForEachTime() {
		CapabilityDecisions uncached = decisions(new AnswerLifetimes(Duration.ZERO, Duration.ZERO, STALE));
		this.source.grant("read:documents");
		assertThat(uncached.decide(READ)).isSameAs(CapabilityDecision.ALLOW);
		assertThat(uncached.known(READ)).isNull();
		this.source.fail(DOWN);
		assertThat(uncached.decide(READ).isStale()).isTrue();
	}

	@Test
	void ofSeveralAStaleOneIsEnoughForAnyAndNoneTooManyForAll() {
		CapabilityRequirement both = new CapabilityRequirement(List.of("read:documents", "b"), Match.ALL);
		CapabilityRequirement either = new CapabilityRequirement(List.of("b", "read:documents"), Match.ANY);
		allowThenOutage();
		this.clock.advance(ALLOW);
		assertThat(this.decisions.decide(either).isStale()).isTrue();
		assertThat(this.decisions.decide(both).outcome()).isEqualTo(Outcome.UNAVAILABLE);
		Map<String, CapabilityDecision> each = Map.of("read:documents", CapabilityDecision.stale(DOWN), "b",
				CapabilityDecision.ALLOW);
		assertThat(both.decide(each::get).isStale()).isTrue();
		assertThat(either.decide(each::get)).isSameAs(CapabilityDecision.ALLOW);
	}

	@Test
	void isObservedAsStaleAndFromMemory() {
		allowThenOutage();
		this.clock.advance(ALLOW);
		this.recorded.clear();
		this.decisions.decide(READ);
		this.decisions.decideEach(List.of("read:documents", "b"));
		assertThat(this.recorded.of("lumoauth.capability")).containsExactly("agt_1 true read:documents stale",
				"agt_1 false several unavailable !LumoAuthUnavailableException");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void saysSoOnceForEachOutageAndWhenItIsOver(CapturedOutput output) {
		allowThenOutage();
		this.clock.advance(ALLOW.plusSeconds(60));
		Instant since = this.clock.instant();
		this.decisions.decide(READ);
		this.clock.advance(Duration.ofSeconds(60));
		this.decisions.decide(READ);
		assertThat(output.getOut()).containsOnlyOnce("LumoAuth is unreachable");
		assertThat(output.getOut()).containsSubsequence("WARN", "'read:documents'", "PT9M",
				"lumoauth.capabilities.stale-if-unavailable", "connection refused");
		assertThat(this.decisions.staleUse()).isEqualTo(new StaleIfErrorUse(since, since.plusSeconds(60), 2));
		this.source.recover();
		this.decisions.decide(READ);
		assertThat(output.getOut()).containsSubsequence("INFO", "LumoAuth answers again", "2 decisions",
				since.toString());
		assertThat(this.decisions.staleUse()).isNull();
		this.source.fail(new LumoAuthUnavailableException("second outage", null, true));
		this.clock.advance(ALLOW);
		this.decisions.decide(READ);
		assertThat(output.getOut()).containsOnlyOnce("second outage");
	}

	@Test
	void refusesALifetimeOfMoreThanADayByTheNameOfItsProperty() {
		for (Duration wrong : List.of(Duration.ofSeconds(-1), Duration.ofHours(24).plusMillis(1))) {
			assertThatIllegalArgumentException().isThrownBy(() -> new AnswerLifetimes(ALLOW, ALLOW, wrong))
				.withMessageContainingAll("lumoauth.capabilities.stale-if-unavailable", "24 hours");
			assertThatIllegalArgumentException().isThrownBy(() -> new AnswerLifetimes(wrong, ALLOW, Duration.ZERO))
				.withMessageContainingAll("lumoauth.capabilities.cache.allow-ttl", "24 hours");
			assertThatIllegalArgumentException().isThrownBy(() -> new AnswerLifetimes(ALLOW, wrong, Duration.ZERO))
				.withMessageContainingAll("lumoauth.capabilities.cache.deny-ttl", "24 hours");
		}
	}

	private void allowThenOutage() {
		this.source.grant("read:documents");
		assertThat(this.decisions.decide(READ)).isSameAs(CapabilityDecision.ALLOW);
		this.source.fail(DOWN);
	}

	private void pass(Duration time) {
		this.clock.advance(time);
		this.nanoTime.addAndGet(time.toNanos());
	}

}
