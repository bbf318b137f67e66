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
import java.util.List;

import dev.lumoauth.devserver.web.RequestLog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.util.StringUtils;

/**
 * Answers a valid authorization request for which no user has been chosen yet: with the
 * login page, unless the application wants no page or the user declines.
 */
public final class LoginEntryPoint implements AuthenticationEntryPoint {

	/** The form's parameter for declining. */
	static final String DECLINE = "decline";

	private final LoginPage page;

	private final LoginErrors errors;

	public LoginEntryPoint(LoginPage page, LoginErrors errors) {
		this.page = page;
		this.errors = errors;
	}

	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
			throws IOException {
		// Spring Authorization Server sets it after it has validated the request.
		Object validated = request.getAttribute(OAuth2AuthorizationCodeRequestAuthenticationToken.class.getName());
		if (!(validated instanceof OAuth2AuthorizationCodeRequestAuthenticationToken authorizationRequest)) {
			this.errors.answer(request, response, new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST), null);
			return;
		}
		String prompt = String.valueOf(authorizationRequest.getAdditionalParameters().get("prompt"));
		if (List.of(StringUtils.tokenizeToStringArray(prompt, " ")).contains("none")) {
			this.errors.answer(request, response,
					new OAuth2Error("login_required", "The dev server keeps no session: a user has to be chosen", null),
					authorizationRequest);
		}
		else if (request.getParameter(DECLINE) != null) {
			this.errors.answer(request, response,
					new OAuth2Error(OAuth2ErrorCodes.ACCESS_DENIED, "The user declined", null), authorizationRequest);
		}
		else {
			RequestLog.note(request, "login page for " + authorizationRequest.getClientId());
			this.page.write(request, response, authorizationRequest);
		}
	}

}
