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

import java.nio.charset.StandardCharsets;

import dev.lumoauth.devserver.web.ApiPaths;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Sends the browser back to the application, as LumoAuth does: with status 303, and with
 * the issuer in {@code iss} (RFC 9207).
 */
public final class LoginRedirect implements AuthenticationSuccessHandler {

	@Override
	public void onAuthenticationSuccess(HttpServletRequest request, HttpServletResponse response,
			Authentication authentication) {
		OAuth2AuthorizationCodeRequestAuthenticationToken login = (OAuth2AuthorizationCodeRequestAuthenticationToken) authentication;
		OAuth2AuthorizationCode code = login.getAuthorizationCode();
		Assert.state(code != null, "A login has succeeded without a code");
		send(request, response, login, "code", code.getTokenValue());
	}

	/**
	 * Answers with a redirect.
	 * @param login with the validated redirect URI
	 * @param parameters names and values in turn; a parameter without a value is left out
	 */
	static void send(HttpServletRequest request, HttpServletResponse response,
			OAuth2AuthorizationCodeRequestAuthenticationToken login, @Nullable String... parameters) {
		String redirectUri = login.getRedirectUri();
		Assert.state(redirectUri != null, "There is nowhere to redirect to");
		UriComponentsBuilder uri = UriComponentsBuilder.fromUriString(redirectUri);
		for (int i = 0; i < parameters.length; i += 2) {
			add(uri, String.valueOf(parameters[i]), parameters[i + 1]);
		}
		add(uri, "state", login.getState());
		add(uri, "iss", ApiPaths.issuerOf(request));
		response.setStatus(HttpStatus.SEE_OTHER.value());
		response.setHeader(HttpHeaders.LOCATION, uri.build(true).toUriString());
	}

	private static void add(UriComponentsBuilder uri, String name, @Nullable String value) {
		if (StringUtils.hasText(value)) {
			uri.queryParam(name, UriUtils.encode(value, StandardCharsets.UTF_8));
		}
	}

}
