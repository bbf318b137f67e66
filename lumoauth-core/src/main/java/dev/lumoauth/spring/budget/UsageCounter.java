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

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The usage of one limit in the current period, from two counts with an unknown overlap:
 * this application's own count, which is exact but does not include others, and
 * LumoAuth's count, which may or may not contain the own count (a model's tokens can't be
 * reported to LumoAuth, so LumoAuth counts only what it sees).
 * <p>
 * Two things are certain. Whenever LumoAuth gave a figure, at least that much was used;
 * and this application's usage after that moment has to be added. So every answer is a
 * lower bound, {@code figure + (own use now - own use then)}, and so is the own use
 * alone. The largest of these bounds is reported: it never counts anything twice, and
 * misses nothing that either side knows for certain. It equals the own use plus the
 * largest lead that LumoAuth's figure ever had, so only one number has to be remembered.
 * <p>
 * A figure that falls within a period was taken back by LumoAuth, and the sum goes down
 * by as much.
 * <p>
 * If the usage is kept in a store, the own count is that of all processes that use the
 * store: of earlier ones too. Not thread-safe.
 */
final class UsageCounter {

	private final BudgetPeriod period;

	private Instant start;

	private Instant end;

	private long own;

	/** What other processes have used, as the store said last. */
	private long others;

	/** What other processes hold, and may have used in the meantime. */
	private long held;

	/** What the store knows of this process. */
	private long saved;

	private long ahead;

	private @Nullable Long reported;

	private int told;

	UsageCounter(BudgetPeriod period, Instant now) {
		this.period = period;
		this.start = period.startOf(now);
		this.end = period.endOf(now);
	}

	void add(long amount, Instant now) {
		roll(now);
		this.own = sum(this.own, Math.max(0, amount));
	}

	/**
	 * Take LumoAuth's figure.
	 * @param figure the figure
	 * @param asked when it was asked for: if a new period has begun since, it is unknown
	 * which period the figure is about, and it is not used
	 * @param now the time
	 */
	void report(long figure, Instant asked, Instant now) {
		roll(now);
		if (asked.isBefore(this.start)) {
			return;
		}
		if (this.reported != null && figure < this.reported) {
			this.ahead -= this.reported - figure;
		}
		this.ahead = Math.max(this.ahead, figure - sum(sum(this.own, this.others), this.held));
		this.reported = figure;
	}

	long used(Instant now) {
		roll(now);
		return Math.max(atLeast(), sum(sum(this.own, this.others), this.ahead));
	}

	/**
	 * Return how much more LumoAuth counts than the processes.
	 */
	long ahead() {
		return this.ahead;
	}

	/**
	 * Return LumoAuth's figure.
	 */
	long atLeast() {
		return (this.reported != null) ? this.reported : 0;
	}

	/**
	 * Return what the store does not know yet.
	 * @param held what is reserved for calls in progress
	 */
	long unsaved(long held, Instant now) {
		roll(now);
		return sum(this.own, held) - this.saved;
	}

	/**
	 * Take the store's answer.
	 * @param since the period that the answer is about
	 * @param amount what was added
	 * @param sum what all processes have used, and what others hold
	 */
	void saved(Instant since, long amount, BudgetStore.Sum sum) {
		if (since.equals(this.start)) {
			this.saved += amount;
			this.others = Math.max(0, sum.used() - this.saved);
			this.held = sum.held();
		}
	}

	Instant end() {
		return this.end;
	}

	Instant start() {
		return this.start;
	}

	/**
	 * Return whether a share of the limit is news.
	 * @param percentage the share that is reached
	 * @return {@code true} once in a period, unless the share went down in between
	 */
	boolean isNews(int percentage, Instant now) {
		roll(now);
		boolean news = percentage > this.told;
		this.told = percentage;
		return news;
	}

	private void roll(Instant now) {
		// A clock that is set back does not open the last period again.
		if (!now.isBefore(this.end)) {
			this.start = this.period.startOf(now);
			this.end = this.period.endOf(now);
			this.own = 0;
			this.others = 0;
			this.held = 0;
			this.saved = 0;
			this.ahead = 0;
			this.reported = null;
			this.told = 0;
		}
	}

	static long sum(long left, long right) {
		long sum = left + right;
		boolean overflow = left > 0 && right > 0 && sum < 0;
		return overflow ? Long.MAX_VALUE : sum;
	}

}
