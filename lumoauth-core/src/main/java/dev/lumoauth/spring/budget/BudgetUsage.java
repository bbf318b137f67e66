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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.BudgetStatus.Limit;
import dev.lumoauth.spring.budget.BudgetStore.Claim;
import dev.lumoauth.spring.budget.BudgetStore.Count;
import dev.lumoauth.spring.budget.BudgetStore.Sum;

/**
 * The usage of each kind of limit, even of kinds that the policy does not have yet. Not
 * thread-safe.
 */
final class BudgetUsage {

	/**
	 * The usage, in percent, from which a limit is reported with a warning.
	 */
	private static final int WARN_AT = 80;

	private static final int SPENT = 100;

	private final Map<BudgetLimit, UsageCounter> counters = new LinkedHashMap<>();

	private final BudgetLog log;

	BudgetUsage(List<BudgetLimit> kinds, BudgetLog log, Instant now) {
		this.log = log;
		for (BudgetLimit kind : kinds) {
			if (kind.isCounted()) {
				this.counters.put(kind, new UsageCounter(kind.period(), now));
			}
		}
	}

	/**
	 * Take LumoAuth's counts.
	 * @param counts the counts
	 * @param asked when they were asked for
	 * @param now when they came
	 */
	void report(Map<BudgetLimit, Long> counts, Instant asked, Instant now) {
		counts.forEach((kind, count) -> {
			UsageCounter counter = this.counters.get(kind);
			if (counter != null) {
				counter.report(count, asked, now);
			}
		});
	}

	/**
	 * Count usage.
	 * @param calls model calls
	 * @param tokens their tokens
	 * @param countedAt when the usage was counted before, if it was: only limits whose
	 * period has begun since then count it again
	 * @param now the time
	 */
	void add(long calls, long tokens, @Nullable Instant countedAt, Instant now) {
		this.counters.forEach((kind, counter) -> {
			if (!isCounted(kind, countedAt, now)) {
				counter.add(kind.uses(calls, tokens), now);
			}
		});
	}

	/**
	 * Return the limits for a call that asks whether it may be made.
	 * @param policy the limits that the policy has
	 * @param held the tokens that are reserved for other calls
	 * @param countedAt when the call itself was counted before, if it was
	 * @param now the time
	 * @return the limits, with what is used and held
	 */
	List<Limit> limits(Map<BudgetLimit, Number> policy, long held, @Nullable Instant countedAt, Instant now) {
		List<Limit> limits = new ArrayList<>(policy.size());
		policy.forEach((kind, limit) -> {
			UsageCounter counter = this.counters.get(kind);
			limits.add(new Limit(kind.field(), (counter != null) ? used(kind, counter, held, countedAt, now) : null,
					limit));
		});
		return limits;
	}

	private static long used(BudgetLimit kind, UsageCounter counter, long held, @Nullable Instant countedAt,
			Instant now) {
		long used = UsageCounter.sum(counter.used(now), kind.uses(0, held));
		return isCounted(kind, countedAt, now) ? Math.max(0, used - kind.uses(1, 0)) : used;
	}

	private static boolean isCounted(BudgetLimit kind, @Nullable Instant countedAt, Instant now) {
		return countedAt != null && kind.period().lasts(countedAt, now);
	}

	/**
	 * Return what a store does not know yet of each count.
	 * @param tenant the address of the tenant
	 * @param agent the client id of the agent
	 * @param held the tokens that are reserved for calls in progress
	 * @param now the time
	 */
	Map<Count, Long> unsaved(String tenant, String agent, long held, Instant now) {
		return byCount(tenant, agent, now, (kind, counter) -> counter.unsaved(kind.uses(0, held), now));
	}

	private <T> Map<Count, T> byCount(String tenant, String agent, Instant now,
			BiFunction<BudgetLimit, UsageCounter, T> figure) {
		Map<Count, T> figures = new LinkedHashMap<>();
		this.counters.forEach((kind, counter) -> {
			counter.used(now); // of the period that it is now
			figures.put(new Count(tenant, agent, kind.field(), counter.start(), counter.end()),
					figure.apply(kind, counter));
		});
		return figures;
	}

	/**
	 * Return what a store is asked for before a model call.
	 * @param tenant the address of the tenant
	 * @param agent the client id of the agent
	 * @param policy the limits that the policy has
	 * @param tokens the tokens that the call is expected to use
	 * @param now the time
	 */
	Map<Count, Claim> claims(String tenant, String agent, Map<BudgetLimit, Number> policy, long tokens, Instant now) {
		return byCount(tenant, agent, now, (kind, counter) -> {
			Number limit = policy.get(kind);
			return new Claim(kind.uses(1, 0), kind.uses(0, tokens), (limit != null) ? limit.longValue() : null,
					counter.ahead(), counter.atLeast());
		});
	}

	/**
	 * Return what some tokens use of each count.
	 */
	Map<Count, Long> uses(String tenant, String agent, long tokens, Instant now) {
		return byCount(tenant, agent, now, (kind, counter) -> kind.uses(0, tokens));
	}

	/**
	 * Take a store's answer.
	 * @param amounts what was added to each count
	 * @param sums the sums
	 */
	void saved(Map<Count, Long> amounts, Map<Count, Sum> sums) {
		this.counters.forEach((kind, counter) -> amounts.forEach((count, amount) -> {
			if (count.limit().equals(kind.field())) {
				counter.saved(count.since(), amount, Objects.requireNonNull(sums.get(count)));
			}
		}));
	}

	/**
	 * Warn of a limit that is nearly used and of a limit that is reached, once in a
	 * period each.
	 */
	void warn(Map<BudgetLimit, Number> policy, Instant now) {
		policy.forEach((kind, limit) -> {
			UsageCounter counter = this.counters.get(kind);
			if (counter == null) {
				return;
			}
			Limit use = new Limit(kind.field(), counter.used(now), limit);
			Double percentage = use.percentage();
			int reached = (percentage == null || percentage < WARN_AT) ? 0 : (percentage < SPENT) ? WARN_AT : SPENT;
			if (counter.isNews(reached, now)) {
				this.log.used(use, reached == SPENT, kind.period());
			}
		});
	}

}
