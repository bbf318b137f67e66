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

package dev.lumoauth.spring.token.credentials;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.MultiValueMap;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.dpop.DPoPProofs;

/**
 * Credentials that get the agent's own token from another place than the token endpoint.
 * The agent's own token is the only proof in its exchanges. If these credentials have a
 * key, all tokens of the agent are bound to it (RFC 9449).
 *
 * @since 0.1.0
 */
public interface OwnTokenCredentials extends AgentCredentials {

	/**
	 * Get the agent's own token. Called by one thread at a time.
	 * @param http the connection to LumoAuth
	 * @param scopes the scopes to request; empty = those that LumoAuth chooses
	 * @return the token, with an expiry
	 * @throws dev.lumoauth.spring.LumoAuthAuthenticationException if LumoAuth does not
	 * accept the agent's proof of identity
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses the token
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	OAuth2AccessToken ownToken(LumoAuthHttp http, Set<String> scopes);

	/**
	 * Return how the token is got.
	 * @return one of the grants in metrics that is not of the token endpoint
	 */
	@Override
	AuthorizationGrantType grant();

	/**
	 * Return the proofs that the agent has the key to which its tokens are bound.
	 * @return the same object each time; {@code null}, as by default = their tokens are
	 * bearer tokens
	 */
	default @Nullable DPoPProofs proofs() {
		return null;
	}

	/**
	 * Adds nothing: no request to the token endpoint carries these credentials.
	 */
	@Override
	default void addTo(HttpHeaders headers, MultiValueMap<String, String> form) {
		throw new IllegalStateException("These credentials are not for the token endpoint");
	}

}
