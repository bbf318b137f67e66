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

package dev.lumoauth.spring.token;

import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What there is to know of a token in memory, except the token.
 *
 * @param grant how it was asked for
 * @param target for which server it was exchanged: its id or its address; {@code null} if
 * it is the agent's own
 * @param onBehalf whether the agent acts for another with it
 * @param scopes what LumoAuth granted with it, as far as it said
 * @param expiresAt when it ends
 * @param state whether it is good for a while
 * @since 0.1.0
 */
public record TokenStatus(TokenObservationContext.Grant grant, @Nullable String target, boolean onBehalf,
		Set<String> scopes, Instant expiresAt, State state) {

	/**
	 * Return whether the token was exchanged.
	 * @return {@code false} if it is the agent's own
	 */
	public boolean isExchanged() {
		return this.grant == TokenObservationContext.Grant.TOKEN_EXCHANGE;
	}

	/**
	 * How long it is good for.
	 */
	public enum State {

		/**
		 * Good for a while.
		 */
		FRESH,

		/**
		 * Good, and to be renewed by the next who needs it.
		 */
		DUE,

		/**
		 * Good, and being renewed.
		 */
		RENEWING,

		/**
		 * Good, though it could not be renewed; tried again after a wait.
		 */
		RENEWAL_FAILED

	}

}
