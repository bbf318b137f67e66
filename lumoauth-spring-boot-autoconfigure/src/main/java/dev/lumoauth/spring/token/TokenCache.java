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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.cache.SingleFlight;

/**
 * The tokens in memory. A fresh one is given as it is; a stale one too, while one thread
 * in the background renews it; where there is none, one thread fetches it and the others
 * wait. There is no timer: what no one uses is not renewed.
 */
final class TokenCache {

	static final int MAX_ENTRIES = 1_000;

	static final Duration REFUSAL_LIFE = Duration.ofSeconds(10);

	private static final Log logger = LogFactory.getLog(TokenCache.class);

	private final BoundedStore<TokenKey, CachedToken> tokens;

	private final BoundedStore<TokenKey, LumoAuthDeniedException> refusals;

	private final SingleFlight<TokenKey, CachedToken> flights = new SingleFlight<>();

	private final Clock clock;

	private final Executor executor;

	TokenCache(Clock clock, Executor executor) {
		this.tokens = new BoundedStore<>(MAX_ENTRIES, clock);
		this.refusals = new BoundedStore<>(MAX_ENTRIES, clock);
		this.clock = clock;
		this.executor = executor;
	}

	CachedToken get(TokenKey key, TokenLoader loader) {
		CachedToken cached = this.tokens.get(key);
		if (cached != null) {
			renewIfStale(key, cached, loader);
			return cached;
		}
		try {
			return this.flights.run(key, () -> {
				// A flight may have landed since the look above.
				CachedToken landed = this.tokens.get(key);
				return (landed != null) ? landed : load(key, loader);
			});
		}
		catch (CancellationException ex) {
			throw new LumoAuthUnavailableException("Interrupted while waiting for " + key.describe(), ex);
		}
	}

	/**
	 * Compare and remove: a token that another thread has replaced already stays
	 * replaced.
	 */
	boolean discard(OAuth2AccessToken token) {
		return this.tokens.removeIf((cached) -> cached.has(token));
	}

	private CachedToken load(TokenKey key, TokenLoader loader) {
		LumoAuthDeniedException refusal = this.refusals.get(key);
		if (refusal != null) {
			throw new LumoAuthDeniedException(String.valueOf(refusal.getMessage()), refusal.getErrorCode(), refusal);
		}
		Instant requestedAt = this.clock.instant();
		try {
			CachedToken loaded = CachedToken.of(loader.get(), requestedAt);
			this.tokens.put(key, loaded, loaded.expiresAt());
			return loaded;
		}
		catch (LumoAuthDeniedException ex) {
			this.refusals.put(key, ex, REFUSAL_LIFE);
			throw ex;
		}
	}

	private void renewIfStale(TokenKey key, CachedToken stale, TokenLoader loader) {
		Instant now = this.clock.instant();
		if (!stale.isStale(now) || !stale.startRenewal(now)) {
			return;
		}
		try {
			this.executor.execute(() -> renew(key, stale, loader));
		}
		catch (RuntimeException ex) { // the executor takes nothing more
			renewalFailed(key, stale, ex);
		}
	}

	private void renew(TokenKey key, CachedToken stale, TokenLoader loader) {
		try {
			this.flights.run(key, () -> {
				CachedToken current = this.tokens.get(key);
				return (current != null && current != stale) ? current : load(key, loader);
			});
		}
		catch (RuntimeException ex) {
			renewalFailed(key, stale, ex);
		}
	}

	private void renewalFailed(TokenKey key, CachedToken stale, RuntimeException failure) {
		stale.renewalFailed(this.clock.instant());
		logger.warn("Could not renew " + key.describe() + ": the old one is used until " + stale.expiresAt() + ". "
				+ failure.getMessage());
	}

}
