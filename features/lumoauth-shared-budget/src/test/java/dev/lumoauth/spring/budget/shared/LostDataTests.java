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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.lumoauth.spring.budget.BudgetStore.Claim;
import dev.lumoauth.spring.budget.BudgetStore.Count;
import dev.lumoauth.spring.budget.BudgetStore.Hold;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A store that comes back without its data, as a Redis that was only in memory.
 */
class LostDataTests {

	private static final Instant START = Instant.parse("2026-03-31T22:10:00Z");

	private static final long LIMIT = 300;

	private static final Count CALLS = new Count("tenant", "agt_1", "max_api_calls_per_hour",
			Instant.parse("2026-03-31T22:00:00Z"), Instant.parse("2026-03-31T23:00:00Z"));

	@Test
	void whatEveryReplicaHasUsedCountsAgain() {
		MemoryEngine engine = new MemoryEngine(START::toEpochMilli);
		List<SharedBudget> replicas = Stream
			.generate(() -> SharedBudget.in(engine, OnStoreUnavailable.STOP, START::toEpochMilli, () -> 1L))
			.limit(3)
			.toList();
		int begun = 0;
		for (int i = 0; i < 50; i++) {
			for (SharedBudget replica : replicas) {
				begun += begin(replica);
			}
		}
		replicas.forEach(SharedBudget::tell);
		assertThat(begun).isEqualTo(150);
		engine.counts.clear();
		for (int i = 0; i < LIMIT; i++) {
			for (SharedBudget replica : replicas) {
				replica.tell();
				begun += begin(replica);
			}
		}
		assertThat(begun).isEqualTo(LIMIT);
	}

	private static int begin(SharedBudget replica) {
		Hold hold = new Hold(Map.of(CALLS, new Claim(1, 0, LIMIT, 0, 0)));
		if (replica.reserve(hold, true) != null) {
			return 0;
		}
		replica.settle(hold, Map.of());
		return 1;
	}

}
