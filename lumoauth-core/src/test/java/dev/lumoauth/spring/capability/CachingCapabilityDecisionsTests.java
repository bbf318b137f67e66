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

import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDecision.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CachingCapabilityDecisions}.
 */
class CachingCapabilityDecisionsTests {

	private static final CapabilityRequirement READ = CapabilityRequirement.of("read:documents");

	private static final CapabilityRequirement BOTH = new CapabilityRequirement(List.of("a", "b"), Match.ALL);

	private static final CapabilityRequirement EITHER = new CapabilityRequirement(List.of("a", "b"), Match.ANY);

	private final ManualClock clock = new ManualClock();

	private final FakeCapabilitySource source = new FakeCapabilitySource();

	private final CapabilityDecisions decisions = create(Duration.ofSeconds(30), Duration.ofSeconds(5));

	private CapabilityDecisions create(Duration allowTtl, Duration denyTtl) {
		return CapabilityDecisions.builder(this.source).allowTtl(allowTtl).denyTtl(denyTtl).clock(this.clock).build();
	}

	@Test
	void allowsWhatIsGrantedAndAsksOnceForThirtySeconds() {
		this.source.grant("read:documents");
		assertThat(this.decisions.decide(READ)).isSameAs(CapabilityDecision.ALLOW);
		this.clock.advance(Duration.ofMillis(29_999));
		assertThat(this.decisions.decide(READ)).isSameAs(CapabilityDecision.ALLOW);
		assertThat(this.source.questions()).hasSize(1);
		this.source.deny("read:documents");
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.decisions.decide(READ).outcome()).isEqualTo(Outcome.DENY);
		assertThat(this.source.questions()).hasSize(2);
	}

	@Test
	void keepsADenialForFiveSeconds() {
		this.source.deny("read:documents");
		assertThat(this.decisions.decide(READ)).isEqualTo(CapabilityDecision.deny(List.of("read:documents")));
		this.source.grant("read:documents");
		this.clock.advance(Duration.ofMillis(4_999));
		assertThat(this.decisions.decide(READ).isGranted()).isFalse();
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.decisions.decide(READ).isGranted()).isTrue();
		assertThat(this.source.questions()).hasSize(2);
	}

	@Test
	void anAllowCountsFromWhenItWasAskedFor() {
		this.source.grant("read:documents");
		this.source.before((names) -> this.clock.advance(Duration.ofSeconds(10)));
		this.decisions.decide(READ);
		this.source.recover();
		this.clock.advance(Duration.ofSeconds(20));
		this.decisions.decide(READ);
		assertThat(this.source.questions()).hasSize(2);
	}

	@Test
	void doesNotTrustAnAnswerFromTheFuture() {
		this.source.grant("read:documents");
		this.decisions.decide(READ);
		this.clock.advance(Duration.ofHours(-1));
		assertThat(this.decisions.known(READ)).isNull();
	}

	@Test
	void aClockThatIsSetBackProlongsNothing() {
		AtomicLong nanoTime = new AtomicLong();
		CapabilityDecisions both = CapabilityDecisions.builder(this.source)
			.allowTtl(Duration.ofSeconds(30))
			.clock(this.clock)
			.nanoTime(nanoTime::get)
			.build();
		this.source.grant("read:documents");
		both.decide(READ);
		this.clock.advance(Duration.ofSeconds(29));
		nanoTime.addAndGet(Duration.ofSeconds(29).toNanos());
		assertThat(both.known(READ)).isNotNull();
		this.clock.advance(Duration.ofSeconds(-28));
		assertThat(both.known(READ)).isNotNull();
		this.clock.advance(Duration.ofSeconds(1));
		nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
		assertThat(both.known(READ)).isNull();
		assertThat(both.remembered()).isEmpty();
	}

	@Test
	void asksEachTimeWithLifetimesOfZero() {
		this.source.grant("a").deny("b");
		CapabilityDecisions uncached = create(Duration.ZERO, Duration.ZERO);
		for (int i = 0; i < 3; i++) {
			assertThat(uncached.decide(BOTH)).isEqualTo(CapabilityDecision.deny(List.of("b")));
			assertThat(uncached.known(BOTH)).isNull();
		}
		assertThat(this.source.questions()).hasSize(3);
	}

	@Test
	void doesNotKeepThatThereWasNoAnswer() {
		LumoAuthUnavailableException failure = new LumoAuthUnavailableException("connection refused", null);
		this.source.fail(failure);
		assertThat(this.decisions.decide(READ)).isEqualTo(CapabilityDecision.unavailable(failure));
		assertThat(this.decisions.known(READ)).isNull();
		this.source.recover();
		this.source.grant("read:documents");
		assertThat(this.decisions.decide(READ).isGranted()).isTrue();
	}

	@Test
	void isUnavailableWhenLumoAuthForbidsTheQuestion() {
		LumoAuthDeniedException forbidden = new LumoAuthDeniedException("403", "insufficient_scope", null);
		this.source.fail(forbidden);
		assertThat(this.decisions.decide(READ)).isEqualTo(CapabilityDecision.unavailable(forbidden));
	}

	@Test
	void isUnavailableWhenTheSourceBreaks() {
		IllegalStateException failure = new IllegalStateException("secret");
		this.source.fail(failure);
		CapabilityDecision decision = this.decisions.decide(READ);
		assertThat(decision.outcome()).isEqualTo(Outcome.UNAVAILABLE);
		assertThat(decision.cause()).hasCause(failure).hasMessageNotContaining("secret");
	}

	@Test
	void isUnavailableWhenTheAnswerLeavesACapabilityOut() {
		this.source.grant("a");
		CapabilityDecision decision = this.decisions.decide(BOTH);
		assertThat(decision.outcome()).isEqualTo(Outcome.UNAVAILABLE);
		assertThat(decision.cause()).isInstanceOf(LumoAuthProtocolException.class).hasMessageContaining("'b'");
		assertThat(this.decisions.decideEach(List.of("a", "b")).get("a")).isSameAs(CapabilityDecision.ALLOW);
	}

	@Test
	void whatWasAnsweredBeforeTheSourceFailedCounts() {
		CapabilitySource failing = new CapabilitySource() {

			@Override
			public Map<String, Boolean> ask(Collection<String> names) {
				throw new UnsupportedOperationException();
			}

			@Override
			public void ask(Collection<String> names, BiConsumer<String, Boolean> answers) {
				answers.accept("a", false);
				throw new LumoAuthUnavailableException("down", null);
			}

		};
		CapabilityDecisions decisions = CapabilityDecisions.builder(failing)
			.allowTtl(Duration.ofSeconds(30))
			.denyTtl(Duration.ofSeconds(5))
			.clock(this.clock)
			.build();
		Map<String, CapabilityDecision> each = decisions.decideEach(List.of("a", "b"));
		assertThat(each.get("a")).isEqualTo(CapabilityDecision.deny(List.of("a")));
		assertThat(each.get("b").outcome()).isEqualTo(Outcome.UNAVAILABLE);
	}

	@Test
	void needsEveryCapabilityForAll() {
		this.source.grant("a").deny("b");
		assertThat(this.decisions.decide(BOTH)).isEqualTo(CapabilityDecision.deny(List.of("b")));
		this.source.deny("a");
		this.decisions.invalidate();
		assertThat(this.decisions.decide(BOTH)).isEqualTo(CapabilityDecision.deny(List.of("a", "b")));
		this.source.grant("a", "b");
		this.decisions.invalidate();
		assertThat(this.decisions.decide(BOTH)).isSameAs(CapabilityDecision.ALLOW);
		assertThat(this.source.questions()).containsOnly(List.of("a", "b"));
	}

	@Test
	void needsOneCapabilityForAny() {
		this.source.grant("a").deny("b");
		assertThat(this.decisions.decide(EITHER)).isSameAs(CapabilityDecision.ALLOW);
		this.source.deny("a");
		this.decisions.invalidate();
		assertThat(this.decisions.decide(EITHER)).isEqualTo(CapabilityDecision.deny(List.of("a", "b")));
	}

	@Test
	void isUnavailableForAnyWhenOneIsDeniedAndTheOtherNotAnswered() {
		this.source.deny("a");
		assertThat(this.decisions.decide(EITHER).outcome()).isEqualTo(Outcome.UNAVAILABLE);
		this.source.grant("b");
		assertThat(this.decisions.decide(EITHER).isGranted()).isTrue();
	}

	@Test
	void deniesForAllWhenOneIsDeniedAndTheOtherNotAnswered() {
		this.source.deny("a");
		assertThat(this.decisions.decide(BOTH)).isEqualTo(CapabilityDecision.deny(List.of("a")));
	}

	@Test
	void knowsWhatFollowsFromFreshAnswers() {
		assertThat(this.decisions.known(READ)).isNull();
		this.source.grant("a").deny("b");
		this.decisions.decideEach(List.of("a"));
		assertThat(this.decisions.known(BOTH)).isNull();
		assertThat(this.decisions.known(EITHER)).isSameAs(CapabilityDecision.ALLOW);
		this.decisions.decideEach(List.of("b"));
		assertThat(this.decisions.known(BOTH)).isEqualTo(CapabilityDecision.deny(List.of("b")));
	}

	@Test
	void decidesEachInTheOrderGivenAndAsksOnlyForWhatIsOpen() {
		this.source.grant("a", "c").deny("b");
		this.decisions.decide(CapabilityRequirement.of("c"));
		Map<String, CapabilityDecision> each = this.decisions.decideEach(List.of("c", "b", "a", "b"));
		assertThat(each.keySet()).containsExactly("c", "b", "a");
		assertThat(each.get("a")).isSameAs(CapabilityDecision.ALLOW);
		assertThat(each.get("b")).isEqualTo(CapabilityDecision.deny(List.of("b")));
		assertThat(this.source.questions()).containsExactly(List.of("c"), List.of("b", "a"));
	}

	@Test
	void refusesAnInvalidNameWithoutAskingAnyone() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.decisions.decideEach(List.of("a", "not valid")))
			.withMessageContaining("'not valid'");
		assertThat(this.source.questions()).isEmpty();
	}

	@Test
	void forgetsOneOrAll() {
		this.source.grant("a", "b");
		this.decisions.decideEach(List.of("a", "b"));
		this.decisions.invalidate("a");
		assertThat(this.decisions.known(CapabilityRequirement.of("a"))).isNull();
		assertThat(this.decisions.known(CapabilityRequirement.of("b"))).isNotNull();
		this.decisions.invalidate();
		assertThat(this.decisions.known(CapabilityRequirement.of("b"))).isNull();
	}

	@Test
	void showsWhatCountsWithItsAgeAndAsksNobody() {
		this.source.grant("b");
		this.source.deny("a");
		this.decisions.decideEach(List.of("b", "a"));
		int questions = this.source.questions().size();
		this.clock.advance(Duration.ofSeconds(4));
		assertThat(this.decisions.remembered()).containsExactly(
				new RememberedDecision("a", false, false, Duration.ofSeconds(4)),
				new RememberedDecision("b", true, false, Duration.ofSeconds(4)));
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.decisions.remembered()).extracting(RememberedDecision::capability).containsExactly("b");
		assertThat(this.source.questions()).hasSize(questions);
	}

	@Test
	void doesNotKeepAnAnswerThatWasUnderWayWhenItForgot() {
		this.source.grant("read:documents");
		this.source.before((names) -> {
			this.source.recover();
			this.decisions.invalidate();
		});
		this.decisions.decide(READ);
		assertThat(this.decisions.known(READ)).isNull();
		this.source.before((names) -> {
			this.source.recover();
			this.decisions.invalidate("read:documents");
		});
		this.decisions.decide(READ);
		assertThat(this.decisions.known(READ)).isNull();
	}

	@Test
	void whoAsksAfterAForgettingDoesNotGetAnOlderAnswer() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		this.source.grant("read:documents");
		this.source.before((names) -> {
			asked.countDown();
			awaitQuietly(go);
		});
		CompletableFuture<CapabilityDecision> older = CompletableFuture.supplyAsync(() -> this.decisions.decide(READ));
		assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
		this.source.recover();
		this.source.deny("read:documents");
		this.decisions.invalidate();
		assertThat(this.decisions.decide(READ).outcome()).isEqualTo(Outcome.DENY);
		go.countDown();
		assertThat(older.get(60, TimeUnit.SECONDS).isGranted()).isTrue();
		assertThat(this.decisions.decide(READ).outcome()).isEqualTo(Outcome.DENY);
	}

	@Test
	void sixtyFourColdThreadsMakeOneRequest() throws Exception {
		this.source.grant("read:documents");
		assertThat(decideOnThreads(64)).hasSize(64).containsOnly(CapabilityDecision.ALLOW);
		assertThat(this.source.questions()).hasSize(1);
	}

	@Test
	void aFailureGoesToEveryThreadThatWaits() throws Exception {
		CountDownLatch waiting = new CountDownLatch(1);
		this.source.before((names) -> {
			awaitQuietly(waiting);
			throw new LumoAuthUnavailableException("down", null);
		});
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			List<Future<CapabilityDecision>> found = IntStream.range(0, 8)
				.mapToObj((i) -> threads.submit(() -> this.decisions.decide(READ)))
				.toList();
			waiting.countDown();
			for (Future<CapabilityDecision> each : found) {
				assertThat(each.get(60, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.UNAVAILABLE);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void keepsAtMostTenThousandAnswers() {
		List<String> names = IntStream.range(0, CapabilityCache.MAX_SIZE + 1).mapToObj((i) -> "c" + i).toList();
		CapabilityCache cache = new CapabilityCache(
				new AnswerLifetimes(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ZERO), this.clock,
				System::nanoTime);
		names.forEach((name) -> {
			cache.put(name, true, cache.now(), cache.generation());
			assertThat(cache.size()).isLessThanOrEqualTo(CapabilityCache.MAX_SIZE);
		});
		assertThat(cache.get("c" + CapabilityCache.MAX_SIZE)).isTrue();
	}

	@Test
	void refusesANegativeLifetimeByTheNameOfItsProperty() {
		assertThatIllegalArgumentException().isThrownBy(() -> create(Duration.ofSeconds(-1), Duration.ZERO))
			.withMessageContaining("lumoauth.capabilities.cache.allow-ttl");
		assertThatIllegalArgumentException().isThrownBy(() -> create(Duration.ZERO, Duration.ofSeconds(-1)))
			.withMessageContaining("lumoauth.capabilities.cache.deny-ttl");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void saysOnceThatThereIsNoAnswerAndAgainAfterOneCame(CapturedOutput output) {
		this.source.fail(new LumoAuthUnavailableException("first outage", null));
		this.decisions.decide(READ);
		this.decisions.decide(READ);
		assertThat(output.getOut()).containsOnlyOnce("first outage");
		this.source.fail(new LumoAuthProtocolException("no JSON", null));
		this.decisions.decide(READ);
		assertThat(output.getOut()).containsOnlyOnce("no JSON");
		this.source.recover();
		this.source.grant("read:documents");
		this.decisions.decide(READ);
		this.decisions.invalidate();
		this.source.fail(new LumoAuthUnavailableException("second outage", null));
		this.decisions.decide(READ);
		assertThat(output.getOut()).containsOnlyOnce("second outage");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void saysOnceThatLumoAuthIsOutOfReachWhateverEachRequestSees(CapturedOutput output) {
		this.source.fail(new LumoAuthUnavailableException("refused", new ConnectException("refused"), true));
		this.decisions.decide(READ);
		this.source.fail(new LumoAuthUnavailableException("not asked for a moment", null, true));
		this.decisions.decide(READ);
		assertThat(output.getOut()).containsOnlyOnce("LumoAuth gave no answer").doesNotContain("for a moment");
	}

	private List<CapabilityDecision> decideOnThreads(int count) throws Exception {
		CountDownLatch ready = new CountDownLatch(count);
		ExecutorService threads = Executors.newFixedThreadPool(count);
		try {
			List<Future<CapabilityDecision>> found = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				found.add(threads.submit(() -> {
					ready.countDown();
					awaitQuietly(ready);
					return this.decisions.decide(READ);
				}));
			}
			List<CapabilityDecision> decided = new ArrayList<>();
			for (Future<CapabilityDecision> each : found) {
				decided.add(each.get(60, TimeUnit.SECONDS));
			}
			return decided;
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
