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

package dev.lumoauth.spring.token.grant;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The result of an agent's last authentication at LumoAuth.
 *
 * @param method the authentication method, such as {@code private_key_jwt} (RFC 7591
 * section 2), or that of a feature
 * @param outcome the outcome
 * @param at the time; {@code null} if the agent has not authenticated yet
 * @param reason why the authentication failed, as a code such as {@code invalid_client};
 * {@code null} if it did not fail
 * @since 0.1.0
 */
public record AuthenticationStatus(String method, Outcome outcome, @Nullable Instant at, @Nullable String reason) {

	/**
	 * The outcomes.
	 */
	public enum Outcome {

		/**
		 * No request has been sent yet.
		 */
		NONE,

		/**
		 * LumoAuth accepted the agent's proof.
		 */
		ACCEPTED,

		/**
		 * LumoAuth did not accept the agent's proof, or gave the agent no token.
		 */
		REFUSED,

		/**
		 * LumoAuth gave no answer, or the platform gave no token to present.
		 */
		UNAVAILABLE

	}

}
