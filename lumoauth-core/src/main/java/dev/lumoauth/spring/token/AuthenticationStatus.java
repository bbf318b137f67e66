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

import org.jspecify.annotations.Nullable;

/**
 * What came of the last time that an agent had to prove to LumoAuth who it is.
 *
 * @param method the way in which it does so, such as {@code private_key_jwt} (RFC 7591
 * section 2) or {@code workload_identity}
 * @param outcome what came of it
 * @param at when; {@code null} if it has not happened yet
 * @param reason why it failed, as a code such as {@code invalid_client}; {@code null} if
 * it did not
 * @since 0.1.0
 */
public record AuthenticationStatus(String method, Outcome outcome, @Nullable Instant at, @Nullable String reason) {

	/**
	 * What came of it.
	 */
	public enum Outcome {

		/**
		 * Nothing has been asked yet.
		 */
		NONE,

		/**
		 * LumoAuth accepted it.
		 */
		ACCEPTED,

		/**
		 * LumoAuth did not accept it, or gave the agent no token.
		 */
		REFUSED,

		/**
		 * LumoAuth gave no answer, or the platform gave no token to show.
		 */
		UNAVAILABLE

	}

}
