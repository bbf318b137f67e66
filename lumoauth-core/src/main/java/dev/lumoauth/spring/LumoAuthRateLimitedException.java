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

package dev.lumoauth.spring;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * LumoAuth limits the rate of requests and answers no further ones for a while (HTTP 429,
 * other than {@code budget_exceeded}).
 *
 * @since 0.1.0
 */
public class LumoAuthRateLimitedException extends LumoAuthUnavailableException {

	private final @Nullable Duration retryAfter;

	public LumoAuthRateLimitedException(String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
		super(message, cause);
		this.retryAfter = retryAfter;
	}

	/**
	 * Return how long LumoAuth asked to wait, from now ({@code Retry-After}, RFC 9110
	 * section 10.2.3; the body's {@code retry_after}; {@code X-RateLimit-Reset}).
	 * @return the wait, or {@code null} if LumoAuth named none
	 */
	public @Nullable Duration getRetryAfter() {
		return this.retryAfter;
	}

}
