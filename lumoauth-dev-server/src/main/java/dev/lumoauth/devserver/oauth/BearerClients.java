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

import java.util.Objects;

import dev.lumoauth.devserver.dpop.DpopProofs;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.CurrentTenant;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;

/**
 * Client authentication by an agent's own token, which LumoAuth accepts only for
 * introspection (RFC 7662, section 2.1) and when an agent asks a user (CIBA).
 */
@Component
class BearerClients implements AuthenticationConverter, AuthenticationProvider {

	private static final ClientAuthenticationMethod METHOD = ClientAuthenticationMethod.valueOf("bearer");

	private final RegisteredClientRepository clients;

	private final AccessTokens accessTokens;

	BearerClients(RegisteredClientRepository clients, AccessTokens accessTokens) {
		this.clients = clients;
		this.accessTokens = accessTokens;
	}

	@Override
	public @Nullable Authentication convert(HttpServletRequest request) {
		if (!this.accessTokens.isPresent(request) || !(ApiPaths.isAt(request, OAuthSecurity.INTROSPECT)
				|| ApiPaths.isAt(request, OAuthSecurity.BACKCHANNEL))) {
			return null;
		}
		return new OAuth2ClientAuthenticationToken(METHOD.getValue(), METHOD, request, null);
	}

	@Override
	public @Nullable Authentication authenticate(Authentication authentication) {
		OAuth2ClientAuthenticationToken request = (OAuth2ClientAuthenticationToken) authentication;
		if (!METHOD.equals(request.getClientAuthenticationMethod())) {
			return null;
		}
		IssuedToken token = token((HttpServletRequest) request.getCredentials());
		RegisteredClient client = this.clients.findByClientId(token.clientId());
		// Not by a user's token: the application authenticates with its secret.
		if (client == null || CurrentTenant.get().agent(token.subject()).isEmpty()) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_CLIENT, "The token is not an agent's own token");
		}
		return new OAuth2ClientAuthenticationToken(client, METHOD, null);
	}

	private IssuedToken token(@Nullable HttpServletRequest request) {
		try {
			return this.accessTokens.find(Objects.requireNonNull(request), CurrentTenant.response(),
					CurrentTenant.get());
		}
		catch (AccessTokenException ex) {
			String code = DpopProofs.USE_NONCE.equals(ex.error()) ? ex.error() : OAuth2ErrorCodes.INVALID_CLIENT;
			throw OAuthErrors.error(code, ex.description());
		}
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return OAuth2ClientAuthenticationToken.class.isAssignableFrom(authentication);
	}

}
