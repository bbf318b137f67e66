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

package dev.lumoauth.spring.token.cache;

import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;

/**
 * The status of a token in memory, without the token.
 *
 * @param grant how the token was requested
 * @param target the server for which the token was exchanged: its id or its address;
 * {@code null} if it is the agent's own token
 * @param onBehalf whether the agent uses the token to act for another party
 * @param scopes the scopes that LumoAuth granted, as far as it named them
 * @param expiresAt when the token expires
 * @param state whether the token has to be renewed soon
 * @since 0.1.0
 */
public record TokenStatus(AuthorizationGrantType grant, @Nullable String target, boolean onBehalf, Set<String> scopes,
		Instant expiresAt, State state) {

	/**
	 * Return whether this is the agent's own token.
	 * @return {@code false} if the token is for another server, or on another party's
	 * behalf
	 */
	public boolean isOwn() {
		return this.target == null;
	}

	/**
	 * How long the token is valid.
	 */
	public enum State {

		/**
		 * Valid for a while.
		 */
		FRESH,

		/**
		 * Valid, and the next use renews it.
		 */
		DUE,

		/**
		 * Valid, and being renewed.
		 */
		RENEWING,

		/**
		 * Valid, but the renewal failed; the renewal is tried again after a wait.
		 */
		RENEWAL_FAILED

	}

}
