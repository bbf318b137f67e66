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
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The period of a limit, after which it starts at zero again: a unit of the UTC calendar.
 * Ordered from the shortest to the longest.
 */
enum BudgetPeriod {

	MINUTE(ChronoUnit.MINUTES),

	HOUR(ChronoUnit.HOURS),

	DAY(ChronoUnit.DAYS),

	MONTH(ChronoUnit.MONTHS);

	private final ChronoUnit unit;

	BudgetPeriod(ChronoUnit unit) {
		this.unit = unit;
	}

	/**
	 * Return the beginning of the period that contains a time.
	 */
	Instant startOf(Instant time) {
		return start(time).toInstant();
	}

	/**
	 * Return the beginning of the next period after a time.
	 */
	Instant endOf(Instant time) {
		return start(time).plus(1, this.unit).toInstant();
	}

	/**
	 * Return whether a time is still in the period of an earlier one. A clock that is set
	 * back does not leave it.
	 */
	boolean lasts(Instant since, Instant now) {
		return now.isBefore(endOf(since));
	}

	BudgetPeriod atMostADay() {
		return (compareTo(DAY) < 0) ? this : DAY;
	}

	private OffsetDateTime start(Instant time) {
		OffsetDateTime utc = time.atOffset(ZoneOffset.UTC);
		// A month has no length that a time could be truncated to.
		return (this != MONTH) ? utc.truncatedTo(this.unit) : utc.withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS);
	}

}
