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

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The store in the memory of a test, by the test's clock. A question or an answer can be
 * lost.
 */
final class MemoryEngine implements BudgetEngine {

	final LongSupplier clock;

	final Map<Key, String> counts = new HashMap<>();

	boolean losesQuestions;

	boolean losesAnswers;

	int asked;

	Consumer<Ask> told = (ask) -> {
	};

	MemoryEngine(LongSupplier clock) {
		this.clock = clock;
	}

	@Override
	public Answer exchange(Ask ask) {
		if (this.losesQuestions) {
			throw new BudgetStoreException("memory does not answer", null);
		}
		this.asked++;
		SharedCount count = SharedCount.of(this.counts.getOrDefault(ask.key(), ""));
		Answer answer = count.exchange(ask, this.clock.getAsLong());
		if (answer.current()) {
			this.counts.put(ask.key(), count.toString());
			this.told.accept(ask);
		}
		if (this.losesAnswers) {
			throw new BudgetStoreException("memory does not answer", null);
		}
		return answer;
	}

	@Override
	public void check() {
	}

	@Override
	public String name() {
		return "memory";
	}

}
