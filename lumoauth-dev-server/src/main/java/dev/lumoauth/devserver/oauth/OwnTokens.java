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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;

import dev.lumoauth.devserver.dpop.DpopProofs;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.workload.Workload;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

/**
 * Creates an agent's own tokens, with which the agent acts for itself.
 *
 * @since 0.1.0
 */
@Component
public class OwnTokens {

	/** The lifetime of a token for an attestation. */
	private static final Duration ATTESTED = Duration.ofMinutes(15);

	/** The lifetime of a token for a signed request. */
	private static final Duration SIGNED = Duration.ofMinutes(5);

	private final TokenIssuer issuer;

	private final RegisteredClientRepository clients;

	private final Clock clock;

	OwnTokens(TokenIssuer issuer, RegisteredClientRepository clients, Clock clock) {
		this.issuer = issuer;
		this.clients = clients;
		this.clock = clock;
	}

	/**
	 * Creates a token for a platform's token, in the tenant of the current request. The
	 * token has the agent's capabilities and default scopes, and is valid for 15 minutes
	 * at most.
	 * @param workload the agent that the platform's token identifies
	 * @return the token
	 */
	public OAuth2AccessToken issue(Workload workload) {
		Agent agent = workload.agent();
		RegisteredClient client = this.clients.findByClientId(agent.id());
		Assert.state(client != null, "An agent is a client");
		Obtained.byPlatform("attest", workload).keepFor(CurrentTenant.request());
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		Duration lifetime = Collections.min(List.of(ATTESTED, agent.settings().tokenLifetime()));
		return this.issuer.issue(client, new TokenIssuer.Grant(AuthorizationGrantType.CLIENT_CREDENTIALS, agent.id(),
				agent.defaultScopes(), List.of(agent.id()), null, now.plus(lifetime)));
	}

	/**
	 * Creates a token for an agent that has signed its request, in the tenant of the
	 * current request. The token is bound to the agent's key.
	 * @param agent the agent
	 * @param scopes the requested scopes, by default all scopes of the agent
	 * @param thumbprint the thumbprint of the key (RFC 7638)
	 * @return the token
	 */
	public OAuth2AccessToken issue(Agent agent, Set<String> scopes, String thumbprint) {
		RegisteredClient client = this.clients.findByClientId(agent.id());
		Assert.state(client != null, "An agent is a client");
		HttpServletRequest request = CurrentTenant.request();
		Obtained.bySignature("aauth", thumbprint).keepFor(request);
		DpopProofs.setThumbprint(request, thumbprint);
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		Duration lifetime = Collections.min(List.of(SIGNED, agent.settings().tokenLifetime()));
		return this.issuer.issue(client, new TokenIssuer.Grant(AuthorizationGrantType.TOKEN_EXCHANGE, agent.id(),
				scopes.isEmpty() ? agent.defaultScopes() : scopes, List.of(agent.id()), null, now.plus(lifetime)));
	}

	OAuth2AccessToken issue(RegisteredClient client, Agent agent, AuthorizationGrantType type, Set<String> requested,
			Collection<String> audiences, Collection<String> resources) {
		Targets targets = Targets.of(audiences, resources, CurrentTenant.get(), agent);
		Set<String> scopes = scopes(requested, agent, targets);
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		Instant expiresAt = targets.limit(now, now.plus(agent.settings().tokenLifetime()));
		return this.issuer.issue(client, new TokenIssuer.Grant(type, agent.id(), scopes,
				targets.isEmpty() ? List.of(agent.id()) : targets.names(), null, expiresAt));
	}

	private static Set<String> scopes(Set<String> requested, Agent agent, Targets targets) {
		if (requested.isEmpty()) {
			return targets.limit(agent.defaultScopes());
		}
		if (!targets.limit(agent.grantableScopes()).containsAll(requested)) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_SCOPE,
					"A scope was requested that the agent does not have");
		}
		return requested;
	}

}
