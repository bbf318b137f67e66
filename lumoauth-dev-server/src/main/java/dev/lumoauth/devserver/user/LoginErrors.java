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

package dev.lumoauth.devserver.user;

import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.stream.Collectors;

import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.RequestLog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.util.StringUtils;

/**
 * Answers authorization requests that fail: with a redirect to the application if its
 * address is known (RFC 6749, section 4.1.2.1), otherwise with a page.
 */
public final class LoginErrors implements AuthenticationFailureHandler {

	private final LoginPage page;

	public LoginErrors(LoginPage page) {
		this.page = page;
	}

	@Override
	public void onAuthenticationFailure(HttpServletRequest request, HttpServletResponse response,
			AuthenticationException exception) throws IOException {
		OAuth2AuthorizationCodeRequestAuthenticationToken authorizationRequest = null;
		OAuth2Error error = new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST);
		if (exception instanceof OAuth2AuthorizationCodeRequestAuthenticationException failure) {
			authorizationRequest = failure.getAuthorizationCodeRequestAuthentication();
			error = failure.getError();
		}
		answer(request, response, error, authorizationRequest);
	}

	/**
	 * Answers with an error.
	 * @param authorizationRequest with a redirect URI only if that has been validated
	 */
	void answer(HttpServletRequest request, HttpServletResponse response, OAuth2Error error,
			@Nullable OAuth2AuthorizationCodeRequestAuthenticationToken authorizationRequest) throws IOException {
		RequestLog.note(request, error.getErrorCode());
		if (authorizationRequest == null || !StringUtils.hasText(authorizationRequest.getRedirectUri())) {
			this.page.writeError(response, HttpStatus.BAD_REQUEST, text(error) + hint(request, error));
			return;
		}
		LoginRedirect.send(request, response, authorizationRequest, "error", error.getErrorCode(), "error_description",
				text(error));
	}

	private static String text(OAuth2Error error) {
		String description = error.getDescription();
		return StringUtils.hasText(description)
				? description.replace("OAuth 2.0 Parameter: ", "Missing or wrong parameter: ")
				: error.getErrorCode().replace('_', ' ');
	}

	/** The registered URIs are no secret to an application on this machine. */
	private static String hint(HttpServletRequest request, OAuth2Error error) {
		if (!text(error).endsWith(": redirect_uri")) {
			return "";
		}
		Set<URI> registered = CurrentTenant.get().redirectUris(String.valueOf(request.getParameter("client_id")));
		return registered.isEmpty() ? ""
				: ". Sent was %s, registered: %s. The port matters except at a loopback IP address.".formatted(
						request.getParameter("redirect_uri"),
						registered.stream().map(URI::toString).sorted().collect(Collectors.joining(", ")));
	}

}
