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

package dev.lumoauth.spring.budget.shared.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.RedisSentinels;
import dev.lumoauth.spring.budget.BudgetStore.Claim;
import dev.lumoauth.spring.budget.BudgetStore.Count;
import dev.lumoauth.spring.budget.BudgetStore.Hold;
import dev.lumoauth.spring.budget.shared.OnStoreUnavailable;
import dev.lumoauth.spring.budget.shared.SharedBudget;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A limit of calls that three replicas share, whose Redis loses its master in the middle.
 */
@Tag("nightly")
class BudgetFailoverTests {

	private static final int LIMIT = 3_000;

	private static final int REPLICAS = 3;

	private final AtomicInteger begun = new AtomicInteger();

	private final AtomicInteger unavailable = new AtomicInteger();

	private final AtomicInteger refused = new AtomicInteger();

	private final AtomicLong longest = new AtomicLong();

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource(names = { "DIVIDE", "STOP" })
	void beginsNoCallThatTheLimitDoesNotHave(OnStoreUnavailable policy) throws Exception {
		Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS);
		// A period that does not end in the middle of the test.
		Count count = new Count("tenant", "agt_1", "max_api_calls_per_hour", hour.minus(1, ChronoUnit.HOURS),
				hour.plus(2, ChronoUnit.HOURS));
		List<LettuceConnectionFactory> connections = new ArrayList<>();
		List<SharedBudget> budgets = new ArrayList<>();
		AtomicBoolean over = new AtomicBoolean();
		ExecutorService chats = Executors.newFixedThreadPool(4 * REPLICAS);
		try (RedisSentinels redis = RedisSentinels.start(this.directory)) {
			for (int i = 0; i < REPLICAS; i++) {
				LettuceConnectionFactory connection = connect(redis);
				connections.add(connection);
				SharedBudget budget = SharedBudget.in(new RedisBudgetEngine(connection), policy);
				budget.start();
				budgets.add(budget);
			}
			for (int i = 0; i < 4 * REPLICAS; i++) {
				SharedBudget budget = budgets.get(i % REPLICAS);
				chats.execute(() -> {
					while (!over.get()) {
						call(budget, count);
						LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
					}
				});
			}
			awaitBegun(LIMIT / 10);
			int before = this.begun.get();
			long killed = System.nanoTime();
			redis.killMaster();
			Awaitility.await()
				.atMost(Duration.ofMinutes(2))
				.ignoreExceptions()
				.until(() -> budgets.get(0).add(Map.of(count, 0L)).size() == 1
						&& System.nanoTime() - killed > Duration.ofSeconds(3).toNanos());
			System.out.printf(
					"%s: shared again after %,d ms; %d calls began meanwhile, %d were refused; the longest "
							+ "wait %,d ms%n",
					policy, Duration.ofNanos(System.nanoTime() - killed).toMillis(), this.begun.get() - before,
					this.unavailable.get() + this.refused.get(), this.longest.get());
			this.refused.set(0);
			Awaitility.await().atMost(Duration.ofMinutes(4)).until(() -> this.refused.get() > 500);
			over.set(true);
			chats.shutdown();
			assertThat(chats.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
			System.out.printf("%s: %d of %d calls began%n", policy, this.begun.get(), LIMIT);
			assertThat(this.begun.get()).isGreaterThan(LIMIT * 9 / 10).isLessThanOrEqualTo(LIMIT);
		}
		finally {
			over.set(true);
			chats.shutdownNow();
			budgets.forEach(SharedBudget::close);
			connections.forEach(LettuceConnectionFactory::destroy);
		}
	}

	private void call(SharedBudget budget, Count count) {
		long start = System.nanoTime();
		try {
			Hold hold = new Hold(Map.of(count, new Claim(1, 0, (long) LIMIT, 0, 0)));
			if (budget.reserve(hold, true) == null) {
				this.begun.incrementAndGet();
				budget.settle(hold, Map.of());
			}
			else {
				this.refused.incrementAndGet();
			}
		}
		catch (LumoAuthUnavailableException ex) {
			this.unavailable.incrementAndGet();
		}
		this.longest.accumulateAndGet(Duration.ofNanos(System.nanoTime() - start).toMillis(), Math::max);
	}

	private void awaitBegun(int number) {
		Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> this.begun.get() >= number);
	}

	private static LettuceConnectionFactory connect(RedisSentinels redis) {
		RedisSentinelConfiguration sentinels = new RedisSentinelConfiguration("shared", redis.nodes());
		LettuceConnectionFactory connection = new LettuceConnectionFactory(sentinels,
				LettuceClientConfiguration.builder().commandTimeout(Duration.ofSeconds(1)).build());
		connection.afterPropertiesSet();
		connection.start();
		return connection;
	}

}
