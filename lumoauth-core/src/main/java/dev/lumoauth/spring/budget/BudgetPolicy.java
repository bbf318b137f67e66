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

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * LumoAuth's {@code budget_policy}, read. Every field is optional.
 *
 * @param maxTokensPerDay tokens in a UTC day
 * @param maxApiCallsPerHour model calls in a UTC hour
 * @param maxCostPerMonthUsd US dollars in a month; shown, for nobody counts them
 * @param allowedModels names of models; empty = all
 * @param tokensUsedToday LumoAuth's own count
 * @param apiCallsThisHour LumoAuth's own count
 * @param unreadable names of the limits that are there and can't be read, and of the
 * counts of limits: what they say is unknown, and not that there is no limit
 * @param fields every field as it came, unknown ones included
 */
record BudgetPolicy(@Nullable Long maxTokensPerDay, @Nullable Long maxApiCallsPerHour,
		@Nullable Double maxCostPerMonthUsd, Set<String> allowedModels, @Nullable Long tokensUsedToday,
		@Nullable Long apiCallsThisHour, Set<String> unreadable, Map<String, Object> fields) {

	static final String MAX_TOKENS_PER_DAY = "max_tokens_per_day";

	static final String MAX_API_CALLS_PER_HOUR = "max_api_calls_per_hour";

	static final String MAX_COST_PER_MONTH_USD = "max_cost_per_month_usd";

	static final String ALLOWED_MODELS = "allowed_models";

	static final String TOKENS_USED_TODAY = "tokens_used_today";

	static final String API_CALLS_THIS_HOUR = "api_calls_this_hour";

	/**
	 * What an agent without a budget has.
	 */
	static final BudgetPolicy NONE = new BudgetPolicy(null, null, null, Set.of(), null, null, Set.of(), Map.of());

	boolean isNone() {
		return this.fields.isEmpty();
	}

	boolean isOnlyHourly() {
		return this.maxApiCallsPerHour != null && this.maxTokensPerDay == null && this.maxCostPerMonthUsd == null
				&& this.unreadable.isEmpty();
	}

	/**
	 * Return whether LumoAuth's own counts, without ours, say that something is left of
	 * every limit. A limit that comes without a count says nothing.
	 */
	boolean saysAvailable() {
		if (this.maxCostPerMonthUsd != null || !this.unreadable.isEmpty()) {
			return false;
		}
		return (this.maxTokensPerDay != null || this.maxApiCallsPerHour != null)
				&& leaves(this.maxTokensPerDay, this.tokensUsedToday)
				&& leaves(this.maxApiCallsPerHour, this.apiCallsThisHour);
	}

	private static boolean leaves(@Nullable Long limit, @Nullable Long used) {
		return limit == null || (used != null && used < limit);
	}

}
