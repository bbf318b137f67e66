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
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.lumoauth.spring.budget.BudgetStore.Count;
import dev.lumoauth.spring.budget.BudgetStore.Hold;
import dev.lumoauth.spring.budget.BudgetStore.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the usage of one agent in a {@link BudgetStore}. A model call waits for a store
 * that has to reserve something for it, and not for another one: soon after something was
 * counted or reserved, another thread tells the store what has changed. So what is lost
 * with the process is what was counted while the store was being told.
 * <p>
 * What is reserved for calls in progress is kept as used: if the process ends in the
 * middle of a call, the estimate of that call counts.
 */
final class KeptUsage {

	private final BudgetStore store;

	private final String tenant;

	private final String agent;

	private final BudgetLedger ledger;

	private final BudgetLog log;

	private final Clock clock;

	private final Executor executor;

	private final AtomicBoolean waiting = new AtomicBoolean();

	KeptUsage(BudgetStore store, String tenant, String agent, BudgetLedger ledger, BudgetLog log, Clock clock,
			Executor executor) {
		this.store = store;
		this.tenant = tenant;
		this.agent = agent;
		this.ledger = ledger;
		this.log = log;
		this.clock = clock;
		this.executor = executor;
	}

	/**
	 * Reserve what a model call takes. The caller holds no lock.
	 * @throws BudgetExhaustedException if a limit does not have it
	 */
	Hold reserve(@Nullable String model, long tokens, boolean mayWait) {
		Hold hold = new Hold(this.ledger.claims(this.tenant, this.agent, tokens, this.clock.instant()));
		Refusal refusal = this.store.reserve(hold, mayWait);
		if (refusal != null) {
			throw new BudgetExhaustedException(refusal.limit(), refusal.used(), refusal.most(), model);
		}
		return hold;
	}

	void cancel(@Nullable Hold hold) {
		if (hold != null) {
			this.store.cancel(hold);
		}
	}

	void settle(@Nullable Hold hold, long tokens, Instant now) {
		this.store.settle(hold, this.ledger.uses(this.tenant, this.agent, tokens, now));
	}

	boolean waits() {
		return this.store.waits();
	}

	/**
	 * Tell the store soon, on another thread.
	 */
	void changed() {
		if (this.waiting.compareAndSet(false, true)) {
			try {
				this.executor.execute(this::save);
			}
			catch (RejectedExecutionException ex) {
				// The application is ending: what it has counted was saved at its end.
				this.waiting.set(false);
			}
		}
	}

	/**
	 * Tell the store what has changed, and learn what others have used.
	 */
	synchronized void save() {
		this.waiting.set(false);
		Map<Count, Long> amounts = this.ledger.unsaved(this.tenant, this.agent, this.clock.instant());
		try {
			this.ledger.saved(amounts, this.store.add(amounts));
			this.log.kept();
		}
		catch (RuntimeException ex) {
			this.ledger.notSaved();
			this.log.notKept(ex);
		}
	}

}
