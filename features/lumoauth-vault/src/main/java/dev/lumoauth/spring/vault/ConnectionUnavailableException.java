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

package dev.lumoauth.spring.vault;

import java.time.Duration;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * LumoAuth can't get a token of a third party at the moment: {@code refresh_in_progress}
 * or {@code provider_unavailable}. The token was not denied.
 *
 * @since 0.1.0
 */
public class ConnectionUnavailableException extends LumoAuthUnavailableException {

	private final String connection;

	private final @Nullable String errorCode;

	private final @Nullable Duration retryAfter;

	/**
	 * Create the exception.
	 * @param connection the name of the connection
	 * @param errorCode what {@link #getErrorCode()} returns
	 * @param retryAfter what {@link #getRetryAfter()} returns
	 * @param cause the error that LumoAuth answered with
	 */
	public ConnectionUnavailableException(String connection, @Nullable String errorCode, @Nullable Duration retryAfter,
			LumoAuthUnavailableException cause) {
		super("There is no token of connection '" + connection + "' for the time being"
				+ ((errorCode != null) ? " (" + errorCode + ")" : ""), cause, cause.isUnreachable());
		this.connection = connection;
		this.errorCode = errorCode;
		this.retryAfter = retryAfter;
	}

	/**
	 * Return the connection that is unavailable.
	 * @return its name under {@code lumoauth.connections}
	 */
	public String getConnection() {
		return this.connection;
	}

	/**
	 * Return LumoAuth's error code.
	 * @return the code, or {@code null} if there was none
	 */
	public @Nullable String getErrorCode() {
		return this.errorCode;
	}

	/**
	 * Return how long LumoAuth asked to wait, from the time of the request
	 * ({@code Retry-After}). Until then LumoAuth is not asked again.
	 * @return the wait, or {@code null} if LumoAuth named none
	 */
	public @Nullable Duration getRetryAfter() {
		return this.retryAfter;
	}

}
