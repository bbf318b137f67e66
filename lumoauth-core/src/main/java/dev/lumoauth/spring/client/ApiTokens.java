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

package dev.lumoauth.spring.client;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.token.LumoAuthTokens;

/**
 * Supplies the token for a request to LumoAuth's API.
 */
interface ApiTokens {

	/**
	 * Return the token for a request.
	 * @param request the request
	 */
	OAuth2AccessToken of(ApiRequest request);

	/**
	 * Note that LumoAuth did not accept a token.
	 * @param refused the token
	 * @return whether there may be another one
	 */
	boolean discard(OAuth2AccessToken refused);

	/**
	 * The agent's own token, or the tokens with which the agent acts for somebody.
	 */
	static ApiTokens of(LumoAuthTokens tokens) {
		return new ApiTokens() {

			@Override
			public OAuth2AccessToken of(ApiRequest request) {
				return (request.subject() != null) ? tokens.delegated(request.subject()) : tokens.agentToken();
			}

			@Override
			public boolean discard(OAuth2AccessToken refused) {
				// It may have been revoked. Another thread may have noticed before.
				tokens.discard(refused);
				return true;
			}

		};
	}

	/**
	 * The token of somebody else, for whom there is no other token.
	 */
	static ApiTokens only(OAuth2AccessToken token) {
		return new ApiTokens() {

			@Override
			public OAuth2AccessToken of(ApiRequest request) {
				return token;
			}

			@Override
			public boolean discard(OAuth2AccessToken refused) {
				return false;
			}

		};
	}

}
