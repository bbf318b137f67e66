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
 * LumoAuth does not accept the agent's credentials or its token (HTTP 401,
 * {@code invalid_client}). The message names the client id and the address, never the
 * secret.
 *
 * @since 0.1.0
 */
public class LumoAuthAuthenticationException extends LumoAuthUnavailableException {

	/**
	 * The code of a refused proof of possession (RFC 9449 section 5). The code says
	 * nothing about the agent's credentials or about the token that came with the proof.
	 */
	public static final String INVALID_DPOP_PROOF = "invalid_dpop_proof";

	private final @Nullable String errorCode;

	public LumoAuthAuthenticationException(String message, @Nullable Throwable cause) {
		this(message, null, cause);
	}

	/**
	 * Create the exception.
	 * @param message the message, without a secret
	 * @param errorCode what {@link #getErrorCode()} returns
	 * @param cause the cause, or {@code null}
	 */
	public LumoAuthAuthenticationException(String message, @Nullable String errorCode, @Nullable Throwable cause) {
		super(message, cause);
		this.errorCode = errorCode;
	}

	/**
	 * Return LumoAuth's error code, such as {@code invalid_client} (RFC 6749 section
	 * 5.2), {@code workload_identity_failed} or {@code attestation_rejected}.
	 * @return the code, or {@code null} if LumoAuth gave no known code
	 */
	public @Nullable String getErrorCode() {
		return this.errorCode;
	}

}
