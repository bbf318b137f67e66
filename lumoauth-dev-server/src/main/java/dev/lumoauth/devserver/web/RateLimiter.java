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

package dev.lumoauth.devserver.web;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Permits a number of requests for each key and minute of the clock.
 *
 * @since 0.1.0
 */
public class RateLimiter {

	private static final int MAX_KEYS = 1_000;

	private final int limit;

	private final Clock clock;

	private final Map<String, Window> windows = new LinkedHashMap<>();

	/**
	 * Creates a limiter.
	 * @param limit the number of requests, 0 for no limit
	 * @param clock the clock
	 */
	public RateLimiter(int limit, Clock clock) {
		this.limit = limit;
		this.clock = clock;
	}

	/**
	 * Counts a request, and sets the {@code X-RateLimit-*} headers of its answer.
	 * @param key the key to limit
	 * @param response the answer
	 * @return {@code null} if the request is permitted, otherwise the error answer
	 */
	public @Nullable ErrorAnswer refuse(String key, HttpServletResponse response) {
		if (this.limit == 0) {
			return null;
		}
		Instant now = this.clock.instant();
		Instant end = now.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
		int count = count(key, end);
		response.setHeader("X-RateLimit-Limit", String.valueOf(this.limit));
		response.setHeader("X-RateLimit-Remaining", String.valueOf(Math.max(0, this.limit - count)));
		response.setHeader("X-RateLimit-Reset", String.valueOf(end.getEpochSecond()));
		if (count <= this.limit) {
			return null;
		}
		long wait = Math.max(1, (long) Math.ceil(now.until(end, ChronoUnit.MILLIS) / 1000.0));
		return ErrorAnswer
			.oauth(HttpStatus.TOO_MANY_REQUESTS, "too_many_requests",
					"More than %d requests in a minute".formatted(this.limit))
			.withEntry("retry_after", wait)
			.with(HttpHeaders.RETRY_AFTER, String.valueOf(wait));
	}

	private synchronized int count(String key, Instant end) {
		Window window = this.windows.get(key);
		if (window == null || !window.end.equals(end)) {
			this.windows.remove(key);
			this.windows.values().removeIf((other) -> !other.end.equals(end));
			if (this.windows.size() >= MAX_KEYS) {
				this.windows.remove(this.windows.keySet().iterator().next());
			}
			window = new Window(end);
			this.windows.put(key, window);
		}
		return ++window.count;
	}

	private static final class Window {

		private final Instant end;

		private int count;

		private Window(Instant end) {
			this.end = end;
		}

	}

}
