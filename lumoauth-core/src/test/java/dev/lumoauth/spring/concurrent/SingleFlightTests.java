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

package dev.lumoauth.spring.concurrent;

import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link SingleFlight}.
 */
class SingleFlightTests {

	private static final int THREADS = 64;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final SingleFlight<String, String> flights = new SingleFlight<>(Duration.ofSeconds(30));

	private final CountDownLatch started = new CountDownLatch(1);

	private final CountDownLatch release = new CountDownLatch(1);

	private final AtomicInteger loads = new AtomicInteger();

	@AfterEach
	void stop() throws InterruptedException {
		this.threads.shutdownNow();
		assertThat(this.threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void manyThreadsMakeOneLoad() throws Exception {
		List<Future<String>> callers = start(THREADS, () -> this.flights.run("a", this::held));
		await(this.started);
		awaitWaiting(THREADS - 1);
		this.release.countDown();
		for (Future<String> caller : callers) {
			assertThat(caller.get()).isEqualTo("value");
		}
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void otherKeysDoNotWait() throws Exception {
		List<Future<String>> callers = start(1, () -> this.flights.run("a", this::held));
		await(this.started);
		assertThat(this.flights.run("b", () -> "other")).isEqualTo("other");
		this.release.countDown();
		assertThat(callers.get(0).get()).isEqualTo("value");
	}

	@Test
	void keepsNothing() {
		this.flights.run("a", () -> "first");
		assertThat(this.flights.run("a", () -> "second")).isEqualTo("second");
	}

	@Test
	void failureGoesToEveryone() throws Exception {
		IllegalArgumentException failure = new IllegalArgumentException("refused");
		List<Future<String>> callers = start(8, () -> this.flights.run("a", () -> {
			held();
			throw failure;
		}));
		await(this.started);
		awaitWaiting(7);
		this.release.countDown();
		for (Future<String> caller : callers) {
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(caller::get).havingCause().isSameAs(failure);
		}
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void failureIsNotKept() {
		assertThatIllegalStateException().isThrownBy(() -> this.flights.run("a", () -> {
			throw new IllegalStateException("down");
		}));
		assertThat(this.flights.run("a", () -> "up")).isEqualTo("up");
	}

	@Test
	void timeoutOfTheLeaderIsAFailureForEveryone() throws Exception {
		List<Future<String>> callers = start(4, () -> this.flights.run("a", () -> {
			held();
			throw new UncheckedIOException(new SocketTimeoutException("Read timed out"));
		}));
		await(this.started);
		awaitWaiting(3);
		this.release.countDown();
		for (Future<String> caller : callers) {
			assertThat(catchThrowable(caller::get)).hasCauseInstanceOf(UncheckedIOException.class);
		}
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void aChatThatHasWaitedInVainWaitsAgainOnceALoadHasEndedWell() throws Exception {
		SingleFlight<String, String> flights = new SingleFlight<>(Duration.ofMinutes(1));
		WaitAllowance spent = new WaitAllowance();
		spent.spend(Duration.ofMinutes(1).toNanos(), System.nanoTime());
		CountDownLatch loading = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		Future<String> leader = this.threads.submit(() -> flights.run("key", () -> {
			loading.countDown();
			await(end);
			return "value";
		}));
		loading.await();
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> spent.call(() -> flights.run("key", () -> "own")));
		flights.run("other key", () -> "answered");
		Future<String> follower = this.threads.submit(() -> spent.call(() -> flights.run("key", () -> "own")));
		awaitWaiting(1);
		end.countDown();
		assertThat(leader.get()).isEqualTo("value");
		assertThat(follower.get()).isEqualTo("value");
	}

	@Test
	void followerTakesOverFromAnInterruptedLeader() throws Exception {
		AtomicReference<Thread> leader = new AtomicReference<>();
		Future<String> led = start(1, () -> this.flights.run("a", () -> {
			leader.set(Thread.currentThread());
			this.started.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException("Request was interrupted");
			}
			return "never";
		})).get(0);
		await(this.started);
		AtomicInteger atOnce = new AtomicInteger();
		List<Future<String>> followers = start(8, () -> this.flights.run("a", () -> {
			atOnce.accumulateAndGet(this.loads.incrementAndGet(), Math::max);
			await(this.release);
			this.loads.decrementAndGet();
			return "from a follower";
		}));
		awaitWaiting(8);
		leader.get().interrupt();
		assertThat(catchThrowable(led::get)).hasRootCauseMessage("Request was interrupted");
		awaitWaiting(7);
		this.release.countDown();
		for (Future<String> follower : followers) {
			assertThat(follower.get()).isEqualTo("from a follower");
		}
		// A follower that wakes late may find that load ended, and makes its own.
		assertThat(atOnce).hasValue(1);
	}

	@Test
	void interruptedFollowerStopsWaitingAndHarmsNoOne() throws Exception {
		Future<String> leader = start(1, () -> this.flights.run("a", this::held)).get(0);
		await(this.started);
		Future<String> other = start(1, () -> this.flights.run("a", () -> "wrong")).get(0);
		AtomicReference<Thread> thread = new AtomicReference<>();
		Future<Boolean> interrupted = this.threads.submit(() -> {
			thread.set(Thread.currentThread());
			assertThatExceptionOfType(CancellationException.class)
				.isThrownBy(() -> this.flights.run("a", () -> "wrong"));
			return Thread.interrupted();
		});
		awaitWaiting(2);
		thread.get().interrupt();
		assertThat(interrupted.get()).isTrue();
		this.release.countDown();
		assertThat(leader.get()).isEqualTo("value");
		assertThat(other.get()).isEqualTo("value");
	}

	@Test
	void loaderThatAsksForItsOwnKeyFailsInsteadOfWaitingForEver() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.flights.run("a", () -> this.flights.run("a", () -> "inner")))
			.withMessageContaining("'a'");
	}

	@Test
	void loadsSeveralKeysWithOneCallInTheOrderAskedFor() {
		List<List<String>> asked = new ArrayList<>();
		Map<String, String> values = this.flights.runAll(List.of("b", "a", "b"), (keys) -> {
			asked.add(keys);
			return valuesOf(keys);
		});
		assertThat(asked).containsExactly(List.of("b", "a"));
		assertThat(values).containsExactly(Map.entry("b", "B"), Map.entry("a", "A"));
	}

	@Test
	void leavesToOthersWhatTheyAreLoading() throws Exception {
		Future<String> leader = start(1, () -> this.flights.run("a", this::held)).get(0);
		await(this.started);
		List<List<String>> asked = new ArrayList<>();
		Future<Map<String, String>> all = this.threads.submit(() -> this.flights.runAll(List.of("a", "b"), (keys) -> {
			asked.add(keys);
			return valuesOf(keys);
		}));
		awaitWaiting(1);
		this.release.countDown();
		assertThat(all.get()).containsExactly(Map.entry("a", "value"), Map.entry("b", "B"));
		assertThat(leader.get()).isEqualTo("value");
		assertThat(asked).containsExactly(List.of("b"));
	}

	@Test
	void failureForSeveralKeysGoesToThoseWhoWaitForOneOfThem() throws Exception {
		IllegalStateException failure = new IllegalStateException("down");
		Future<Map<String, String>> all = this.threads.submit(() -> this.flights.runAll(List.of("a", "b"), (keys) -> {
			held();
			throw failure;
		}));
		await(this.started);
		Future<String> one = start(1, () -> this.flights.run("b", () -> "wrong")).get(0);
		awaitWaiting(1);
		this.release.countDown();
		assertThat(catchThrowable(all::get)).hasCause(failure);
		assertThat(catchThrowable(one::get)).hasCause(failure);
	}

	@Test
	void keyWithoutAnAnswerIsLeftOutAndLoadedByWhoWaitsForIt() throws Exception {
		Future<Map<String, String>> all = this.threads.submit(() -> this.flights.runAll(List.of("a", "b"), (keys) -> {
			held();
			return Map.of("a", "A", "unasked", "X");
		}));
		await(this.started);
		Future<String> one = start(1, () -> this.flights.run("b", () -> "B by itself")).get(0);
		Future<Map<String, String>> several = this.threads
			.submit(() -> this.flights.runAll(List.of("b"), SingleFlightTests::valuesOf));
		awaitWaiting(2);
		this.release.countDown();
		assertThat(all.get()).containsExactly(Map.entry("a", "A"));
		assertThat(one.get()).isEqualTo("B by itself");
		assertThat(several.get()).isEmpty();
	}

	@Test
	void takesOverSeveralKeysFromAnInterruptedLeader() throws Exception {
		AtomicReference<Thread> leader = new AtomicReference<>();
		Future<Map<String, String>> led = this.threads.submit(() -> this.flights.runAll(List.of("a", "b"), (keys) -> {
			leader.set(Thread.currentThread());
			return Map.of("a", held());
		}));
		await(this.started);
		Future<Map<String, String>> follower = this.threads
			.submit(() -> this.flights.runAll(List.of("b", "a"), SingleFlightTests::valuesOf));
		awaitWaiting(1);
		leader.get().interrupt();
		assertThat(follower.get()).containsExactly(Map.entry("b", "B"), Map.entry("a", "A"));
		assertThat(catchThrowable(led::get)).isInstanceOf(ExecutionException.class);
	}

	private String held() {
		this.loads.incrementAndGet();
		this.started.countDown();
		await(this.release);
		return "value";
	}

	private <T> List<Future<T>> start(int count, Callable<T> caller) {
		List<Future<T>> futures = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			futures.add(this.threads.submit(caller));
		}
		return futures;
	}

	/**
	 * Wait until that many threads stand in {@link Flight#await}: only then have they
	 * certainly joined.
	 */
	private static void awaitWaiting(int count) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
		while (waiting() != count) {
			assertThat(System.nanoTime()).as("%s threads wait", waiting()).isLessThan(end);
			Thread.onSpinWait();
		}
	}

	private static long waiting() {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().getState() == Thread.State.TIMED_WAITING)
			.filter((entry) -> List.of(entry.getValue())
				.stream()
				.anyMatch((frame) -> frame.getClassName().equals(Flight.class.getName())
						&& frame.getMethodName().equals("await")))
			.count();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static Map<String, String> valuesOf(List<String> keys) {
		Map<String, String> values = new LinkedHashMap<>();
		keys.forEach((key) -> values.put(key, key.toUpperCase(Locale.ROOT)));
		return values;
	}

}
