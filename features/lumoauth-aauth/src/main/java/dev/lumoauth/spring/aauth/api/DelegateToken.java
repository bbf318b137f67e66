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

package dev.lumoauth.spring.aauth.api;

import java.time.Instant;

/**
 * An agent token ({@code agent+jwt}) that LumoAuth issued to a delegate of the agent.
 *
 * @param value the token in its compact form
 * @param expiresAt when it expires
 * @since 0.1.0
 */
public record DelegateToken(String value, Instant expiresAt) {

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "DelegateToken[expiresAt=" + this.expiresAt + "]";
	}

}
