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

package dev.lumoauth.spring.aauth.resource;

import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.AuthenticatedPrincipal;

import dev.lumoauth.spring.ActorChain;

/**
 * The caller of a request with AAuth, according to LumoAuth's auth token. The agent has
 * signed the request.
 *
 * @param agent the agent's identifier, such as {@code https://agent.example};
 * {@code null} = the token does not say
 * @param delegate the instance of the agent that calls; {@code null} = the token does not
 * say
 * @param subject the user for whom the agent acts; {@code null} = it acts for itself
 * @param issuer LumoAuth's issuer
 * @param scopes the agent's permissions here
 * @param actors who acts for whom, for logs and audits
 * @param tokenId the token's {@code jti}
 * @param keyThumbprint the thumbprint of the key that signed the request (RFC 7638), in
 * base64url
 * @param expiresAt when the token expires
 * @since 0.1.0
 */
public record AAuthPrincipal(@Nullable String agent, @Nullable String delegate, @Nullable String subject, String issuer,
		Set<String> scopes, ActorChain actors, String tokenId, String keyThumbprint,
		Instant expiresAt) implements AuthenticatedPrincipal {

	public AAuthPrincipal {
		scopes = Set.copyOf(scopes);
	}

	/**
	 * Return the name in which the request is made: the user's, or the agent's if there
	 * is no user.
	 */
	@Override
	public String getName() {
		if (this.subject != null) {
			return this.subject;
		}
		return (this.agent != null) ? this.agent : this.keyThumbprint;
	}

}
