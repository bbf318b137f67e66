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

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * The client_credentials grant (RFC 6749, section 4.4). Spring Authorization Server's own
 * gives no scope where none is asked for; LumoAuth gives all capabilities.
 */
@Component
class ClientCredentialsGrant implements AuthenticationProvider {

	private final TokenIssuer issuer;

	private final Clock clock;

	ClientCredentialsGrant(TokenIssuer issuer, Clock clock) {
		this.issuer = issuer;
		this.clock = clock;
	}

	@Override
	public Authentication authenticate(Authentication authentication) {
		OAuth2ClientCredentialsAuthenticationToken request = (OAuth2ClientCredentialsAuthenticationToken) authentication;
		OAuth2ClientAuthenticationToken principal = Clients.principal(request);
		RegisteredClient client = Clients.registered(principal);
		Tenant tenant = CurrentTenant.get();
		Agent agent = Clients.agent(tenant, client);
		Targets targets = Targets.of(Clients.values(request.getAdditionalParameters().get("audience")),
				Clients.values(request.getAdditionalParameters().get("resource")), tenant, agent);
		Set<String> scopes = scopes(request.getScopes(), agent, targets);
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		Instant expiresAt = targets.limit(now, now.plus(agent.settings().tokenLifetime()));
		OAuth2AccessToken token = this.issuer.issue(client,
				new TokenIssuer.Grant(AuthorizationGrantType.CLIENT_CREDENTIALS, agent.id(), scopes,
						targets.isEmpty() ? List.of(agent.id()) : targets.names(), null, expiresAt));
		RequestLog.note(CurrentTenant.request(), "client_credentials " + agent.id());
		return new OAuth2AccessTokenAuthenticationToken(client, principal, token);
	}

	private static Set<String> scopes(Set<String> requested, Agent agent, Targets targets) {
		if (requested.isEmpty()) {
			return targets.limit(agent.defaultScopes());
		}
		if (!targets.limit(agent.grantableScopes()).containsAll(requested)) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_SCOPE,
					"A scope was asked for that the agent does not have");
		}
		return requested;
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return OAuth2ClientCredentialsAuthenticationToken.class.isAssignableFrom(authentication);
	}

}
