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

package dev.lumoauth.spring;

import org.jspecify.annotations.Nullable;

/**
 * LumoAuth gave no valid answer: it was not reached, did not answer in time, failed, or
 * returned an invalid response. This never counts as an allow. The subclasses say more;
 * catching this exception covers all these cases.
 *
 * @since 0.1.0
 */
public class LumoAuthUnavailableException extends LumoAuthException {

	private final boolean unreachable;

	public LumoAuthUnavailableException(String message, @Nullable Throwable cause) {
		this(message, cause, false);
	}

	/**
	 * Create the exception.
	 * @param message what happened, for people who run the application
	 * @param cause why, or {@code null}
	 * @param unreachable whether LumoAuth sent nothing that counts as its answer
	 */
	public LumoAuthUnavailableException(String message, @Nullable Throwable cause, boolean unreachable) {
		super(message, cause);
		this.unreachable = unreachable;
	}

	/**
	 * Return whether LumoAuth is out of reach: no connection, no complete answer, HTTP
	 * 5xx, or an endpoint that gets no requests for a moment because of such a failure.
	 * @return {@code false} if LumoAuth, or another server at its address, returned
	 * something, or if the cause is not LumoAuth, for instance because the caller was
	 * interrupted
	 */
	public boolean isUnreachable() {
		return this.unreachable;
	}

}
