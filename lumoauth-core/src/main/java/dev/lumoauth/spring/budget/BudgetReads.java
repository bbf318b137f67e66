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
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import dev.lumoauth.spring.concurrent.SingleFlight;

/**
 * Decides when the budget is read from LumoAuth: first by the first caller that needs it,
 * then in the background when it is used and the last answer is 30 seconds old. There is
 * only one read at a time. After a failure there is a backoff, so that a busy application
 * does not make LumoAuth's outage worse.
 */
final class BudgetReads {

	static final Duration REFRESH_INTERVAL = Duration.ofSeconds(30);

	private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);

	private final BudgetSource source;

	private final BudgetLedger ledger;

	private final BudgetLog log;

	private final BudgetPolicyReader policyReader;

	private final Clock clock;

	private final Executor executor;

	private final SingleFlight<BudgetReads, Boolean> flight;

	/** Whether a read is in progress, or the executor was asked for one. */
	private boolean reading;

	private volatile boolean tried;

	private Instant answeredAt = Instant.EPOCH;

	private Instant due = Instant.EPOCH;

	private int failures;

	BudgetReads(BudgetSource source, BudgetPolicyReader policyReader, BudgetLedger ledger, BudgetLog log, Clock clock,
			Executor executor, Duration maxWait) {
		this.source = source;
		this.ledger = ledger;
		this.log = log;
		this.policyReader = policyReader;
		this.clock = clock;
		this.executor = executor;
		this.flight = new SingleFlight<>(maxWait);
	}

	/**
	 * Return whether LumoAuth was asked at least once, with or without success.
	 */
	boolean isTried() {
		return this.tried;
	}

	/**
	 * Ask LumoAuth if it never was, on this thread, or wait for the thread that asks.
	 */
	void first() {
		if (!this.tried) {
			ask(false);
		}
	}

	/**
	 * Ask LumoAuth, on this thread, or wait for the thread that asks.
	 */
	void now() {
		ask(true);
	}

	private void ask(boolean again) {
		try {
			this.flight.run(this, () -> (again || !this.tried) && read());
		}
		catch (CancellationException | CompletionException ex) {
			// The caller continues without knowing the budget.
		}
	}

	/**
	 * Let the executor ask LumoAuth, if it is time.
	 */
	void refresh() {
		synchronized (this) {
			if (this.reading || this.clock.instant().isBefore(this.due)) {
				return;
			}
			this.reading = true;
		}
		try {
			this.executor.execute(() -> ask(true));
		}
		catch (RejectedExecutionException ex) {
			// The application is ending, or very busy: the next caller tries again.
			synchronized (this) {
				this.reading = false;
			}
		}
	}

	/**
	 * Let the next {@link #refresh()} ask, a second after the last answer at the
	 * earliest, unless it still waits after a failure.
	 */
	synchronized void outdated() {
		if (this.failures == 0) {
			Instant soon = this.answeredAt.plus(FIRST_BACKOFF);
			this.due = soon.isBefore(this.due) ? soon : this.due;
		}
	}

	private boolean read() {
		Instant asked = this.clock.instant();
		boolean success = false;
		try {
			BudgetPolicy policy = this.policyReader.read(this.source.budgetPolicy());
			this.ledger.read(policy, asked, this.clock.instant());
			this.log.read();
			if (policy.isNone()) {
				this.log.noPolicy();
			}
			success = true;
		}
		catch (RuntimeException ex) {
			UnknownReason reason = UnknownReason.of(ex);
			if (reason == UnknownReason.BUDGET_EXCEEDED) {
				this.ledger.exceeded(this.clock.instant());
			}
			this.ledger.failed(reason);
			this.log.unknown(reason, ex);
		}
		finally {
			synchronized (this) {
				this.answeredAt = this.clock.instant();
				this.due = this.answeredAt.plus(success ? REFRESH_INTERVAL : backoff());
				this.failures = success ? 0 : this.failures + 1;
				this.reading = false;
				this.tried = true;
			}
		}
		return success;
	}

	/**
	 * A wait that LumoAuth names is kept by its connection.
	 */
	private Duration backoff() {
		Duration backoff = FIRST_BACKOFF.multipliedBy(1L << Math.min(this.failures, 10));
		return (backoff.compareTo(REFRESH_INTERVAL) < 0) ? backoff : REFRESH_INTERVAL;
	}

}
