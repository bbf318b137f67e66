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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenIntrospection;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenIntrospectionAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.http.converter.OAuth2TokenIntrospectionHttpMessageConverter;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * Answers introspection (RFC 7662, section 2.2) in LumoAuth's terms: {@code sub} of an
 * agent has a prefix, {@code username} is a user's e-mail address, and the answer for a
 * refresh token contains as much as that for an access token.
 */
final class IntrospectionAnswers implements AuthenticationSuccessHandler {

	private final OAuth2TokenIntrospectionHttpMessageConverter converter = new OAuth2TokenIntrospectionHttpMessageConverter();

	private final TokenStore store;

	IntrospectionAnswers(TokenStore store) {
		this.store = store;
	}

	@Override
	public void onAuthenticationSuccess(HttpServletRequest request, HttpServletResponse response,
			Authentication authentication) throws IOException {
		OAuth2TokenIntrospectionAuthenticationToken introspected = (OAuth2TokenIntrospectionAuthenticationToken) authentication;
		OAuth2TokenIntrospection answer = introspected.getTokenClaims();
		if (answer.isActive()) {
			Map<String, Object> claims = new LinkedHashMap<>(answer.getClaims());
			if (answer.getTokenType() == null) {
				describeRefreshToken(claims, introspected.getToken(), request);
			}
			nameSubject(claims);
			answer = OAuth2TokenIntrospection.withClaims(claims).build();
		}
		this.converter.write(answer, null, new ServletServerHttpResponse(response));
	}

	private void describeRefreshToken(Map<String, Object> claims, String token, HttpServletRequest request) {
		claims.put("token_type", "refresh_token");
		claims.put("iss", ApiPaths.issuerOf(request));
		OAuth2Authorization login = this.store.findByToken(token, OAuth2TokenType.REFRESH_TOKEN);
		if (login != null) {
			claims.put("sub", login.getPrincipalName());
			claims.put("scope", new ArrayList<>(login.getAuthorizedScopes()));
		}
	}

	private static void nameSubject(Map<String, Object> claims) {
		Tenant tenant = CurrentTenant.get();
		String subject = String.valueOf(claims.get("sub"));
		claims.remove("username");
		if (tenant.agent(subject).isPresent()) {
			claims.put("sub", "agent_" + subject);
		}
		tenant.userById(subject)
			.filter((user) -> user.email() != null)
			.ifPresent((user) -> claims.put("username", user.email()));
	}

}
