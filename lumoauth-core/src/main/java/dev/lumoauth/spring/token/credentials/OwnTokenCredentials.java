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

import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.client.endpoint.AbstractOAuth2AuthorizationGrantRequest;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.MultiValueMap;

import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.dpop.DPoPProofs;

/**
 * Credentials that get the agent's own token elsewhere than at the token endpoint. All
 * tokens of the agent are then bound to their key (RFC 9449), and its exchanges are
 * proven by its own token and that key alone.
 *
 * @since 0.1.0
 */
public interface OwnTokenCredentials extends AgentCredentials {

	/**
	 * Get the agent's own token. Called by one thread at a time.
	 * @param http the way to LumoAuth
	 * @param scopes the scopes to ask for; empty = those that LumoAuth chooses
	 * @return the token, with an end
	 * @throws dev.lumoauth.spring.LumoAuthAuthenticationException if LumoAuth does not
	 * accept who the agent is
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses the token
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	OAuth2AccessToken ownToken(LumoAuthHttp http, Set<String> scopes);

	/**
	 * Return what proves that the agent has the key to which its tokens are bound.
	 * @return the same each time
	 */
	DPoPProofs proofs();

	/**
	 * Nothing: no request to the token endpoint carries these credentials.
	 */
	@Override
	default void addTo(AbstractOAuth2AuthorizationGrantRequest request, HttpHeaders headers,
			MultiValueMap<String, String> form) {
		throw new IllegalStateException("These credentials are none for the token endpoint");
	}

}
