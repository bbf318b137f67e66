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

import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.PublicClientAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.config.TenantProperties.Requirement;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * Client authentication by the client id only: for agents that are configured in this
 * way, and for a token exchange if the tenant permits it. LumoAuth's SDKs send an
 * exchange even without the client id. Then the client is the one to which the token was
 * issued.
 */
@Component
class SecretlessClients implements AuthenticationConverter, AuthenticationProvider {

	private static final String GRANT_TYPE = "grant_type";

	private final RegisteredClientRepository clients;

	private final PresentedClient presentedClient;

	private final PublicClientAuthenticationProvider withCodeVerifier;

	SecretlessClients(RegisteredClientRepository clients, PresentedClient presentedClient, TokenStore store) {
		this.clients = clients;
		this.withCodeVerifier = new PublicClientAuthenticationProvider(clients, store);
		this.presentedClient = presentedClient;
	}

	@Override
	public @Nullable Authentication convert(HttpServletRequest request) {
		if (request.getHeader(HttpHeaders.AUTHORIZATION) != null || request.getParameter("client_secret") != null
				|| request.getParameter("client_assertion") != null) {
			return null;
		}
		String grantType = String.valueOf(request.getParameter(GRANT_TYPE));
		if (isExchange(grantType) && request.getParameter(TokenExchangeGrant.SUBJECT_ISSUER) != null) {
			throw TokenExchangeGrant.noPlatform();
		}
		String clientId = this.presentedClient.idOf(request);
		if (clientId == null) {
			if (isExchange(grantType) && request.getParameter("subject_token") != null) {
				throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_GRANT,
						"There is no client_id, and the token is unknown, expired or revoked");
			}
			return null;
		}
		return new OAuth2ClientAuthenticationToken(clientId, ClientAuthenticationMethod.NONE, null,
				LoginParameters.of(request));
	}

	@Override
	public @Nullable Authentication authenticate(Authentication authentication) {
		OAuth2ClientAuthenticationToken request = (OAuth2ClientAuthenticationToken) authentication;
		if (!ClientAuthenticationMethod.NONE.equals(request.getClientAuthenticationMethod())) {
			return null;
		}
		RegisteredClient client = this.clients.findByClientId(request.getPrincipal().toString());
		if (client == null || !mayOmitSecret(client, request)) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_CLIENT,
					"The client is unknown, or has to authenticate in a way that it is configured for");
		}
		if (AuthorizationGrantType.AUTHORIZATION_CODE.getValue()
			.equals(request.getAdditionalParameters().get(GRANT_TYPE))) {
			// The client with the code has to have started the login.
			return this.withCodeVerifier.authenticate(request);
		}
		return new OAuth2ClientAuthenticationToken(client, ClientAuthenticationMethod.NONE, null);
	}

	private static boolean mayOmitSecret(RegisteredClient client, OAuth2ClientAuthenticationToken request) {
		return client.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE)
				|| (isExchange(request.getAdditionalParameters().get(GRANT_TYPE))
						&& CurrentTenant.get().settings().exchangeClientAuthentication() == Requirement.OPTIONAL);
	}

	private static boolean isExchange(@Nullable Object grantType) {
		return AuthorizationGrantType.TOKEN_EXCHANGE.getValue().equals(grantType);
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return OAuth2ClientAuthenticationToken.class.isAssignableFrom(authentication);
	}

}
