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

package dev.lumoauth.spring.token.grant;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.client.endpoint.TokenExchangeGrantRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2Token;

/**
 * A token exchange that names the target of the token, which Spring Security's own
 * request does not support (RFC 8693 section 2.1, RFC 8707 section 2).
 *
 * @since 0.1.0
 */
public final class TokenExchangeGrant extends TokenExchangeGrantRequest {

	private final @Nullable String audience;

	private final @Nullable String resource;

	private final Set<String> scopes;

	private final boolean bound;

	/**
	 * Create a request.
	 * @param registration a registration for the token exchange grant
	 * @param subject the token of the party on whose behalf the new token acts
	 * @param actor the token of the party that acts, or {@code null} if it is the subject
	 * @param audience the logical name of the target, or {@code null}
	 * @param resource the absolute address of the target, or {@code null}
	 * @param scopes the scopes to request; empty = those that LumoAuth chooses
	 */
	public TokenExchangeGrant(ClientRegistration registration, OAuth2Token subject, @Nullable OAuth2Token actor,
			@Nullable String audience, @Nullable String resource, Set<String> scopes) {
		this(registration, subject, actor, audience, resource, scopes, false);
	}

	public TokenExchangeGrant(ClientRegistration registration, OAuth2Token subject, @Nullable OAuth2Token actor,
			@Nullable String audience, @Nullable String resource, Set<String> scopes, boolean bound) {
		super(registration, subject, actor);
		this.audience = audience;
		this.resource = resource;
		this.scopes = Set.copyOf(scopes);
		this.bound = bound;
	}

	/**
	 * Return the same request with another registration.
	 */
	static TokenExchangeGrant of(TokenExchangeGrantRequest request, ClientRegistration registration) {
		if (request instanceof TokenExchangeGrant grant) {
			return new TokenExchangeGrant(registration, grant.getSubjectToken(), grant.getActorToken(), grant.audience,
					grant.resource, grant.scopes, grant.bound);
		}
		return new TokenExchangeGrant(registration, request.getSubjectToken(), request.getActorToken(), null, null,
				Set.of());
	}

	public @Nullable String getAudience() {
		return this.audience;
	}

	public @Nullable String getResource() {
		return this.resource;
	}

	public Set<String> getScopes() {
		return this.scopes;
	}

	/**
	 * Whether the token has to be bound to the agent's key (RFC 9449).
	 */
	boolean isBound() {
		return this.bound;
	}

}
