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

package dev.lumoauth.spring.http;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The time that a server asks to wait. Dates are compared with the server's own
 * {@code Date}, because this machine's clock may be wrong.
 */
final class RetryAfter {

	/** A century: more than any server means, and sums with it don't overflow. */
	private static final long MAX_SECONDS = Duration.ofDays(36_500).toSeconds();

	private RetryAfter() {
	}

	/**
	 * Return the wait by {@code Retry-After} in seconds or as a date (RFC 9110 section
	 * 10.2.3), the body's {@code retry_after} or {@code X-RateLimit-Reset} (Unix
	 * seconds), the first that is there.
	 */
	static @Nullable Duration of(ErrorAnswer answer, Clock clock) {
		HttpHeaders headers = answer.headers();
		Instant now = now(headers, clock);
		String header = headers.getFirst(HttpHeaders.RETRY_AFTER);
		Duration wait = (header != null) ? seconds(header.trim()) : null;
		if (wait == null && header != null) {
			wait = until(date(headers, HttpHeaders.RETRY_AFTER), now);
		}
		Object field = answer.fields().get("retry_after");
		if (wait == null && field != null) {
			wait = seconds(field.toString());
		}
		return (wait != null) ? wait : reset(headers, clock);
	}

	/**
	 * Return the time until the requests of a token count anew
	 * ({@code X-RateLimit-Reset}, in Unix seconds), or {@code null} if there is none.
	 */
	static @Nullable Duration reset(HttpHeaders headers, Clock clock) {
		String reset = headers.getFirst("X-RateLimit-Reset");
		Duration sinceEpoch = (reset != null) ? seconds(reset.trim()) : null;
		return until((sinceEpoch != null) ? Instant.EPOCH.plus(sinceEpoch) : null, now(headers, clock));
	}

	/**
	 * Return a wait for a message: in whole seconds, rounded up.
	 */
	static String text(Duration wait) {
		return wait.plusNanos(999_999_999).toSeconds() + " s";
	}

	private static Instant now(HttpHeaders headers, Clock clock) {
		Instant date = date(headers, HttpHeaders.DATE);
		return (date != null) ? date : clock.instant();
	}

	private static @Nullable Instant date(HttpHeaders headers, String name) {
		try {
			long millis = headers.getFirstDate(name);
			return (millis >= 0) ? Instant.ofEpochMilli(millis) : null;
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			return null;
		}
	}

	private static @Nullable Duration seconds(String text) {
		try {
			double seconds = Double.parseDouble(text);
			if (Double.isNaN(seconds)) {
				return null;
			}
			double bounded = Math.min(Math.max(seconds, 0), (double) MAX_SECONDS);
			return Duration.ofMillis((long) Math.ceil(bounded * 1000));
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private static @Nullable Duration until(@Nullable Instant end, Instant now) {
		if (end == null) {
			return null;
		}
		return end.isAfter(now) ? Duration.between(now, end) : Duration.ZERO;
	}

}
