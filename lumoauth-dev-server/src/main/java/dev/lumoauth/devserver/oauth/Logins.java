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
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;

/**
 * Users' logins that a code or a refresh token can still continue, at most 1,000. A login
 * is kept as long as its refresh token. So a code that is sent again is noticed, and ends
 * the login (RFC 6749, section 4.1.2). Used only by {@link TokenStore}, which
 * synchronizes.
 */
final class Logins {

	private static final int MAX_LOGINS = 1_000;

	private final Clock clock;

	/** By the authorization's id, oldest first. */
	private final Map<String, OAuth2Authorization> logins = new LinkedHashMap<>();

	Logins(Clock clock) {
		this.clock = clock;
	}

	static boolean isLogin(OAuth2Authorization authorization) {
		return authorization.getToken(OAuth2AuthorizationCode.class) != null;
	}

	/**
	 * Saves the state of a login. The state that comes with an access token that has been
	 * renewed in the meantime is outdated and is not saved.
	 */
	void save(OAuth2Authorization login, boolean ofOldAccessToken) {
		if (ofOldAccessToken && !isCurrent(login)) {
			return;
		}
		this.logins.remove(login.getId());
		if (!isUsable(login)) {
			return;
		}
		this.logins.values().removeIf((other) -> !isUsable(other));
		if (this.logins.size() >= MAX_LOGINS) {
			this.logins.remove(this.logins.keySet().iterator().next());
		}
		this.logins.put(login.getId(), login);
	}

	void remove(OAuth2Authorization login) {
		this.logins.remove(login.getId());
	}

	@Nullable OAuth2Authorization findByCode(String code) {
		return find((login) -> hasValue(login.getToken(OAuth2AuthorizationCode.class), code));
	}

	@Nullable OAuth2Authorization findByRefreshToken(String refreshToken) {
		return find((login) -> hasValue(login.getRefreshToken(), refreshToken));
	}

	/**
	 * Ends logins, with the same condition as access tokens.
	 * @return how many ended
	 */
	int revoke(Predicate<IssuedToken> condition) {
		int before = this.logins.size();
		this.logins.values().removeIf((login) -> condition.test(describe(login)));
		return before - this.logins.size();
	}

	private @Nullable OAuth2Authorization find(Predicate<OAuth2Authorization> condition) {
		return this.logins.values().stream().filter(this::isUsable).filter(condition).findFirst().orElse(null);
	}

	private boolean isCurrent(OAuth2Authorization login) {
		OAuth2Authorization saved = this.logins.get(login.getId());
		return saved != null && saved.getAccessToken() != null && login.getAccessToken() != null
				&& hasValue(saved.getAccessToken(), login.getAccessToken().getToken().getTokenValue());
	}

	private boolean isUsable(OAuth2Authorization login) {
		return isActive(login.getToken(OAuth2AuthorizationCode.class)) || isActive(login.getRefreshToken());
	}

	private boolean isActive(OAuth2Authorization.@Nullable Token<? extends OAuth2Token> token) {
		return token != null && !token.isInvalidated() && expiresAt(token).isAfter(this.clock.instant());
	}

	private static boolean hasValue(OAuth2Authorization.@Nullable Token<? extends OAuth2Token> token, String value) {
		return token != null && token.getToken().getTokenValue().equals(value);
	}

	private static Instant expiresAt(OAuth2Authorization.Token<? extends OAuth2Token> token) {
		Instant expiresAt = token.getToken().getExpiresAt();
		return (expiresAt != null) ? expiresAt : Instant.MIN;
	}

	private static IssuedToken describe(OAuth2Authorization login) {
		String client = login.getRegisteredClientId();
		String tenant = TenantClients.tenantOf(client);
		String clientId = client.substring(tenant.length() + 1);
		return new IssuedToken(tenant, clientId, login.getPrincipalName(), login.getAuthorizedScopes(),
				List.of(clientId), null, Instant.MAX, login.getId(), Map.of(), Obtained.of(login));
	}

}
