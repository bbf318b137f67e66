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

package dev.lumoauth.spring.mcp.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import dev.lumoauth.spring.http.Excerpt;

/**
 * How many requests of each caller are in progress. One caller with many slow requests
 * would take the server's threads from all others.
 */
final class CallerRequests {

	private static final Log logger = LogFactory.getLog(CallerRequests.class);

	private final int max;

	private final Map<String, Integer> running = new ConcurrentHashMap<>();

	CallerRequests(int max) {
		this.max = max;
	}

	/**
	 * Begin a request.
	 * @return to be disposed of at its end; {@code null} if the caller has too many
	 */
	@Nullable Disposable begin(CallerAuthenticationToken caller) {
		String identity = caller.identity();
		if (this.running.merge(identity, 1, Integer::sum) > this.max) {
			end(identity);
			logger.warn(
					"Refused: request number %d at the same time of '%s' (lumoauth.mcp.server.max-requests-per-caller)"
						.formatted(this.max + 1, Excerpt.of(caller.getCaller().actors().toString())));
			return null;
		}
		return Disposables.composite(() -> end(identity));
	}

	private void end(String identity) {
		this.running.computeIfPresent(identity, (key, count) -> (count > 1) ? count - 1 : null);
	}

	McpVerdict.Answer tooMany() {
		return new McpVerdict.Answer(HttpStatus.TOO_MANY_REQUESTS.value(), Map.of(HttpHeaders.RETRY_AFTER, "1"),
				Map.of("error", "too_many_requests", "error_description",
						"This caller has %d requests in progress: wait until one of them ends".formatted(this.max)));
	}

}
