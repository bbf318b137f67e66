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

import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.token.cache.IssuedToken;
import dev.lumoauth.spring.token.grant.TokenKey;
import dev.lumoauth.spring.token.cache.TokenSource;
import dev.lumoauth.spring.token.credentials.AgentCredentials;
import dev.lumoauth.spring.token.grant.AgentAuthentication;

/**
 * The agent's own token, by the grant of the agent's credentials.
 */
final class OwnTokenSource implements TokenSource {

	private final AuthorizationGrantType grant;

	private volatile TokenKey key;

	private final Supplier<@Nullable String> thumbprint;

	private final AgentAuthentication authentication;

	private final Function<AgentCredentials, OAuth2AccessToken> request;

	/**
	 * Create the source.
	 * @param grant the grant of the credentials
	 * @param scopes the scopes to request; empty = all scopes of the agent
	 * @param thumbprint returns the thumbprint of the key to which the token is bound
	 * now; {@code null} = it is a bearer token
	 * @param authentication knows the current credentials
	 * @param request asks for the token with these credentials
	 */
	OwnTokenSource(AuthorizationGrantType grant, Set<String> scopes, Supplier<@Nullable String> thumbprint,
			AgentAuthentication authentication, Function<AgentCredentials, OAuth2AccessToken> request) {
		this.grant = grant;
		this.key = TokenKey.own(grant, scopes);
		this.thumbprint = thumbprint;
		this.authentication = authentication;
		this.request = request;
	}

	AuthorizationGrantType grant() {
		return this.grant;
	}

	/**
	 * Another one once the agent's key is another. Kept until then, because each call
	 * asks.
	 */
	@Override
	public TokenKey key() {
		TokenKey current = this.key.boundTo(this.thumbprint.get());
		this.key = current;
		return current;
	}

	@Override
	public IssuedToken get() {
		return new IssuedToken(this.authentication.forOwnToken(this.request), null, null);
	}

}
