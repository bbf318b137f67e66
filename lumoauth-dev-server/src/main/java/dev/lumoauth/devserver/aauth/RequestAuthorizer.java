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

package dev.lumoauth.devserver.aauth;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.config.AAuthAgentProperties;
import dev.lumoauth.devserver.config.AAuthProperties;
import dev.lumoauth.devserver.jose.SingleUse;
import dev.lumoauth.devserver.jose.Thumbprints;
import dev.lumoauth.devserver.oauth.IssuedToken;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * What an agent asks the token endpoint for, after its signature is verified.
 */
@Component
class RequestAuthorizer {

	private final ResourceTokens resourceTokens;

	private final AuthTokens authTokens;

	private final Consents consents;

	/** The resource tokens that were already used. */
	private final SingleUse used;

	RequestAuthorizer(ResourceTokens resourceTokens, AuthTokens authTokens, Consents consents, Clock clock) {
		this.resourceTokens = resourceTokens;
		this.authTokens = authTokens;
		this.consents = consents;
		this.used = new SingleUse(clock);
	}

	/**
	 * Returns what the agent may do, or the question to a user.
	 */
	Answer auth(Signer signer, Agent agent, JsonBody body, HttpServletRequest request) {
		ResourceToken resourceToken = resourceToken(signer, body, request);
		AuthGrant grant = new AuthGrant(CurrentTenant.get(), agent, signer.otherDelegate(), signer.key(),
				resourceToken.resource(), scopes(agent, resourceToken, body), null, null);
		if (!needsConsent(agent, resourceToken)) {
			use(resourceToken);
			return new Answer(grant, null);
		}
		String redirectUri = body.text("redirect_uri");
		if (redirectUri == null || !Consents.isRegistered(redirectUri, agent.consentRedirectUris())) {
			throw AAuthErrors.invalidRequest("A user has to consent, for which 'redirect_uri' has to be one of the"
					+ " 'redirect-uris' of the agent in the dev server's configuration file");
		}
		use(resourceToken);
		return new Answer(grant, this.consents.requests().issue(new Consents.Consent(grant, redirectUri)));
	}

	AuthGrant code(Signer signer, Agent agent, JsonBody body) {
		String code = body.required("code");
		String redirectUri = body.required("redirect_uri");
		Consents.Consent consent = this.consents.codes().take(code);
		boolean isValid = consent != null && consent.grant().tenant() == CurrentTenant.get()
				&& consent.grant().agent() == agent && consent.redirectUri().equals(redirectUri);
		if (consent == null || !isValid) {
			throw AAuthErrors.badRequest("invalid_grant",
					"The code is unknown, expired, already used or another agent's, or came with another redirect_uri");
		}
		if (!Thumbprints.of(consent.grant().key()).equals(signer.thumbprint())) {
			throw AAuthErrors.unauthorized("key_binding_failed", "The code is for another key of the agent");
		}
		return consent.grant();
	}

	AuthGrant exchange(Signer signer, Agent agent, JsonBody body, HttpServletRequest request) {
		IssuedToken before = this.authTokens.find(CurrentTenant.get(), body.required("auth_token"));
		if (before == null) {
			throw AAuthErrors.badRequest("invalid_auth_token", "The auth_token is unknown, expired or revoked");
		}
		boolean isOwn = signer.thumbprint().equals(before.thumbprint());
		if (!isOwn && !before.audience().contains(signer.identity().identifier())) {
			throw AAuthErrors.badRequest("invalid_auth_token",
					"The auth_token is neither the agent's own token nor a token for the agent as a resource");
		}
		ResourceToken resourceToken = resourceToken(signer, body, request);
		User user = CurrentTenant.get().userById(before.subject()).orElse(null);
		if (needsConsent(agent, resourceToken) && user == null) {
			throw AAuthErrors.badRequest("invalid_auth_token",
					"A user has to consent, and the auth_token has no user: use the 'request_type' auth to ask a user");
		}
		Set<String> scopes = new LinkedHashSet<>(scopes(agent, resourceToken, body));
		if (user != null && !scopes.isEmpty()) {
			scopes.retainAll(user.scopes());
			scopes.retainAll(before.scopes());
			if (scopes.isEmpty()) {
				throw AAuthErrors.badRequest("invalid_scope",
						"The user lacks all scopes that the resource wants, or has consented to none of them");
			}
		}
		Map<String, Object> actor = new LinkedHashMap<>();
		actor.put("sub", String.valueOf(before.claims().get("agent")));
		if (before.actor() != null) {
			actor.put("act", before.actor());
		}
		use(resourceToken);
		return new AuthGrant(CurrentTenant.get(), agent, signer.otherDelegate(), signer.key(), resourceToken.resource(),
				scopes, user, actor);
	}

	AuthGrant refresh(Signer signer, Agent agent, JsonBody body, HttpServletRequest request) {
		AuthGrant grant = this.authTokens.refreshTokens().find(body.required("refresh_token"));
		boolean isAgents = grant != null && grant.tenant() == CurrentTenant.get() && grant.agent() == agent;
		if (grant == null || !isAgents) {
			throw AAuthErrors.badRequest("invalid_grant",
					"The refresh_token is unknown, expired, revoked or another agent's");
		}
		ResourceToken resourceToken = resourceToken(signer, body, request);
		if (!resourceToken.resource().equals(grant.resource())) {
			throw AAuthErrors.badRequest("invalid_resource_token", "The resource_token is another resource's");
		}
		Set<String> scopes = new LinkedHashSet<>(grant.scopes());
		if (!body.scopes().isEmpty()) {
			if (!scopes.containsAll(body.scopes())) {
				throw AAuthErrors.badRequest("invalid_scope", "A scope was asked for that was not granted before");
			}
			scopes.retainAll(body.scopes());
		}
		scopes.retainAll(agent.grantableScopes());
		use(resourceToken);
		return grant.with(signer.key(), scopes);
	}

	/**
	 * A resource token starts one request, of whatever type.
	 */
	private void use(ResourceToken token) {
		if (!this.used.use(CurrentTenant.get().slug() + "/" + token.resource().id(), token.id(), token.expiresAt())) {
			throw AAuthErrors.badRequest("invalid_resource_token",
					"The resource_token was already used: a new one is needed");
		}
	}

	private ResourceToken resourceToken(Signer signer, JsonBody body, HttpServletRequest request) {
		ResourceToken token;
		try {
			token = this.resourceTokens.verify(body.required("resource_token"), request);
		}
		catch (InvalidTokenException ex) {
			throw AAuthErrors.badRequest("invalid_resource_token", "The resource_token: " + ex.description());
		}
		if (!token.agent().equals(signer.identity().identifier())) {
			throw AAuthErrors.badRequest("invalid_resource_token", "The resource_token is for another agent");
		}
		if (!token.thumbprint().equals(signer.thumbprint())) {
			throw AAuthErrors.unauthorized("key_binding_failed", "The resource_token is for another key of the agent");
		}
		return token;
	}

	/**
	 * Returns the scopes of the resource token that the agent has. If the request asks
	 * for scopes, only those.
	 */
	private static Set<String> scopes(Agent agent, ResourceToken token, JsonBody body) {
		Set<String> granted = new LinkedHashSet<>(token.scopes());
		granted.removeIf((scope) -> !token.resource().takes(scope));
		granted.retainAll(agent.grantableScopes());
		Set<String> wanted = body.scopes();
		if (!granted.containsAll(wanted) || (granted.isEmpty() && !token.scopes().isEmpty())) {
			throw AAuthErrors.badRequest("invalid_scope",
					"A scope is asked for that the resource_token, the resource or the agent does not have");
		}
		if (!wanted.isEmpty()) {
			granted.retainAll(wanted);
		}
		return granted;
	}

	private static boolean needsConsent(Agent agent, ResourceToken token) {
		AAuthAgentProperties settings = agent.settings().aauth();
		return token.resource().needsConsent()
				|| (settings != null && settings.consent() == AAuthProperties.Consent.REQUIRED);
	}

	/**
	 * The result of a request for authorization.
	 *
	 * @param grant what the agent may do, or asks for
	 * @param requestToken the token of the question to a user, {@code null} if no user
	 * has to be asked
	 */
	record Answer(AuthGrant grant, @Nullable String requestToken) {

		@Override
		public String toString() {
			return "Answer[]";
		}

	}

}
