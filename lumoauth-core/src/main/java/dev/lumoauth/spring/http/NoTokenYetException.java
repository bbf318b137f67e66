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

import java.util.Set;

import dev.lumoauth.spring.LumoAuthDeniedException;

/**
 * The token endpoint has no token for a polling client: not yet, or not any more (RFC
 * 8628 section 3.5). This is an answer, not a failure.
 *
 * @since 0.1.0
 */
public final class NoTokenYetException extends LumoAuthDeniedException {

	/** Nobody has decided. */
	public static final String PENDING = "authorization_pending";

	/** Nobody has decided, and it was asked too soon. */
	public static final String SLOW_DOWN = "slow_down";

	/** The user has said no. */
	public static final String DENIED = "access_denied";

	/** Nobody has decided in time. */
	public static final String EXPIRED = "expired_token";

	static final Set<String> CODES = Set.of(PENDING, SLOW_DOWN, DENIED, EXPIRED);

	NoTokenYetException(String message, String errorCode) {
		super(message, errorCode, null);
	}

}
