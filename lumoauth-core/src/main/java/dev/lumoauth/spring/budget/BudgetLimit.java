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

import org.jspecify.annotations.Nullable;

/**
 * One kind of limit in LumoAuth's {@code budget_policy}: its name there, its period, and
 * what it counts of a model call. A new kind needs a class and a line in
 * {@link BudgetLimits}.
 */
abstract class BudgetLimit {

	private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

	private final String field;

	private final @Nullable String countField;

	private final BudgetPeriod period;

	/**
	 * Create a limit.
	 * @param field its field in {@code budget_policy}
	 * @param countField the field in which LumoAuth reports its usage, if there is one
	 * @param period how long it lasts
	 */
	BudgetLimit(String field, @Nullable String countField, BudgetPeriod period) {
		this.field = field;
		this.countField = countField;
		this.period = period;
	}

	final String field() {
		return this.field;
	}

	final @Nullable String countField() {
		return this.countField;
	}

	final BudgetPeriod period() {
		return this.period;
	}

	/**
	 * Return how much of this limit some calls and tokens use. The result has to be
	 * proportional to both.
	 * @param calls model calls
	 * @param tokens tokens, those of the prompt and of the completion
	 */
	abstract long uses(long calls, long tokens);

	/**
	 * Return whether this application counts the usage. A limit that nobody counts is
	 * shown only.
	 */
	boolean isCounted() {
		return true;
	}

	/**
	 * Return the limit as it is compared and shown.
	 * @param figure what the policy says, not negative
	 */
	Number limit(BigDecimal figure) {
		return whole(figure, RoundingMode.FLOOR);
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

	@Override
	public final String toString() {
		return this.field;
	}

}
