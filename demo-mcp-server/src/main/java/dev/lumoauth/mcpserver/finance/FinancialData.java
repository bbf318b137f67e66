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

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * A small data set of fictitious companies, read from {@code financial-data.csv}. If the
 * data set has no answer, the result lists what is known, because the caller is a model
 * that can ask again.
 */
@Component
class FinancialData {

	private static final String FILE = "financial-data.csv";

	/** The maximum length of a model's text that is repeated in an answer. */
	private static final int MAX_ECHO = 60;

	/** In the order of the file. The quarters of a company are in chronological order. */
	private final List<Quarter> quarters;

	FinancialData() throws IOException {
		List<String> lines = new ClassPathResource(FILE).getContentAsString(StandardCharsets.UTF_8)
			.lines()
			.filter((line) -> !line.isBlank() && !line.startsWith("#"))
			.toList();
		List<String> columns = List.of(lines.get(0).split(","));
		this.quarters = lines.stream().skip(1).map((line) -> Quarter.parse(columns, line)).toList();
	}

	/**
	 * Returns a figure in one sentence.
	 * @param metric the name of the metric, such as {@code EBITDA}
	 * @param company the company's name, or nothing for the first company of the data set
	 * @param period the quarter's name, such as {@code Q3}, or nothing for the company's
	 * latest quarter
	 * @return the figure, the figure of the quarter before, and the comparison; or a list
	 * of what the caller can ask for
	 */
	String answer(String metric, @Nullable String company, @Nullable String period) {
		Optional<Metric> known = Metric.find(metric);
		if (known.isEmpty()) {
			return unknown("metric", metric, Stream.of(Metric.values()).map(Metric::title));
		}
		String home = this.quarters.get(0).company();
		List<Quarter> of = of(StringUtils.hasText(company) ? company.strip() : home);
		if (of.isEmpty()) {
			return unknown("company", String.valueOf(company), this.quarters.stream().map(Quarter::company));
		}
		int index = StringUtils.hasText(period) ? indexOf(of, period) : of.size() - 1;
		if (index < 0) {
			return unknown("period", String.valueOf(period), of.stream().map(Quarter::period));
		}
		Quarter quarter = of.get(index);
		String subject = quarter.company().equals(home) ? "" : quarter.company() + " ";
		return subject + sentence(known.get(), quarter, (index > 0) ? of.get(index - 1) : null);
	}

	private List<Quarter> of(String company) {
		return this.quarters.stream().filter((quarter) -> quarter.company().equalsIgnoreCase(company)).toList();
	}

	private static int indexOf(List<Quarter> quarters, String period) {
		List<String> periods = quarters.stream().map(Quarter::period).toList();
		return periods.indexOf(period.strip().toUpperCase(Locale.ROOT));
	}

	private static String sentence(Metric metric, Quarter quarter, @Nullable Quarter before) {
		StringBuilder sentence = new StringBuilder(
				"%s %s: %s".formatted(quarter.period(), metric.title(), metric.format(quarter.value(metric))));
		if (before != null) {
			sentence.append(" (%s: %s)".formatted(before.period(), metric.format(before.value(metric))));
		}
		BigDecimal revenue = quarter.value(Metric.REVENUE);
		if (metric.isProfit()) {
			sentence.append(", a margin of %s percent".formatted(percent(quarter.value(metric), revenue)));
		}
		if (metric == Metric.REVENUE && before != null) {
			BigDecimal old = before.value(Metric.REVENUE);
			BigDecimal change = revenue.subtract(old);
			sentence.append(", %s percent %s than in %s".formatted(percent(change.abs(), old),
					(change.signum() < 0) ? "less" : "more", before.period()));
		}
		return sentence.toString();
	}

	private static String percent(BigDecimal part, BigDecimal whole) {
		return part.movePointRight(2).divide(whole, 1, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
	}

	private static String unknown(String what, String asked, Stream<String> known) {
		return "There is no %s '%s'. Known are: %s.".formatted(what, StringUtils.truncate(asked.strip(), MAX_ECHO),
				known.distinct().collect(Collectors.joining(", ")));
	}

}
