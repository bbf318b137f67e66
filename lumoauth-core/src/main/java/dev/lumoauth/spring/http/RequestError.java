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

import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthRateLimitedException;

/**
 * A failed request to LumoAuth, as codes. It contains nothing that was sent, and no text
 * from the answer.
 *
 * @param at when the request failed
 * @param endpoint the endpoint, as {@link LumoAuthAddresses#nameOf} names it
 * @param code the kind of failure
 * @param error LumoAuth's error code if it is a registered one, such as
 * {@code invalid_target}; otherwise {@code null}
 * @param status the HTTP status, or {@code null} if there was no answer
 * @since 0.1.0
 */
public record RequestError(Instant at, String endpoint, Code code, @Nullable String error, @Nullable Integer status) {

	/**
	 * The kinds of failures.
	 */
	public enum Code {

		/**
		 * LumoAuth does not accept the agent's credentials, or its token.
		 */
		AUTHENTICATION,

		/**
		 * LumoAuth refused the request.
		 */
		DENIED,

		/**
		 * Too many requests.
		 */
		RATE_LIMITED,

		/**
		 * The agent's budget is spent.
		 */
		BUDGET_EXCEEDED,

		/**
		 * An invalid answer: malformed, too large, a redirect, an unknown address.
		 */
		PROTOCOL,

		/**
		 * No answer, or one that says that LumoAuth is unavailable.
		 */
		UNAVAILABLE;

		static Code of(LumoAuthException failure) {
			if (failure instanceof LumoAuthAuthenticationException) {
				return AUTHENTICATION;
			}
			if (failure instanceof LumoAuthDeniedException) {
				return DENIED;
			}
			if (failure instanceof LumoAuthRateLimitedException) {
				return RATE_LIMITED;
			}
			if (failure instanceof LumoAuthBudgetExceededException) {
				return BUDGET_EXCEEDED;
			}
			return (failure instanceof LumoAuthProtocolException) ? PROTOCOL : UNAVAILABLE;
		}

	}

}
