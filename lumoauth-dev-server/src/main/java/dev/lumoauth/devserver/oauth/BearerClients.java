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

import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * Client authentication by an agent's own token, which LumoAuth takes for introspection
 * (RFC 7662, section 2.1) and where an agent asks a user (CIBA), and for nothing else.
 */
@Component
class BearerClients implements AuthenticationConverter, AuthenticationProvider {

	private static final ClientAuthenticationMethod METHOD = ClientAuthenticationMethod.valueOf("bearer");

	private static final String BEARER = "Bearer ";

	private final RegisteredClientRepository clients;

	private final TokenStore store;

	BearerClients(RegisteredClientRepository clients, TokenStore store) {
		this.clients = clients;
		this.store = store;
	}

	@Override
	public @Nullable Authentication convert(HttpServletRequest request) {
		String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
		if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
				|| !(request.getRequestURI().endsWith(OAuthSecurity.INTROSPECT)
						|| request.getRequestURI().endsWith(OAuthSecurity.BACKCHANNEL))) {
			return null;
		}
		return new OAuth2ClientAuthenticationToken(METHOD.getValue(), METHOD,
				authorization.substring(BEARER.length()).trim(), null);
	}

	@Override
	public @Nullable Authentication authenticate(Authentication authentication) {
		OAuth2ClientAuthenticationToken request = (OAuth2ClientAuthenticationToken) authentication;
		if (!METHOD.equals(request.getClientAuthenticationMethod())) {
			return null;
		}
		RegisteredClient client = Optional.ofNullable(request.getCredentials())
			.flatMap((token) -> this.store.find(CurrentTenant.get(), token.toString()))
			.filter((token) -> !token.isForAnAudience())
			// Not by a user's: the application authenticates with its secret.
			.filter((token) -> CurrentTenant.get().agent(token.subject()).isPresent())
			.map((token) -> this.clients.findByClientId(token.clientId()))
			.orElseThrow(() -> OAuthErrors.error(OAuth2ErrorCodes.INVALID_CLIENT,
					"The token in the Authorization header is unknown, expired or revoked"));
		return new OAuth2ClientAuthenticationToken(client, METHOD, null);
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return OAuth2ClientAuthenticationToken.class.isAssignableFrom(authentication);
	}

}
