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

package dev.lumoauth.mcpserver.finance;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A figure that the data set has for each company and quarter.
 */
enum Metric {

	REVENUE("Revenue", Unit.MILLION_DOLLARS),

	EBITDA("EBITDA", Unit.MILLION_DOLLARS),

	OPERATING_INCOME("Operating income", Unit.MILLION_DOLLARS),

	NET_INCOME("Net income", Unit.MILLION_DOLLARS),

	GROSS_MARGIN("Gross margin", Unit.PERCENT),

	FREE_CASH_FLOW("Free cash flow", Unit.MILLION_DOLLARS),

	CAPITAL_EXPENDITURE("Capital expenditure", Unit.MILLION_DOLLARS),

	HEADCOUNT("Headcount", Unit.PEOPLE);

	private final String title;

	private final Unit unit;

	Metric(String title, Unit unit) {
		this.title = title;
		this.unit = unit;
	}

	/**
	 * Finds a metric. The case of the name does not matter, and neither do the characters
	 * between its words.
	 * @param name the name as a model writes it
	 * @return the metric, or nothing if there is none with that name
	 */
	static Optional<Metric> find(String name) {
		String letters = letters(name);
		return Arrays.stream(values()).filter((metric) -> letters(metric.title).equals(letters)).findFirst();
	}

	/** Whether the metric is a part of the revenue, so that a margin can be computed. */
	boolean isProfit() {
		return this == EBITDA || this == OPERATING_INCOME || this == NET_INCOME;
	}

	/** The name of the metric's column in the data set. */
	String column() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	String title() {
		return this.title;
	}

	String format(BigDecimal value) {
		return switch (this.unit) {
			case MILLION_DOLLARS -> ((value.signum() < 0) ? "-$" : "$")
					+ value.abs().setScale(1, RoundingMode.HALF_UP).toPlainString() + "M";
			case PERCENT -> value.toPlainString() + " percent";
			case PEOPLE -> value.toPlainString();
		};
	}

	private static String letters(String text) {
		return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
	}

	private enum Unit {

		MILLION_DOLLARS, PERCENT, PEOPLE

	}

}
