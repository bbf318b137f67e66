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
package dev.lumoauth.spring.token.cache;

import dev.lumoauth.spring.token.grant.TokenKey;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * A token as the cache returns it. The token remembers facts that decide whether it is
 * replaced: a server that rejects every token must not cause an exchange at LumoAuth for
 * each request.
 */
public final class CachedAccessToken extends OAuth2AccessToken {

	/**
	 * How long a new token does not count as invalid: a token that has replaced a
	 * rejected one, if a server rejects it; and one of two tokens, if LumoAuth refuses an
	 * exchange without saying which of the two is invalid.
	 */
	public static final Duration PROBATION = Duration.ofSeconds(10);

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Origin origin;

	CachedAccessToken(OAuth2AccessToken issued, Instant issuedAt, Instant expiresAt, Origin origin) {
		super(issued.getTokenType(), issued.getTokenValue(), issuedAt, expiresAt, issued.getScopes());
		this.origin = origin;
	}

	/**
	 * Return the key of the token in the cache; {@code null} for a deserialized copy.
	 */
	public @Nullable TokenKey key() {
		return (this.origin != null) ? this.origin.key() : null;
	}

	/**
	 * Return on whose behalf the token is, as {@link IssuedToken#names} does.
	 */
	@Nullable Set<String> subjectNames() {
		return (this.origin != null) ? this.origin.names() : Set.of();
	}

	/**
	 * Return whether the token may be replaced now if a server rejects it.
	 */
	boolean isReplaceable(Instant now) {
		return this.origin == null || !this.origin.replacement()
				|| !now.isBefore(this.origin.fetchedAt().plus(PROBATION));
	}

	/**
	 * Where a token came from.
	 *
	 * @param key the key by which it was requested
	 * @param fetchedAt when it was received
	 * @param replacement whether it has replaced a rejected token
	 * @param names as in {@link IssuedToken#names}
	 */
	public record Origin(TokenKey key, Instant fetchedAt, boolean replacement, @Nullable Set<String> names) {

	}

}
