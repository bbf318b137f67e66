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
 * LumoAuth understood the request and refused it: HTTP 403, or a definitive OAuth 2.0
 * error such as {@code invalid_target} (RFC 8707 section 2). Asking again does not help.
 *
 * @since 0.1.0
 */
public class LumoAuthDeniedException extends LumoAuthException {

	private final String errorCode;

	public LumoAuthDeniedException(String message, String errorCode, @Nullable Throwable cause) {
		super(message, cause);
		this.errorCode = errorCode;
	}

	/**
	 * Return LumoAuth's error code.
	 * @return the code, such as {@code invalid_target} or {@code insufficient_scope}; an
	 * open set
	 */
	public String getErrorCode() {
		return this.errorCode;
	}

}
