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

package dev.lumoauth.devserver.oauth;

/**
 * An access token is not accepted by the resource to which it was sent.
 *
 * @since 0.1.0
 */
public class AccessTokenException extends Exception {

	private final String error;

	private final String challenge;

	AccessTokenException(String error, String message, String challenge) {
		super(message);
		this.error = error;
		this.challenge = challenge;
	}

	/**
	 * Returns the error code of RFC 6750, section 3.1, or RFC 9449, section 12.2.
	 * @return the code
	 */
	public String error() {
		return this.error;
	}

	/**
	 * Returns the description of the error.
	 * @return the description, without the token
	 */
	public String description() {
		return String.valueOf(getMessage());
	}

	/**
	 * Returns the value of the answer's header {@code WWW-Authenticate}.
	 * @return scheme and parameters
	 */
	public String challenge() {
		return this.challenge;
	}

}
