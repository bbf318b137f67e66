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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.web.CurrentTenant;

/**
 * The access tokens issued and not yet expired, at most 10,000, and users' logins. Spring
 * Authorization Server sees only the tenant of the current request. So no tenant can
 * introspect, exchange or revoke a token of another tenant.
 *
 * @since 0.1.0
 */
@Component
public class TokenStore implements OAuth2AuthorizationService {

	private static final int MAX_TOKENS = 10_000;

	private final Clock clock;

	/** By token value, oldest first. */
	private final Map<String, OAuth2Authorization> tokens = new LinkedHashMap<>();

	private final Logins logins;

	public TokenStore(Clock clock) {
		this.clock = clock;
		this.logins = new Logins(clock);
	}

	@Override
	public synchronized void save(OAuth2Authorization authorization) {
		OAuth2Authorization.Token<OAuth2AccessToken> token = authorization.getAccessToken();
		String value = (token != null) ? token.getToken().getTokenValue() : null;
		if (Logins.isLogin(authorization)) {
			this.logins.save(authorization, value != null && this.tokens.containsKey(value));
		}
		if (token == null || value == null) {
			return;
		}
		OAuth2Authorization.Token<OAuth2RefreshToken> refreshToken = authorization.getRefreshToken();
		if (refreshToken != null && refreshToken.isInvalidated()) {
			this.tokens.values().removeIf((other) -> other.getId().equals(authorization.getId()));
			return;
		}
		if (token.isInvalidated()) {
			this.tokens.remove(value);
			return;
		}
		if (this.tokens.size() >= MAX_TOKENS) {
			removeExpired();
		}
		if (this.tokens.size() >= MAX_TOKENS) {
			this.tokens.remove(this.tokens.keySet().iterator().next());
		}
		this.tokens.put(value, authorization);
	}

	@Override
	public synchronized void remove(OAuth2Authorization authorization) {
		this.logins.remove(authorization);
		this.tokens.values().removeIf((other) -> other.getId().equals(authorization.getId()));
	}

	@Override
	public synchronized @Nullable OAuth2Authorization findById(String id) {
		removeExpired();
		return this.tokens.values()
			.stream()
			.filter((authorization) -> authorization.getId().equals(id) && isOfCurrentTenant(authorization))
			.findFirst()
			.orElse(null);
	}

	@Override
	public synchronized @Nullable OAuth2Authorization findByToken(String token, @Nullable OAuth2TokenType tokenType) {
		OAuth2Authorization authorization = null;
		if (tokenType == null || OAuth2TokenType.ACCESS_TOKEN.equals(tokenType)) {
			authorization = active(token);
		}
		if (authorization == null && (tokenType == null || OAuth2TokenType.REFRESH_TOKEN.equals(tokenType))) {
			authorization = this.logins.findByRefreshToken(token);
		}
		if (tokenType != null && OAuth2ParameterNames.CODE.equals(tokenType.getValue())) {
			authorization = this.logins.findByCode(token);
		}
		return (authorization != null && isOfCurrentTenant(authorization)) ? authorization : null;
	}

	/**
	 * Finds an active token.
	 * @param tenant the tenant of the token, {@code null} for any
	 * @param token its value
	 * @return the data about it, or nothing
	 */
	public synchronized Optional<IssuedToken> find(@Nullable Tenant tenant, String token) {
		return Optional.ofNullable(active(token))
			.map(TokenStore::describe)
			.filter((found) -> tenant == null || found.tenant().equals(tenant.slug()));
	}

	/**
	 * Lists the active tokens, without their values.
	 * @return the tokens, oldest first
	 */
	public synchronized List<IssuedToken> list() {
		removeExpired();
		return this.tokens.values().stream().map(TokenStore::describe).toList();
	}

	/**
	 * Revokes tokens, and the refresh tokens of users' logins with them.
	 * @param condition selects the tokens
	 * @return how many were revoked
	 */
	public synchronized int revoke(Predicate<IssuedToken> condition) {
		removeExpired();
		int before = this.tokens.size();
		this.tokens.values().removeIf((authorization) -> condition.test(describe(authorization)));
		return before - this.tokens.size() + this.logins.revoke(condition);
	}

	private @Nullable OAuth2Authorization active(String token) {
		OAuth2Authorization authorization = this.tokens.get(token);
		return (authorization != null && !isExpired(authorization)) ? authorization : null;
	}

	private void removeExpired() {
		this.tokens.values().removeIf(this::isExpired);
	}

	private boolean isExpired(OAuth2Authorization authorization) {
		return !expiresAt(authorization).isAfter(this.clock.instant());
	}

	private static boolean isOfCurrentTenant(OAuth2Authorization authorization) {
		return TenantClients.tenantOf(authorization.getRegisteredClientId()).equals(CurrentTenant.get().slug());
	}

	private static IssuedToken describe(OAuth2Authorization authorization) {
		Map<String, Object> claims = accessToken(authorization).getClaims();
		Assert.state(claims != null, "A token was saved without claims");
		return IssuedToken.of(TenantClients.tenantOf(authorization.getRegisteredClientId()), claims,
				expiresAt(authorization), Obtained.of(authorization));
	}

	static @Nullable String thumbprintOf(OAuth2Authorization authorization) {
		OAuth2Authorization.Token<OAuth2AccessToken> token = authorization.getAccessToken();
		return (token != null && token.getClaims() != null) ? describe(authorization).thumbprint() : null;
	}

	private static OAuth2Authorization.Token<OAuth2AccessToken> accessToken(OAuth2Authorization authorization) {
		OAuth2Authorization.Token<OAuth2AccessToken> token = authorization.getAccessToken();
		Assert.state(token != null, "An authorization was saved without an access token");
		return token;
	}

	private static Instant expiresAt(OAuth2Authorization authorization) {
		Instant expiresAt = accessToken(authorization).getToken().getExpiresAt();
		Assert.state(expiresAt != null, "A token was saved without its expiry");
		return expiresAt;
	}

}
