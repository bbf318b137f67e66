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

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2Token;

import dev.lumoauth.spring.token.grant.TokenResponse;

/**
 * A token in the cache. It is fresh, then stale (valid, but has to be renewed), then
 * expired. Its times are by the cache's clock, counted from before the request, so a
 * difference to LumoAuth's clock does not matter.
 */
public final class TokenCacheEntry {

	public static final Duration MAX_STALE = Duration.ofSeconds(60);

	private static final long FIRST_BACKOFF_MILLIS = 1_000;

	private static final long MAX_BACKOFF_MILLIS = 30_000;

	private final CachedAccessToken token;

	private final Instant staleAt;

	private final Instant expiresAt;

	private boolean renewing;

	private int failures;

	private Instant nextRenewal = Instant.MIN;

	private TokenCacheEntry(CachedAccessToken token, Instant staleAt, Instant expiresAt) {
		this.token = token;
		this.staleAt = staleAt;
		this.expiresAt = expiresAt;
	}

	/**
	 * Create the entry of a token.
	 * @param loaded the token as it was issued
	 * @param requestedAt the time just before it was requested
	 * @param origin where it came from
	 * @return the entry
	 */
	public static TokenCacheEntry of(IssuedToken loaded, Instant requestedAt, CachedAccessToken.Origin origin) {
		Instant expiresAt = end(loaded, requestedAt);
		return new TokenCacheEntry(new CachedAccessToken(loaded.token(), requestedAt, expiresAt, origin),
				freshUntil(loaded, requestedAt), expiresAt);
	}

	/**
	 * Return when a token has to be renewed. A token that expires with its subject's
	 * token is not renewed early: the next token would expire then too.
	 */
	public static Instant freshUntil(IssuedToken loaded, Instant requestedAt) {
		Instant expiresAt = end(loaded, requestedAt);
		return expiresAt.isBefore(ownEnd(loaded, requestedAt)) ? expiresAt : staleAt(requestedAt, expiresAt);
	}

	private static Instant end(IssuedToken loaded, Instant requestedAt) {
		return atLatest(ownEnd(loaded, requestedAt), loaded.subjectEnd(), requestedAt);
	}

	private static Instant ownEnd(IssuedToken loaded, Instant requestedAt) {
		return atLatest(requestedAt.plus(life(loaded.token())), loaded.notAfter(), requestedAt);
	}

	public static Duration life(OAuth2AccessToken issued) {
		Instant issuedAt = issued.getIssuedAt();
		Instant issuedUntil = issued.getExpiresAt();
		return (issuedAt != null && issuedUntil != null) ? Duration.between(issuedAt, issuedUntil)
				: Duration.ofSeconds(TokenResponse.DEFAULT_LIFE_SECONDS);
	}

	private static Instant atLatest(Instant end, @Nullable Instant limit, Instant start) {
		if (limit == null || !limit.isBefore(end)) {
			return end;
		}
		return limit.isAfter(start) ? limit : start.plusMillis(1);
	}

	private static Instant staleAt(Instant start, Instant end) {
		Duration stale = Duration.between(start, end).dividedBy(5);
		return end.minus((stale.compareTo(MAX_STALE) < 0) ? stale : MAX_STALE);
	}

	public CachedAccessToken token() {
		return this.token;
	}

	Instant expiresAt() {
		return this.expiresAt;
	}

	boolean isStale(Instant now) {
		return !now.isBefore(this.staleAt);
	}

	boolean has(OAuth2Token other) {
		return this.token.getTokenValue().equals(other.getTokenValue());
	}

	synchronized TokenStatus.State state(Instant now) {
		if (this.renewing) {
			return TokenStatus.State.RENEWING;
		}
		if (this.failures > 0) {
			return TokenStatus.State.RENEWAL_FAILED;
		}
		return isStale(now) ? TokenStatus.State.DUE : TokenStatus.State.FRESH;
	}

	/**
	 * Return whether the caller is the one to renew it now.
	 */
	synchronized boolean startRenewal(Instant now) {
		if (this.renewing || now.isBefore(this.nextRenewal)) {
			return false;
		}
		this.renewing = true;
		return true;
	}

	/**
	 * Wait twice as long after each failure, 30 s at most, with a random part so that not
	 * all wait equally long.
	 */
	synchronized void renewalFailed(Instant now) {
		long backoff = Math.min(FIRST_BACKOFF_MILLIS << Math.min(this.failures, 10), MAX_BACKOFF_MILLIS);
		this.failures++;
		this.nextRenewal = now.plusMillis(ThreadLocalRandom.current().nextLong(backoff / 2, backoff + 1));
		this.renewing = false;
	}

	/**
	 * Without the token.
	 */
	@Override
	public String toString() {
		return "TokenCacheEntry[expiresAt=" + this.expiresAt + "]";
	}

}
