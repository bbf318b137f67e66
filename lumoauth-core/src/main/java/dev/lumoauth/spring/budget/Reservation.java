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

import java.time.Clock;
import java.time.Instant;

import dev.lumoauth.spring.budget.BudgetStore.Hold;
import org.jspecify.annotations.Nullable;

/**
 * The expected usage of one model call, reserved from before the call until the real
 * usage is known. It ends once, however often it is ended. Thread-safe.
 */
final class Reservation {

	private final BudgetLedger ledger;

	private final Clock clock;

	private final Instant madeAt;

	private final long tokens;

	private final @Nullable Hold hold;

	private boolean ended;

	Reservation(BudgetLedger ledger, Clock clock, Instant madeAt, long tokens, @Nullable Hold hold) {
		this.ledger = ledger;
		this.clock = clock;
		this.madeAt = madeAt;
		this.tokens = tokens;
		this.hold = hold;
	}

	/**
	 * Release the reserved tokens and count the used tokens instead.
	 * @param used the tokens
	 */
	void settle(long used) {
		this.ledger.settle(this, used, this.clock.instant());
	}

	boolean isOf(BudgetLedger ledger) {
		return this.ledger == ledger;
	}

	Instant madeAt() {
		return this.madeAt;
	}

	long tokens() {
		return this.tokens;
	}

	/**
	 * Return what the store has reserved; {@code null} if there is no store.
	 */
	@Nullable Hold hold() {
		return this.hold;
	}

	/**
	 * End it. The caller holds the ledger's lock.
	 * @return {@code true} the first time
	 */
	boolean end() {
		boolean first = !this.ended;
		this.ended = true;
		return first;
	}

}
