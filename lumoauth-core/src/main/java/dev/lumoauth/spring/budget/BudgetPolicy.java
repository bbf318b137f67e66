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

import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import dev.lumoauth.spring.BudgetStatus.Limit;

/**
 * LumoAuth's {@code budget_policy}, read. Every field is optional.
 *
 * @param limits the limits that are there, each in its unit
 * @param counts LumoAuth's own counts
 * @param allowedModels names of models; empty = all
 * @param unreadable names of limits, and of the counts of limits, that are present and
 * can't be read: their values are unknown, which does not mean that there is no limit
 * @param fields every field as it came, unknown ones included
 */
record BudgetPolicy(Map<BudgetLimit, Number> limits, Map<BudgetLimit, Long> counts, Set<String> allowedModels,
		Set<String> unreadable, Map<String, Object> fields) {

	static final String ALLOWED_MODELS = "allowed_models";

	/**
	 * The policy of an agent without a budget.
	 */
	static final BudgetPolicy NONE = new BudgetPolicy(Map.of(), Map.of(), Set.of(), Set.of(), Map.of());

	boolean isNone() {
		return this.fields.isEmpty();
	}

	/**
	 * Return how long LumoAuth's answer that the budget is spent holds. The answer names
	 * neither the limit nor its end, so the period is that of the longest possible limit,
	 * and a day at most. If the limit lasts longer, LumoAuth says so again.
	 */
	BudgetPeriod longestPeriod() {
		return this.unreadable.isEmpty() ? periods().max(Comparator.naturalOrder()).orElse(BudgetPeriod.DAY)
				: BudgetPeriod.DAY;
	}

	/**
	 * Return for how long the figures are current: the shortest period, and a day at
	 * most.
	 */
	BudgetPeriod shortestPeriod() {
		return periods().min(Comparator.naturalOrder()).orElse(BudgetPeriod.DAY);
	}

	private Stream<BudgetPeriod> periods() {
		return this.limits.keySet().stream().map((limit) -> limit.period().atMostADay());
	}

	/**
	 * Return whether LumoAuth's own counts, without ours, say that something is left of
	 * every limit. A limit that comes without a count says nothing.
	 */
	boolean saysAvailable() {
		return this.unreadable.isEmpty() && !this.limits.isEmpty()
				&& this.limits.entrySet().stream().allMatch((limit) -> leaves(limit.getValue(), limit.getKey()));
	}

	private boolean leaves(Number limit, BudgetLimit kind) {
		Long used = this.counts.get(kind);
		return used != null && !new Limit(kind.field(), used, limit).isReached();
	}

}
