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

package dev.lumoauth.devserver.state;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.config.BudgetPolicy;

/**
 * An agent's budget: a policy that may change, and counters that start again at the end
 * of the day and of the hour (UTC). Thread-safe.
 *
 * @since 0.1.0
 */
public class Budget {

	private final Clock clock;

	private @Nullable BudgetPolicy policy;

	private Instant day;

	private Instant hour;

	private long tokensUsedToday;

	private long apiCallsThisHour;

	public Budget(@Nullable BudgetPolicy policy, Clock clock) {
		this.policy = policy;
		this.clock = clock;
		this.day = clock.instant().truncatedTo(ChronoUnit.DAYS);
		this.hour = clock.instant().truncatedTo(ChronoUnit.HOURS);
	}

	/**
	 * Returns the current limits and counters.
	 * @return the status, or {@code null} for an agent without a budget
	 */
	public synchronized @Nullable BudgetStatus status() {
		startAgainWhenDue();
		return (this.policy != null) ? new BudgetStatus(this.policy, this.tokensUsedToday, this.apiCallsThisHour)
				: null;
	}

	/**
	 * Returns whether a limit has been reached.
	 * @return {@code false} also for an agent without a budget
	 */
	public boolean isExhausted() {
		BudgetStatus status = status();
		return status != null && status.isExhausted();
	}

	/**
	 * Replaces the limits and leaves the counters as they are.
	 * @param policy the new limits, or {@code null} for none
	 */
	public synchronized void setPolicy(@Nullable BudgetPolicy policy) {
		this.policy = policy;
	}

	/**
	 * Raises the limits.
	 * @param tokens what to add to the tokens per day
	 * @param apiCalls what to add to the calls per hour
	 * @throws IllegalArgumentException if the agent has no budget
	 */
	public synchronized void raise(long tokens, long apiCalls) {
		this.policy = policy().raisedBy(tokens, apiCalls);
	}

	/**
	 * Counts usage. Nothing is refused here, because the usage has already happened.
	 * @param tokens tokens of a language model
	 * @param apiCalls calls
	 */
	public synchronized void spend(long tokens, long apiCalls) {
		if (tokens < 0 || apiCalls < 0) {
			throw new IllegalArgumentException("the spent amount has to be a positive number");
		}
		startAgainWhenDue();
		this.tokensUsedToday = Math.addExact(this.tokensUsedToday, tokens);
		this.apiCallsThisHour = Math.addExact(this.apiCallsThisHour, apiCalls);
	}

	/**
	 * Spends what is left of the tokens per day or, if they are not limited, of the calls
	 * per hour.
	 * @throws IllegalArgumentException if neither is limited
	 */
	public synchronized void exhaust() {
		startAgainWhenDue();
		BudgetPolicy limits = policy();
		if (limits.maxTokensPerDay() != null) {
			this.tokensUsedToday = Math.max(this.tokensUsedToday, limits.maxTokensPerDay());
		}
		else if (limits.maxApiCallsPerHour() != null) {
			this.apiCallsThisHour = Math.max(this.apiCallsThisHour, limits.maxApiCallsPerHour());
		}
		else {
			throw new IllegalArgumentException("the agent's budget has no limit that is counted");
		}
	}

	/**
	 * Sets the counters.
	 * @param tokens tokens of a language model, used today
	 * @param apiCalls calls, made this hour
	 */
	public synchronized void setUsed(long tokens, long apiCalls) {
		if (tokens < 0 || apiCalls < 0) {
			throw new IllegalArgumentException("the used amount has to be a positive number");
		}
		startAgainWhenDue();
		this.tokensUsedToday = tokens;
		this.apiCallsThisHour = apiCalls;
	}

	/**
	 * Sets the counters to zero.
	 */
	public synchronized void reset() {
		this.tokensUsedToday = 0;
		this.apiCallsThisHour = 0;
	}

	private BudgetPolicy policy() {
		if (this.policy == null) {
			throw new IllegalArgumentException("the agent has no budget");
		}
		return this.policy;
	}

	private void startAgainWhenDue() {
		Instant now = this.clock.instant();
		Instant today = now.truncatedTo(ChronoUnit.DAYS);
		if (!today.equals(this.day)) {
			this.day = today;
			this.tokensUsedToday = 0;
		}
		Instant thisHour = now.truncatedTo(ChronoUnit.HOURS);
		if (!thisHour.equals(this.hour)) {
			this.hour = thisHour;
			this.apiCallsThisHour = 0;
		}
	}

}
