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

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One kind of limit in LumoAuth's {@code budget_policy}. A new kind needs a line in
 * {@link #ALL}. A limit that counts nothing of a model call is shown only: LumoAuth has
 * no field for the spent amount, and this application does not know the price of a token.
 *
 * @param field its field in {@code budget_policy}
 * @param countField the field in which LumoAuth reports its usage; {@code null} = none
 * @param period how long it lasts
 * @param ofCall how much of it a model call uses
 * @param ofToken how much of it a token uses, of the prompt or of the completion
 */
record BudgetLimit(String field, @Nullable String countField, BudgetPeriod period, long ofCall, long ofToken) {

	/**
	 * In the order in which the limits are shown. If several are reached, the first one
	 * is named.
	 */
	static final List<BudgetLimit> ALL = List.of(
			new BudgetLimit("max_tokens_per_day", "tokens_used_today", BudgetPeriod.DAY, 0, 1),
			new BudgetLimit("max_api_calls_per_hour", "api_calls_this_hour", BudgetPeriod.HOUR, 1, 0),
			new BudgetLimit("max_cost_per_month_usd", null, BudgetPeriod.MONTH, 0, 0));

	private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

	/**
	 * Return how much of this limit some calls and tokens use.
	 */
	long uses(long calls, long tokens) {
		return UsageCounter.sum(this.ofCall * calls, this.ofToken * tokens);
	}

	/**
	 * Return whether this application counts the usage.
	 */
	boolean isCounted() {
		return this.ofCall + this.ofToken > 0;
	}

	/**
	 * Return the limit as it is compared and shown.
	 * @param figure what the policy says, not negative
	 */
	Number limit(BigDecimal figure) {
		return isCounted() ? (Number) whole(figure, RoundingMode.FLOOR) : (Number) figure.doubleValue();
	}

	/**
	 * Return the usage that LumoAuth reports, rounded up: a part of a token counts as a
	 * token.
	 */
	static long count(BigDecimal figure) {
		return whole(figure, RoundingMode.CEILING);
	}

	private static long whole(BigDecimal figure, RoundingMode rounding) {
		return figure.min(LONG_MAX).setScale(0, rounding).longValue();
	}

}
