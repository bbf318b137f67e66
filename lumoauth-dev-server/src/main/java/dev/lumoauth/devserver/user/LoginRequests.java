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

import java.util.LinkedHashSet;
import java.util.Set;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.CurrentTenant;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AuthorizationCodeRequestAuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Reads authorization requests (RFC 6749, section 4.1.1) of applications, and of agents
 * that ask for consent. After a user has been chosen, the requested scopes are reduced to
 * those that this user has. The answer names them (section 3.3). A request without scopes
 * means all scopes that the user may delegate.
 */
public final class LoginRequests implements AuthenticationConverter {

	private final OAuth2AuthorizationCodeRequestAuthenticationConverter delegate = new OAuth2AuthorizationCodeRequestAuthenticationConverter();

	@Override
	public Authentication convert(HttpServletRequest request) {
		if (!(this.delegate
			.convert(request) instanceof OAuth2AuthorizationCodeRequestAuthenticationToken authorizationRequest)) {
			throw invalid("response_type is missing");
		}
		if (authorizationRequest.getAdditionalParameters().containsKey("request_uri")) {
			throw invalid("request_uri is not supported");
		}
		Tenant tenant = CurrentTenant.get();
		if (tenant.redirectUris(authorizationRequest.getClientId()).isEmpty()) {
			throw invalid("client_id is neither one of the tenant's applications nor an agent with redirect-uris");
		}
		return ChosenUser.of(tenant).map((user) -> narrow(authorizationRequest, user)).orElse(authorizationRequest);
	}

	private static OAuth2AuthorizationCodeRequestAuthenticationToken narrow(
			OAuth2AuthorizationCodeRequestAuthenticationToken request, User user) {
		Set<String> known = UserScopes.ofAny(CurrentTenant.get());
		Set<String> scopes = new LinkedHashSet<>(request.getScopes());
		// A scope that no user has stays in, so that the request is refused.
		scopes.removeIf((scope) -> known.contains(scope) && !UserScopes.of(user).contains(scope));
		return new OAuth2AuthorizationCodeRequestAuthenticationToken(request.getAuthorizationUri(),
				request.getClientId(), (Authentication) request.getPrincipal(), request.getRedirectUri(),
				request.getState(), request.getScopes().isEmpty() ? user.scopes() : scopes,
				request.getAdditionalParameters());
	}

	private static OAuth2AuthorizationCodeRequestAuthenticationException invalid(String description) {
		return new OAuth2AuthorizationCodeRequestAuthenticationException(
				new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST, description, null), null);
	}

}
