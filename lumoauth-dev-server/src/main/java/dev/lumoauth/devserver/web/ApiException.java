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

package dev.lumoauth.devserver.web;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.http.HttpStatus;

/**
 * An error answer, in one of the shapes that LumoAuth uses.
 *
 * @since 0.1.0
 */
public final class ApiException extends RuntimeException {

	private final transient ErrorAnswer answer;

	private ApiException(ErrorAnswer answer) {
		super(answer.status() + " " + answer.body());
		this.answer = answer;
	}

	/**
	 * The shape of the OAuth endpoints (RFC 6749, section 5.2).
	 * @param status the status
	 * @param error the error code
	 * @param description the description
	 * @return the exception to throw
	 */
	public static ApiException oauth(HttpStatus status, String error, String description) {
		return new ApiException(ErrorAnswer.oauth(status, error, description));
	}

	/**
	 * The shape of the other resources.
	 * @param status the status
	 * @param error the error code
	 * @param message the message
	 * @return the exception to throw
	 */
	public static ApiException api(HttpStatus status, String error, String message) {
		return new ApiException(ErrorAnswer.api(status, error, message));
	}

	/**
	 * The shape of the authz resources, in which {@code error} is the text.
	 * @param status the status
	 * @param code the error code
	 * @param text the text
	 * @return the exception to throw
	 */
	public static ApiException authz(HttpStatus status, String code, String text) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("error", text);
		body.put("code", code);
		return new ApiException(new ErrorAnswer(status, body, Map.of()));
	}

	/**
	 * An answer that was made elsewhere.
	 * @param answer the answer
	 * @return the exception to throw
	 */
	public static ApiException of(ErrorAnswer answer) {
		return new ApiException(answer);
	}

	/**
	 * Returns this exception with a header for the answer.
	 * @param name the header's name
	 * @param value the header's value
	 * @return the exception to throw
	 */
	public ApiException with(String name, String value) {
		return new ApiException(this.answer.with(name, value));
	}

	public ErrorAnswer answer() {
		return this.answer;
	}

}
