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

package dev.lumoauth.devserver.aauth;

import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * The error answers of AAuth. Errors that demand authentication contain AAuth's
 * challenge.
 */
final class AAuthErrors {

	static final String CHALLENGE_HEADER = "Agent-Auth";

	static final String CHALLENGE = "httpsig";

	private AAuthErrors() {
	}

	static ApiException invalidRequest(String description) {
		return badRequest("invalid_request", description);
	}

	static ApiException badRequest(String error, String description) {
		return error(HttpStatus.BAD_REQUEST, error, description);
	}

	static ApiException invalidSignature(String description) {
		return unauthorized("invalid_signature", description);
	}

	static ApiException notCovered(List<String> required) {
		return ApiException.of(invalidSignature("The signature does not cover everything that it has to cover").answer()
			.withEntry("required_components", required));
	}

	static ApiException unauthorized(String error, String description) {
		return error(HttpStatus.UNAUTHORIZED, error, description).with(CHALLENGE_HEADER, CHALLENGE);
	}

	static ApiException forbidden(String description) {
		return error(HttpStatus.FORBIDDEN, "access_denied", description);
	}

	/**
	 * The server's log contains the error too, because an agent's own log rarely contains
	 * more than the status.
	 */
	private static ApiException error(HttpStatus status, String error, String description) {
		if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
			RequestLog.note(attributes.getRequest(), error + ": " + description);
		}
		return ApiException.oauth(status, error, description);
	}

}
