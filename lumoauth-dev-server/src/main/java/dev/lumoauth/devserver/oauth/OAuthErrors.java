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

import java.io.IOException;

import dev.lumoauth.devserver.dpop.DpopProofs;
import dev.lumoauth.devserver.web.ErrorAnswer;
import dev.lumoauth.devserver.web.RequestLog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.util.StringUtils;

/**
 * Answers failures of the OAuth endpoints (RFC 6749, section 5.2), with LumoAuth's own
 * codes and their status.
 */
final class OAuthErrors implements AuthenticationFailureHandler, AuthenticationEntryPoint {

	static final String CAPABILITY_DENIED = "capability_denied";

	static final String DELEGATION_DEPTH_EXCEEDED = "delegation_depth_exceeded";

	static final String DELEGATION_NOT_ALLOWED = "delegation_not_allowed";

	static final String INVALID_TARGET = "invalid_target";

	static final String WORKLOAD_IDENTITY_FAILED = "workload_identity_failed";

	static OAuth2AuthenticationException error(String code, String description) {
		return new OAuth2AuthenticationException(new OAuth2Error(code, description, null), description);
	}

	@Override
	public void onAuthenticationFailure(HttpServletRequest request, HttpServletResponse response,
			AuthenticationException exception) throws IOException {
		OAuth2Error error = (exception instanceof OAuth2AuthenticationException oauth) ? oauth.getError()
				: new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST);
		write(request, response, error);
	}

	/**
	 * Answers a request without client authentication.
	 */
	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
			throws IOException {
		write(request, response,
				new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT, "Client authentication is missing", null));
	}

	private void write(HttpServletRequest request, HttpServletResponse response, OAuth2Error error) throws IOException {
		String code = error.getErrorCode();
		String description = OAuth2ErrorCodes.INVALID_GRANT.equals(code) ? InvalidGrant.describe(error, request)
				: error.getDescription();
		ErrorAnswer answer = ErrorAnswer.oauth(status(code), code,
				StringUtils.hasText(description) ? description : code.replace('_', ' '));
		if (DELEGATION_DEPTH_EXCEEDED.equals(code)) {
			answer = answer.withEntry("max_depth", ActorChain.MAX_DEPTH);
		}
		String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
		if (answer.status() == HttpStatus.UNAUTHORIZED && authorization != null) {
			answer = answer.with(HttpHeaders.WWW_AUTHENTICATE, challenge(authorization, code));
		}
		RequestLog.note(request, code);
		answer.writeTo(response);
	}

	private static String challenge(String authorization, String code) {
		if (authorization.regionMatches(true, 0, "DPoP", 0, 4)) {
			return "DPoP error=\"%s\"".formatted(DpopProofs.USE_NONCE.equals(code) ? code : "invalid_token");
		}
		return authorization.regionMatches(true, 0, "Bearer", 0, 6) ? "Bearer" : "Basic";
	}

	private static HttpStatus status(String code) {
		return switch (code) {
			case OAuth2ErrorCodes.INVALID_CLIENT, WORKLOAD_IDENTITY_FAILED, DpopProofs.USE_NONCE ->
				HttpStatus.UNAUTHORIZED;
			case CAPABILITY_DENIED, DELEGATION_DEPTH_EXCEEDED, DELEGATION_NOT_ALLOWED -> HttpStatus.FORBIDDEN;
			default -> HttpStatus.BAD_REQUEST;
		};
	}

}
