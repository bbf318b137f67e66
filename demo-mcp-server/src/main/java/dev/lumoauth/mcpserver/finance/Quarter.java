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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The figures of one company in one quarter.
 *
 * @param company the company's name
 * @param period the quarter's name, such as {@code Q3}
 * @param figures a value for each metric
 */
record Quarter(String company, String period, Map<Metric, BigDecimal> figures) {

	/**
	 * Reads a line of the data set.
	 * @param columns the names of the columns
	 * @param line the line
	 * @return the quarter
	 * @throws IllegalArgumentException if a value is missing or is not a number
	 */
	static Quarter parse(List<String> columns, String line) {
		List<String> cells = List.of(line.split(",", -1));
		if (cells.size() != columns.size()) {
			throw new IllegalArgumentException("Not %d values: %s".formatted(columns.size(), line));
		}
		Map<Metric, BigDecimal> figures = new EnumMap<>(Metric.class);
		for (Metric metric : Metric.values()) {
			figures.put(metric, new BigDecimal(cell(columns, cells, metric.column())));
		}
		return new Quarter(cell(columns, cells, "company"), cell(columns, cells, "period"), Map.copyOf(figures));
	}

	BigDecimal value(Metric metric) {
		return Optional.ofNullable(this.figures.get(metric)).orElseThrow();
	}

	private static String cell(List<String> columns, List<String> cells, String column) {
		int index = columns.indexOf(column);
		if (index < 0) {
			throw new IllegalArgumentException("There is no column " + column);
		}
		return cells.get(index).strip();
	}

}
