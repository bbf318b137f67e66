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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BudgetPeriod}.
 */
class BudgetPeriodTests {

	@ParameterizedTest
	@CsvSource({ "MINUTE, 2026-03-01T10:15:42.5Z, 2026-03-01T10:15:00Z, 2026-03-01T10:16:00Z",
			"HOUR,   2026-03-01T23:15:42Z,   2026-03-01T23:00:00Z, 2026-03-02T00:00:00Z",
			"DAY,    2026-02-28T10:15:42Z,   2026-02-28T00:00:00Z, 2026-03-01T00:00:00Z",
			"MONTH,  2026-03-01T00:00:00Z,   2026-03-01T00:00:00Z, 2026-04-01T00:00:00Z",
			"MONTH,  2026-01-31T23:59:59.9Z, 2026-01-01T00:00:00Z, 2026-02-01T00:00:00Z",
			"MONTH,  2028-02-29T10:15:42Z,   2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
			"MONTH,  2026-12-31T10:15:42Z,   2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z" })
	void endsAtTheNextBorderOfUtcsCalendar(BudgetPeriod period, Instant time, Instant start, Instant end) {
		assertThat(period.startOf(time)).isEqualTo(start);
		assertThat(period.endOf(time)).isEqualTo(end);
		assertThat(period.lasts(time, end.minusNanos(1))).isTrue();
		assertThat(period.lasts(time, end)).isFalse();
	}

	@Test
	void aClockThatIsSetBackDoesNotLeaveThePeriod() {
		assertThat(
				BudgetPeriod.MONTH.lasts(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-02-28T23:59:59Z")))
			.isTrue();
	}

}
