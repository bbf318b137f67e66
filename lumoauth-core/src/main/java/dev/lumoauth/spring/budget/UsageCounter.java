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
 * What is used of one limit in the current period, from two counts that overlap in a way
 * nobody tells us: this application's own, which is exact and knows nothing of others,
 * and LumoAuth's, which may or may not contain ours (there is no way to report a model's
 * tokens to LumoAuth, so it counts what it sees by itself).
 * <p>
 * Two things are certain. Whenever LumoAuth said a figure, at least that much was used;
 * and what this application used after that moment came on top. So every answer is a
 * lower bound, {@code figure + (own use now - own use then)}, and so is the own use
 * alone. The largest of these bounds is what is reported: it never counts anything twice,
 * and misses nothing that either side is sure of. It equals the own use plus the farthest
 * that LumoAuth's figure was ever ahead of it, so that one number is all there is to
 * remember.
 * <p>
 * A figure that falls within a period was taken back by LumoAuth, and the sum goes down
 * by as much. Not thread-safe.
 */
final class UsageCounter {

	private final BudgetPeriod period;

	private Instant start;

	private Instant end;

	private long own;

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
	 * @param asked when it was asked for: if a period has begun since, nobody knows which
	 * one the figure is about, and it is not used
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
		this.ahead = Math.max(this.ahead, figure - this.own);
		this.reported = figure;
	}

	long used(Instant now) {
		roll(now);
		return Math.max(0, sum(this.own, this.ahead));
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
