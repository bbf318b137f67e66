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

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * The client_credentials grant (RFC 6749, section 4.4). If no scope is requested, Spring
 * Authorization Server's own implementation grants none. LumoAuth grants all
 * capabilities.
 */
@Component
class ClientCredentialsGrant implements AuthenticationProvider {

	private final OwnTokens tokens;

	ClientCredentialsGrant(OwnTokens tokens) {
		this.tokens = tokens;
	}

	@Override
	public Authentication authenticate(Authentication authentication) {
		OAuth2ClientCredentialsAuthenticationToken request = (OAuth2ClientCredentialsAuthenticationToken) authentication;
		OAuth2ClientAuthenticationToken principal = Clients.principal(request);
		RegisteredClient client = Clients.registered(principal);
		Agent agent = Clients.agent(CurrentTenant.get(), client);
		OAuth2AccessToken token = this.tokens.issue(client, agent, AuthorizationGrantType.CLIENT_CREDENTIALS,
				request.getScopes(), Clients.values(request.getAdditionalParameters().get("audience")),
				Clients.values(request.getAdditionalParameters().get("resource")));
		RequestLog.note(CurrentTenant.request(), "client_credentials " + agent.id());
		return new OAuth2AccessTokenAuthenticationToken(client, principal, token);
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return OAuth2ClientCredentialsAuthenticationToken.class.isAssignableFrom(authentication);
	}

}
