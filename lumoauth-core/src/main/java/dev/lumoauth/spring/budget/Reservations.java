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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The reservations of calls in progress. Not thread-safe.
 * <p>
 * A reservation that is never ended, because its caller never learns of the call's end,
 * is dropped after ten minutes. Otherwise it would reduce the budget as long as the
 * application runs.
 */
final class Reservations {

	static final Duration LONGEST = Duration.ofMinutes(10);

	/**
	 * In the order they were made.
	 */
	private final Set<Reservation> open = new LinkedHashSet<>();

	private long tokens;

	void add(Reservation reservation) {
		if (reservation.tokens() > 0) {
			this.open.add(reservation);
			this.tokens += reservation.tokens();
		}
	}

	void remove(Reservation reservation) {
		if (this.open.remove(reservation)) {
			this.tokens -= reservation.tokens();
		}
	}

	/**
	 * Return the number of reserved tokens.
	 * @param now the time
	 * @param except a reservation to leave out, if it is open
	 * @return the tokens
	 */
	long tokens(Instant now, @Nullable Reservation except) {
		List<Reservation> overdue = new ArrayList<>();
		for (Reservation reservation : this.open) {
			if (!reservation.madeAt().plus(LONGEST).isBefore(now)) {
				break;
			}
			overdue.add(reservation);
		}
		overdue.forEach(this::remove);
		return this.tokens - ((except != null && this.open.contains(except)) ? except.tokens() : 0);
	}

}
