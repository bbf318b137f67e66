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

/**
 * US dollars in a calendar month of UTC. This limit is only shown: LumoAuth has no field
 * for the spent amount, and this application does not know the price of a token.
 */
final class CostPerMonth extends BudgetLimit {

	CostPerMonth() {
		super("max_cost_per_month_usd", null, BudgetPeriod.MONTH);
	}

	@Override
	boolean isCounted() {
		return false;
	}

	@Override
	long uses(long calls, long tokens) {
		return 0;
	}

	@Override
	Number limit(BigDecimal figure) {
		return figure.doubleValue();
	}

}
