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

package dev.lumoauth.spring.token;

import java.lang.ref.WeakReference;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.OAuth2AuthorizationFailureHandler;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;

import dev.lumoauth.spring.token.credentials.AgentCredentials;

/**
 * Supplies Spring Security's interceptors with tokens from this library's cache. They
 * also report that a token was not accepted, but not which one. So this class remembers
 * the last token that it returned on the thread: removing the cached token could remove
 * one that another thread has just fetched.
 */
final class CachedAuthorizedClientManager implements OAuth2AuthorizedClientManager, OAuth2AuthorizationFailureHandler {

	private final LumoAuthTokens tokens;

	private final AgentCredentials agent;

	private final String tokenUri;

	/**
	 * The registration and the token. It stays on the thread, which may outlive the
	 * application: so it holds no object, and no class, of this library.
	 */
	private static final ThreadLocal<Map.@Nullable Entry<String, WeakReference<OAuth2AccessToken>>> LAST_GIVEN = new ThreadLocal<>();

	CachedAuthorizedClientManager(LumoAuthTokens tokens, AgentCredentials agent, String tokenUri) {
		this.tokens = tokens;
		this.agent = agent;
		this.tokenUri = tokenUri;
	}

	/**
	 * Never {@code null}, which the interceptors take for a request without a token.
	 */
	@Override
	public OAuth2AuthorizedClient authorize(OAuth2AuthorizeRequest request) {
		this.tokens.binding().requireBearer();
		String id = request.getClientRegistrationId();
		OAuth2AccessToken token = id.equals(LumoAuthTokens.AGENT) ? this.tokens.agentToken() : this.tokens.exchange(id);
		LAST_GIVEN.set(Map.entry(id, new WeakReference<>(token)));
		return new OAuth2AuthorizedClient(registration(id), request.getPrincipal().getName(), token);
	}

	/**
	 * Without the secret, which {@code ClientRegistration.toString()} prints.
	 */
	private ClientRegistration registration(String id) {
		return ClientRegistration.withRegistrationId(id)
			.clientId(this.agent.clientId())
			.clientSecret("")
			.clientAuthenticationMethod(this.agent.method())
			.authorizationGrantType(id.equals(LumoAuthTokens.AGENT) ? AuthorizationGrantType.CLIENT_CREDENTIALS
					: AuthorizationGrantType.TOKEN_EXCHANGE)
			.tokenUri(this.tokenUri)
			.build();
	}

	@Override
	public void onAuthorizationFailure(OAuth2AuthorizationException failure, Authentication principal,
			Map<String, Object> attributes) {
		Map.Entry<String, WeakReference<OAuth2AccessToken>> last = LAST_GIVEN.get();
		LAST_GIVEN.remove();
		if (last == null || !OAuth2ErrorCodes.INVALID_TOKEN.equals(failure.getError().getErrorCode())
				|| !(failure instanceof ClientAuthorizationException client)
				|| !last.getKey().equals(client.getClientRegistrationId())) {
			return;
		}
		OAuth2AccessToken token = last.getValue().get();
		if (token != null) {
			this.tokens.discard(token);
		}
	}

}
