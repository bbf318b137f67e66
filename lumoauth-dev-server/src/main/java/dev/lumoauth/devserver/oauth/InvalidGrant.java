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

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Error;

/**
 * Describes the error of a code or a refresh token. Spring Authorization Server calls a
 * wrong code a failure of client authentication, or gives no description.
 */
final class InvalidGrant {

	private static final String PREFIX = "Client authentication failed: ";

	private InvalidGrant() {
	}

	static @Nullable String describe(OAuth2Error error, HttpServletRequest request) {
		String description = error.getDescription();
		String parameter = request.getParameter("grant_type");
		if (description != null) {
			if (!description.startsWith(PREFIX)) {
				return description;
			}
			parameter = description.substring(PREFIX.length());
		}
		return switch (String.valueOf(parameter)) {
			case "code" -> "The code is unknown or expired";
			case "code_verifier" -> "The code_verifier is missing, or doesn't match the login's code_challenge";
			case "code_challenge" -> "The login had no code_challenge, so there can be no code_verifier";
			case "authorization_code" ->
				"The code was already used, is another client's, or the login had another redirect_uri";
			case "refresh_token" -> "The refresh_token is unknown, expired, already used or another client's";
			default -> description;
		};
	}

}
