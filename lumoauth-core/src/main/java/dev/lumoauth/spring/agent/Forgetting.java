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

package dev.lumoauth.spring.agent;

import dev.lumoauth.spring.revocation.Revocation;

/**
 * A part of an agent that remembers something: answers, tokens, sessions.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Forgetting {

	/**
	 * Forget everything, as after a start of the application. The answer to a request in
	 * progress is not remembered either.
	 */
	void forget();

	/**
	 * Forget what LumoAuth has revoked. Called on the thread that received the event, so
	 * this method must not block. A part that can't tell what is affected forgets
	 * everything, which is the default.
	 * @param revocation what was revoked, and from whom
	 */
	default void forget(Revocation revocation) {
		forget();
	}

}
