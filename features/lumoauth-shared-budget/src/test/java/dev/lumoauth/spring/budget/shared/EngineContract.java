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

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.lumoauth.spring.budget.shared.BudgetEngine.Answer;
import dev.lumoauth.spring.budget.shared.BudgetEngine.Ask;
import dev.lumoauth.spring.budget.shared.BudgetEngine.Key;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each engine does.
 */
public abstract class EngineContract {

	private static final long HOUR = 3_600_000;

	private final String agent = "agt_" + UUID.randomUUID();

	protected abstract BudgetEngine engine();

	/**
	 * The rule is written twice, in Java and for Redis.
	 */
	@Test
	void answersAsTheRuleSays() {
		long now = serverTime();
		for (int seed = 0; seed < 20; seed++) {
			Random random = new Random(seed);
			Key key = key("agt_" + UUID.randomUUID(), now);
			SharedCount count = SharedCount.of("");
			for (int i = 0; i < 30; i++) {
				Ask ask = new Ask(key, "replica-" + random.nextInt(4), random.nextLong(1L << 50), random.nextInt(100),
						random.nextInt(1000), random.nextInt(1000), random.nextInt(3) * random.nextInt(1000),
						random.nextInt(100_000), (random.nextInt(4) > 0) ? random.nextLong(1L << 52) : null,
						random.nextInt(2000) - 1000, random.nextInt(5000), random.nextInt(5) == 0);
				Answer answer = engine().exchange(ask);
				assertThat(answer).as("seed %d, step %d: %s", seed, i, ask)
					.isEqualTo(count.exchange(ask, answer.now()));
				count = SharedCount.of(count.toString());
			}
		}
	}

	@Test
	void eachTenantAgentLimitAndPeriodHasItsOwnCount() {
		long now = serverTime();
		Key key = key(this.agent, now);
		take(key, "a", 0, 60, 100L);
		for (Key other : List.of(new Key("tenant:" + this.agent, "", key.limit(), key.since(), key.until()),
				new Key("other", key.agent(), key.limit(), key.since(), key.until()),
				new Key(key.tenant(), key.agent() + "}", key.limit(), key.since(), key.until()),
				new Key(key.tenant(), key.agent(), "other", key.since(), key.until()),
				new Key(key.tenant(), key.agent(), key.limit(), key.since().minusSeconds(1), key.until()))) {
			assertThat(take(other, "b", 0, 60, 100L).granted()).as(other.toString()).isEqualTo(60);
		}
		assertThat(take(key, "b", 0, 60, 100L).granted()).isZero();
	}

	@Test
	void thePeriodIsThatOfTheStoresClock() {
		long now = serverTime();
		Key ended = new Key("tenant", this.agent, "limit", Instant.ofEpochMilli(now - HOUR), Instant.ofEpochMilli(now));
		Key later = new Key("tenant", this.agent, "limit", Instant.ofEpochMilli(now + HOUR),
				Instant.ofEpochMilli(now + 2 * HOUR));
		for (Key key : List.of(ended, later)) {
			Answer answer = take(key, "a", 0, 1, 100L);
			assertThat(answer.current()).isFalse();
			assertThat(answer.granted()).isZero();
			assertThat(answer.now()).isGreaterThanOrEqualTo(now);
		}
	}

	@Test
	void manyReplicasAtOnceGetTheLimitAndNoMore() throws Exception {
		Key key = key(this.agent, serverTime());
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			List<Callable<Long>> replicas = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				String replica = "replica-" + i;
				replicas.add(() -> {
					long used = 0;
					for (int call = 0; call < 40; call++) {
						used += take(key, replica, used, 1, 200L).granted();
					}
					return used;
				});
			}
			long granted = 0;
			for (Future<Long> each : threads.invokeAll(replicas)) {
				granted += each.get();
			}
			assertThat(granted).isEqualTo(200);
		}
		finally {
			threads.shutdownNow();
		}
	}

	/**
	 * What the store can do is known at the start.
	 */
	@Test
	void isChecked() {
		engine().check();
		engine().check();
	}

	protected final Answer take(Key key, String replica, long used, long needed, @Nullable Long limit) {
		return engine().exchange(new Ask(key, replica, used, used, 0, 0, needed, needed, limit, 0, 0, false));
	}

	protected final Key key(String agent, long now) {
		return new Key("tenant", agent, "limit", Instant.ofEpochMilli(now - HOUR), Instant.ofEpochMilli(now + HOUR));
	}

	protected final long serverTime() {
		return take(new Key("tenant", this.agent, "clock", Instant.EPOCH, Instant.EPOCH), "a", 0, 0, null).now();
	}

}
