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
import java.util.Collections;
import java.util.List;
import java.util.Map;

import dev.lumoauth.devserver.dpop.DpopProofs;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.RequestLog;
import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenExchangeAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * The token exchange (RFC 8693). Spring Authorization Server's own implementation ignores
 * audience and resource, accepts no client_credentials token as the subject, grants
 * scopes that the subject's token does not have, and forgets previous actors if no actor
 * is sent.
 */
@Component
class TokenExchangeGrant implements AuthenticationProvider {

	/** The capability that an agent needs to act for others. */
	static final String DELEGATE = "delegate:on_behalf";

	/** LumoAuth's parameter for the platform that has issued the subject's token. */
	static final String SUBJECT_ISSUER = "subject_issuer";

	private final TokenIssuer issuer;

	private final TokenStore store;

	private final AgentsTokens agentsTokens;

	private final OwnTokens ownTokens;

	private final Clock clock;

	TokenExchangeGrant(TokenIssuer issuer, TokenStore store, AgentsTokens agentsTokens, OwnTokens ownTokens,
			Clock clock) {
		this.ownTokens = ownTokens;
		this.issuer = issuer;
		this.store = store;
		this.agentsTokens = agentsTokens;
		this.clock = clock;
	}

	@Override
	public Authentication authenticate(Authentication authentication) {
		OAuth2TokenExchangeAuthenticationToken request = (OAuth2TokenExchangeAuthenticationToken) authentication;
		OAuth2ClientAuthenticationToken principal = Clients.principal(request);
		RegisteredClient client = Clients.registered(principal);
		if (PlatformClients.METHOD.equals(principal.getClientAuthenticationMethod())) {
			return federate(request, principal, client);
		}
		if (request.getAdditionalParameters().containsKey(SUBJECT_ISSUER)) {
			throw noPlatform();
		}
		Tenant tenant = CurrentTenant.get();
		Agent agent = tenant.agent(client.getClientId())
			.orElseThrow(() -> OAuthErrors.error(OAuthErrors.DELEGATION_NOT_ALLOWED,
					"Only an agent can exchange a token: its client_id or its actor_token is missing"));
		IssuedToken subject = token("subject_token", request.getSubjectToken(), tenant);
		this.agentsTokens.add(subject);
		IssuedToken actor = StringUtils.hasText(request.getActorToken())
				? token("actor_token", request.getActorToken(), tenant) : null;
		checkActor(agent, subject, actor);
		checkKeys(principal, subject, actor);
		Targets targets = Targets.of(request.getAudiences(), request.getResources(), tenant, agent);
		checkTargets(subject, targets);
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		Instant expiresAt = Collections.min(List.of(now.plus(agent.settings().tokenLifetime()), subject.expiresAt()));
		OAuth2AccessToken token = this.issuer.issue(client,
				new TokenIssuer.Grant(AuthorizationGrantType.TOKEN_EXCHANGE, subject.subject(),
						ExchangeScopes.of(tenant, subject, actor, targets).grant(request.getScopes()),
						audience(agent, subject, targets),
						ActorChain.extend(tenant.settings().actorOrder(), subject.actor(), actor),
						targets.limit(now, expiresAt)));
		RequestLog.note(CurrentTenant.request(), "token-exchange %s for %s".formatted(agent.id(),
				targets.isEmpty() ? "no audience" : targets.audiences().get(0).id()));
		return new OAuth2AccessTokenAuthenticationToken(client, principal, token, null,
				Map.of("issued_token_type", request.getRequestedTokenType()));
	}

	private Authentication federate(OAuth2TokenExchangeAuthenticationToken request,
			OAuth2ClientAuthenticationToken principal, RegisteredClient client) {
		if (StringUtils.hasText(request.getActorToken())) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_REQUEST,
					"A platform's token is exchanged without an actor");
		}
		Agent agent = Clients.agent(CurrentTenant.get(), client);
		OAuth2AccessToken token = this.ownTokens.issue(client, agent, AuthorizationGrantType.TOKEN_EXCHANGE,
				request.getScopes(), request.getAudiences(), request.getResources());
		RequestLog.note(CurrentTenant.request(), "workload identity of " + agent.id());
		return new OAuth2AccessTokenAuthenticationToken(client, principal, token, null,
				Map.of("issued_token_type", request.getRequestedTokenType()));
	}

	/**
	 * If the parameter were ignored, a token could count as something that it does not
	 * claim to be.
	 */
	static OAuth2AuthenticationException noPlatform() {
		return OAuthErrors.error(OAuthErrors.WORKLOAD_IDENTITY_FAILED,
				"A platform's token comes with the subject_token_type %s and without a client's secret; a token of"
					.formatted(PlatformClients.JWT) + " the dev server's own comes without " + SUBJECT_ISSUER);
	}

	private IssuedToken token(String parameter, String value, Tenant tenant) {
		IssuedToken token = find(parameter, value, tenant);
		if (token.taskId() != null) {
			// The resulting token would outlive the task.
			throw OAuthErrors.error(OAuthErrors.DELEGATION_NOT_ALLOWED,
					"The %s is a just-in-time token, which can't be exchanged".formatted(parameter));
		}
		return token;
	}

	private IssuedToken find(String parameter, String value, Tenant tenant) {
		return this.store.find(tenant, value)
			.orElseThrow(() -> OAuthErrors.error(OAuth2ErrorCodes.INVALID_GRANT,
					"The %s is unknown, expired or revoked".formatted(parameter)));
	}

	private static void checkActor(Agent agent, IssuedToken subject, @Nullable IssuedToken actor) {
		if (actor == null) {
			// A user's token that was issued to the agent is still the user's token.
			boolean isAgents = subject.actor() != null || subject.subject().equals(agent.id());
			if (!subject.clientId().equals(agent.id()) || !isAgents) {
				throw OAuthErrors.error(OAuthErrors.DELEGATION_NOT_ALLOWED,
						"A token of a user or of another client can only be exchanged with an actor_token");
			}
			return;
		}
		if (!actor.subject().equals(agent.id()) || actor.actor() != null || actor.isForAnAudience()) {
			throw OAuthErrors.error(OAuthErrors.DELEGATION_NOT_ALLOWED,
					"The actor_token is not this client's own token");
		}
		if (!agent.hasCapability(DELEGATE)) {
			throw OAuthErrors.error(OAuthErrors.DELEGATION_NOT_ALLOWED, "The agent lacks the capability " + DELEGATE);
		}
	}

	/**
	 * A client that exchanges a token that is bound to a key has to have the key (RFC
	 * 9449, section 7). Otherwise the exchange would turn it into a token that needs no
	 * key. If the token is another client's, so is the key. Then the agent has to prove
	 * its identity instead.
	 */
	private static void checkKeys(OAuth2ClientAuthenticationToken principal, IssuedToken subject,
			@Nullable IssuedToken actor) {
		checkKey("actor_token", actor);
		boolean isProven = !ClientAuthenticationMethod.NONE.equals(principal.getClientAuthenticationMethod())
				|| (actor != null && actor.thumbprint() != null);
		boolean isOthers = actor != null && !subject.clientId().equals(actor.clientId());
		if (!isOthers || !isProven) {
			checkKey("subject_token", subject);
		}
	}

	private static void checkKey(String parameter, @Nullable IssuedToken token) {
		if (token != null && !AccessTokens.isForCertificate(token, CurrentTenant.request())) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_GRANT,
					"The %s is bound to a certificate, and the request came without it".formatted(parameter));
		}
		String thumbprint = (token != null) ? token.thumbprint() : null;
		if (thumbprint != null && !thumbprint.equals(DpopProofs.thumbprintOf(CurrentTenant.request()))) {
			throw OAuthErrors.error(DpopProofs.INVALID,
					"The %s is bound to a key, and the request has no proof with that key".formatted(parameter));
		}
	}

	/** A token for one server can't be exchanged for a token for another server. */
	private static void checkTargets(IssuedToken subject, Targets targets) {
		if (subject.isForAnAudience() && !subject.audience().containsAll(targets.names())) {
			throw OAuthErrors.error(OAuthErrors.INVALID_TARGET, "The subject_token is for another audience");
		}
	}

	private static List<String> audience(Agent agent, IssuedToken subject, Targets targets) {
		if (!targets.isEmpty()) {
			return targets.names();
		}
		return subject.isForAnAudience() ? subject.audience() : List.of(agent.id());
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return OAuth2TokenExchangeAuthenticationToken.class.isAssignableFrom(authentication);
	}

}
