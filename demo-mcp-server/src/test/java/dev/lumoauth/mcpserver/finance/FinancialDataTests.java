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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FinancialData}.
 */
class FinancialDataTests {

	private final FinancialData data;

	FinancialDataTests() throws IOException {
		this.data = new FinancialData();
	}

	@Test
	void answersWithAcmesLastQuarterUnlessAskedForAnother() {
		assertThat(this.data.answer("EBITDA", null, null))
			.isEqualTo("Q3 EBITDA: $1.2M (Q2: $1.0M), a margin of 24 percent");
		assertThat(this.data.answer("EBITDA", " ", "")).isEqualTo(this.data.answer("EBITDA", "Acme", "Q3"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			revenue             | Q3 Revenue: $5.0M (Q2: $4.4M), 13.6 percent more than in Q2
			Operating Income    | Q3 Operating income: $1.0M (Q2: $0.8M), a margin of 20 percent
			net-income          | Q3 Net income: $0.8M (Q2: $0.6M), a margin of 16 percent
			gross_margin        | Q3 Gross margin: 61 percent (Q2: 59 percent)
			freeCashFlow        | Q3 Free cash flow: $0.7M (Q2: $0.8M)
			CAPITAL EXPENDITURE | Q3 Capital expenditure: $0.3M (Q2: $0.2M)
			headcount           | Q3 Headcount: 84 (Q2: 79)
			""")
	void knowsEachMetricHoweverItIsWritten(String metric, String answer) {
		assertThat(this.data.answer(metric, null, null)).isEqualTo(answer);
	}

	@Test
	void namesACompanyThatIsNotTheFirst() {
		assertThat(this.data.answer("revenue", "initech", null))
			.isEqualTo("Initech Q3 Revenue: $8.8M (Q2: $9.2M), 4.3 percent less than in Q2");
		assertThat(this.data.answer("net income", "Initech", "Q3")).contains(": -$0.1M (").contains("of -1.1 percent");
	}

	@Test
	void hasNothingToCompareTheFirstQuarterWith() {
		assertThat(this.data.answer("EBITDA", null, "q1")).isEqualTo("Q1 EBITDA: $0.9M, a margin of 22 percent");
		assertThat(this.data.answer("Revenue", null, "Q1")).isEqualTo("Q1 Revenue: $4.1M");
	}

	@Test
	void saysWhatThereIsToAskFor() {
		assertThat(this.data.answer("Luck", null, null)).isEqualTo("There is no metric 'Luck'. Known are: Revenue, "
				+ "EBITDA, Operating income, Net income, Gross margin, Free cash flow, Capital expenditure, "
				+ "Headcount.");
		assertThat(this.data.answer("EBITDA", "Umbrella", null))
			.isEqualTo("There is no company 'Umbrella'. Known are: Acme, Globex, Initech, Hooli.");
		assertThat(this.data.answer("EBITDA", "Globex", "Q4"))
			.isEqualTo("There is no period 'Q4'. Known are: Q1, Q2, Q3.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "   ", "???" })
	void takesNoNameForNoMetric(String metric) {
		assertThat(this.data.answer(metric, null, null)).startsWith("There is no metric '");
	}

	@Test
	void repeatsOnlyTheBeginningOfWhatWasAsked() {
		assertThat(this.data.answer("x".repeat(5000), null, null)).hasSizeLessThan(300).contains("Known are: Revenue");
	}

}
