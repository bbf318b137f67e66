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

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * LumoAuth answered that it can't do something at the moment, and may have said why and
 * for how long (HTTP 5xx, RFC 9110 section 10.2.3).
 *
 * @since 0.1.0
 */
public class TemporaryFailureException extends LumoAuthUnavailableException {

	private final @Nullable String errorCode;

	private final @Nullable Duration retryAfter;

	TemporaryFailureException(String message, boolean unreachable, @Nullable String errorCode,
			@Nullable Duration retryAfter) {
		super(message, null, unreachable);
		this.errorCode = errorCode;
		this.retryAfter = retryAfter;
	}

	/**
	 * Return LumoAuth's error code.
	 * @return the code, or {@code null} if there was none
	 */
	public @Nullable String getErrorCode() {
		return this.errorCode;
	}

	/**
	 * Return how long to wait.
	 * @return the wait, or {@code null} if none was named
	 */
	public @Nullable Duration getRetryAfter() {
		return this.retryAfter;
	}

}
