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

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Whether an endpoint of LumoAuth may be asked now.
 *
 * @param endpoint the endpoint, as {@link LumoAuthAddresses#nameOf} names it
 * @param breaker the circuit breaker: whether no requests are sent to the endpoint
 * because it failed
 * @param failures how many requests in a row have failed
 * @param openUntil when the endpoint may be asked again; {@code null} if the breaker is
 * closed
 * @param rateLimitedUntil until when the endpoint asked to wait; {@code null} if it did
 * not
 * @since 0.1.0
 */
public record EndpointState(String endpoint, Breaker breaker, int failures, @Nullable Instant openUntil,
		@Nullable Instant rateLimitedUntil) {

	boolean isQuiet() {
		return this.failures == 0 && this.rateLimitedUntil == null;
	}

	/**
	 * The states of the circuit breaker of an endpoint.
	 */
	public enum Breaker {

		/**
		 * Requests are sent.
		 */
		CLOSED,

		/**
		 * The endpoint has failed several times in a row, and no requests are sent.
		 */
		OPEN,

		/**
		 * One call is sent as a probe, or the next one will be; its answer decides.
		 */
		HALF_OPEN

	}

}
