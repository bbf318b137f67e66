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

package dev.lumoauth.spring.budget.shared;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.budget.BudgetStore.Claim;
import dev.lumoauth.spring.budget.BudgetStore.Count;
import dev.lumoauth.spring.budget.BudgetStore.Hold;
import dev.lumoauth.spring.budget.shared.BudgetEngine.Answer;
import dev.lumoauth.spring.budget.shared.BudgetEngine.Ask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Replicas with a store that changes, is slow, or goes away.
 */
class SharedBudgetTests {

	private long now = Instant.parse("2026-03-31T22:10:00Z").toEpochMilli();

	private final MemoryEngine engine = new MemoryEngine(() -> this.now);

	/**
	 * Each replica holds a portion of the old limit.
	 */
	@Test
	void aLimitThatIsLoweredIsNotExceeded() {
		List<SharedBudget> replicas = List.of(replica(), replica(), replica());
		int begun = 0;
		for (SharedBudget replica : replicas) {
			begun += begin(replica, "agt", 1_000, 0);
		}
		for (int i = 0; i < 20; i++) {
			for (SharedBudget replica : replicas) {
				begun += begin(replica, "agt", 10, 0);
			}
		}
		assertThat(begun).isLessThanOrEqualTo(10);
		replicas.forEach(SharedBudget::tell);
		pass(1);
		for (int i = 0; i < 20; i++) {
			begun += begin(replicas.get(0), "agt", 10, 0);
		}
		assertThat(begun).isEqualTo(10);
	}

	@Test
	void whatLumoAuthCountsInAdditionIsLeftAlone() {
		SharedBudget replica = replica();
		int begun = begin(replica, "agt", 1_000, 0);
		for (int i = 0; i < 20; i++) {
			begun += begin(replica, "agt", 1_000, 990);
		}
		assertThat(begun).isEqualTo(10);
	}

	/**
	 * The replica of one agent only is not alone with the other agent.
	 */
	@Test
	void isDividedByTheReplicasOfThatAgent() {
		List<SharedBudget> replicas = List.of(replica(), replica(), replica());
		replicas.forEach((replica) -> begin(replica, "agt_both", 60, 0));
		pass(30);
		replicas.forEach(SharedBudget::tell);
		SharedBudget first = replicas.get(0);
		begin(first, "agt_alone", 60, 0);
		assertThat(first.describe("agt_both")).containsEntry("replicas", 3);
		assertThat(first.describe("agt_alone")).containsEntry("replicas", 1);
		assertThat(first.replicas("agt_both")).isEqualTo(3);
		assertThat(first.replicas("agt_alone")).isEqualTo(1);
		this.engine.losesQuestions = true;
		pass(3_600);
		int begun = 0;
		for (int i = 0; i < 60; i++) {
			begun += begin(first, "agt_both", 60, 0);
		}
		assertThat(begun).isEqualTo(20);
	}

	@Test
	void aBudgetThatTheStoreNeverToldIsNotDivided() {
		SharedBudget replica = replica();
		begin(replica, "agt", 60, 0);
		this.engine.losesQuestions = true;
		assertThatExceptionOfType(LumoAuthUnavailableException.class)
			.isThrownBy(() -> begin(replica, "agt_other", 60, 0))
			.withMessageContaining("has not answered since the application started");
	}

	/**
	 * The first replica that reaches the store again does not know what the others have
	 * used.
	 */
	@Test
	void theFirstOneAfterAnOutageLeavesTheOthersTheirShares() {
		List<SharedBudget> replicas = List.of(replica(), replica());
		int begun = 0;
		for (int i = 0; i < 10; i++) {
			begun += begin(replicas.get(0), "agt", 300, 0) + begin(replicas.get(1), "agt", 300, 0);
		}
		replicas.forEach(SharedBudget::tell);
		this.engine.losesQuestions = true;
		for (int i = 0; i < 100; i++) {
			begun += begin(replicas.get(0), "agt", 300, 0) + begin(replicas.get(1), "agt", 300, 0);
		}
		assertThat(begun).isGreaterThan(200);
		this.engine.losesQuestions = false;
		pass(3);
		for (int i = 0; i < 300; i++) {
			begun += begin(replicas.get(0), "agt", 300, 0);
		}
		pass(4);
		replicas.forEach(SharedBudget::tell);
		pass(8);
		for (int i = 0; i < 300; i++) {
			replicas.forEach(SharedBudget::tell);
			begun += begin(replicas.get(0), "agt", 300, 0);
		}
		assertThat(begun).isEqualTo(300);
	}

	@ParameterizedTest
	@ValueSource(longs = { -7_200, -5, 5, 7_200, 172_800 })
	void aWrongClockDoesNotMatter(long seconds) {
		this.now = Instant.parse("2026-03-31T22:59:58Z").toEpochMilli();
		SharedBudget replica = replica(this.engine, seconds);
		assertThat(begin(replica, "agt", 60, 0)).isEqualTo(1);
	}

	/**
	 * At the end of a limit, each call asks the store, one after the other.
	 */
	@Test
	void aSlowStoreIsNotAway() throws Exception {
		this.now = currentHour();
		BudgetEngine slow = new SlowEngine(this.engine);
		ExecutorService threads = Executors.newFixedThreadPool(40);
		AtomicInteger begun = new AtomicInteger();
		try (SharedBudget first = SharedBudget.in(slow, OnStoreUnavailable.DIVIDE);
				SharedBudget second = SharedBudget.in(slow, OnStoreUnavailable.DIVIDE)) {
			begun.addAndGet(begin(first, "agt", 20, 0) + begin(second, "agt", 20, 0));
			List<Future<?>> chats = new ArrayList<>();
			for (int i = 0; i < 40; i++) {
				SharedBudget replica = (i % 2 == 0) ? first : second;
				chats.add(threads.submit(() -> {
					for (int call = 0; call < 3; call++) {
						begun.addAndGet(tryToBegin(replica, 20));
					}
				}));
			}
			for (Future<?> chat : chats) {
				chat.get(60, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(begun.get()).isBetween(5, 20);
	}

	@Test
	void aThreadThatIsInterruptedDoesNotTakeAShare() {
		this.now = currentHour();
		try (SharedBudget replica = SharedBudget.in(new SlowEngine(this.engine), OnStoreUnavailable.DIVIDE)) {
			begin(replica, "agt", 2, 0);
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(LumoAuthUnavailableException.class)
				.isThrownBy(() -> begin(replica, "agt", 100, 0))
				.withMessageContaining("did not answer this model call in time");
		}
		finally {
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	private static long currentHour() {
		long now = System.currentTimeMillis();
		return now - Math.floorMod(now, 3_600_000L) + 1_800_000;
	}

	private SharedBudget replica() {
		return replica(this.engine, 0);
	}

	private SharedBudget replica(BudgetEngine engine, long skew) {
		return SharedBudget.in(engine, OnStoreUnavailable.DIVIDE, () -> this.now + skew * 1000,
				() -> TimeUnit.MILLISECONDS.toNanos(this.now));
	}

	private void pass(long seconds) {
		this.now += seconds * 1000;
	}

	private int tryToBegin(SharedBudget replica, long limit) {
		try {
			return begin(replica, "agt", limit, 0);
		}
		catch (LumoAuthUnavailableException ex) {
			return 0;
		}
	}

	private int begin(SharedBudget replica, String agent, long limit, long ahead) {
		Instant since = Instant.ofEpochMilli(this.now - Math.floorMod(this.now, 3_600_000L));
		Count count = new Count("tenant", agent, "max_api_calls_per_hour", since, since.plus(Duration.ofHours(1)));
		Map<Count, Claim> claims = new LinkedHashMap<>();
		claims.put(count, new Claim(1, 0, limit, ahead, 0));
		Hold hold = new Hold(claims);
		if (replica.reserve(hold, true) != null) {
			return 0;
		}
		replica.settle(hold, Map.of());
		return 1;
	}

	/**
	 * Answers after a quarter of a second.
	 */
	private record SlowEngine(MemoryEngine engine) implements BudgetEngine {

		@Override
		public Answer exchange(Ask ask) {
			try {
				TimeUnit.MILLISECONDS.sleep(250);
			}
			catch (InterruptedException ex) {
				throw new BudgetStoreException("interrupted", ex);
			}
			synchronized (this.engine) {
				return this.engine.exchange(ask);
			}
		}

		@Override
		public void check() {
		}

		@Override
		public String name() {
			return "slow";
		}

	}

}
