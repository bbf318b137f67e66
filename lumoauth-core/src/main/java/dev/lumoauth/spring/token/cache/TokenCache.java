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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Token;

import dev.lumoauth.spring.token.grant.TokenKey;
import dev.lumoauth.spring.LumoAuthAuthenticationException;
import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.SingleFlight;
import dev.lumoauth.spring.token.cache.TokenObservationContext.Renewal;
import dev.lumoauth.spring.token.grant.CredentialsRefusedException;

/**
 * The tokens in memory. A fresh token is returned at once. A stale token is returned too,
 * while one thread renews it in the background. If there is no token, one thread fetches
 * it and the others wait. There is no timer: unused tokens are not renewed.
 */
public final class TokenCache {

	/** Some kilobytes each: enough for the tokens of a thousand users for ten servers. */
	static final int MAX_ENTRIES = 10_000;

	static final int MAX_REFUSALS = 1_000;

	static final Duration REFUSAL_LIFE = Duration.ofSeconds(10);

	private static final Log logger = LogFactory.getLog(TokenCache.class);

	private final BoundedStore<TokenKey, TokenCacheEntry> tokens;

	/**
	 * Refusals that a second request would not change: a denial, or credentials that were
	 * not accepted.
	 */
	private final BoundedStore<TokenKey, LumoAuthException> refusals;

	/** The rejected tokens that were removed just now. */
	private final BoundedStore<TokenKey, CachedAccessToken> rejected;

	private final SingleFlight<Flight, TokenCacheEntry> flights;

	/** The tokens that are being fetched. */
	private final Set<Load> loads = ConcurrentHashMap.newKeySet();

	private final Clock clock;

	private final Executor executor;

	private final String agent;

	private final TokenObservations observations;

	private final AtomicLong generation = new AtomicLong();

	/**
	 * Create an empty cache.
	 * @param agent the agent, for observations
	 * @param clock the clock
	 * @param executor renews tokens in the background
	 * @param observations observes the fetching of tokens
	 * @param maxWait how long a chat may wait for LumoAuth in all
	 */
	public TokenCache(String agent, Clock clock, Executor executor, TokenObservations observations, Duration maxWait) {
		this.flights = new SingleFlight<>(maxWait);
		this.agent = agent;
		this.clock = clock;
		this.executor = executor;
		this.observations = observations;
		this.tokens = new BoundedStore<>(MAX_ENTRIES, this.clock);
		this.refusals = new BoundedStore<>(MAX_REFUSALS, this.clock);
		this.rejected = new BoundedStore<>(MAX_ENTRIES, this.clock);
	}

	public TokenCacheEntry get(TokenSource source, Supplier<IssuedToken> loader) {
		TokenKey key = source.key();
		TokenCacheEntry cached = peek(source, loader);
		if (cached != null) {
			return cached;
		}
		try {
			return fetch(source, key, null, loader, Renewal.BLOCKING);
		}
		catch (CancellationException ex) {
			throw new LumoAuthUnavailableException("Interrupted while waiting for " + key.describe(), ex);
		}
		catch (CompletionException ex) {
			throw new LumoAuthUnavailableException("Another thread has asked for " + key.describe()
					+ ", and LumoAuth has not answered within lumoauth.max-wait", ex);
		}
	}

	/**
	 * Return a valid token from memory, and have it renewed in the background if it is
	 * stale. Does not wait and fetches nothing.
	 */
	public @Nullable TokenCacheEntry peek(TokenSource source, Supplier<IssuedToken> loader) {
		TokenKey key = source.key();
		TokenCacheEntry cached = this.tokens.get(key);
		if (cached != null && cached.isStale(this.clock.instant())) {
			startRenewal(source, key, cached, loader);
		}
		return cached;
	}

	/**
	 * Compare and remove: a token that another thread has replaced already stays
	 * replaced.
	 */
	public boolean discard(OAuth2Token token) {
		TokenKey key = (token instanceof CachedAccessToken held) ? held.key() : null;
		if (key == null) {
			key = this.tokens.find((cached) -> cached.has(token));
		}
		TokenCacheEntry cached = (key != null) ? this.tokens.get(key) : null;
		if (key == null || cached == null || !cached.has(token)) {
			return false;
		}
		if (key.target() != null) { // otherwise LumoAuth itself has rejected it
			if (!cached.token().isReplaceable(this.clock.instant())) {
				return false;
			}
			// Before the token is removed: the thread that fetches the next one has to
			// find it.
			this.rejected.put(key, cached.token(), CachedAccessToken.PROBATION);
		}
		return this.tokens.remove(key, cached);
	}

	/**
	 * Forget everything, including tokens that are being fetched.
	 */
	public void clear() {
		this.generation.incrementAndGet();
		this.loads.forEach((load) -> load.forget((names) -> true));
		this.tokens.clear();
		this.refusals.clear();
		this.rejected.clear();
	}

	/**
	 * Forget some tokens. A token that is being fetched is not kept, and later callers do
	 * not wait for it: it may be older than the event that made it invalid.
	 * @param meant whether a token is one of them, by
	 * {@link CachedAccessToken#subjectNames()}
	 */
	public void forget(Predicate<@Nullable Set<String>> meant) {
		boolean underWay = false;
		for (Load load : this.loads) {
			underWay |= load.forget(meant);
		}
		if (underWay) {
			this.generation.incrementAndGet();
		}
		this.tokens.removeIf((entry) -> meant.test(entry.token().subjectNames()));
	}

	public List<TokenStatus> statuses() {
		Instant now = this.clock.instant();
		return this.tokens.map((key, token) -> new TokenStatus(key.grant(), key.target(),
				!key.subject().equals(TokenKey.AGENT), token.token().getScopes(), token.expiresAt(), token.state(now)));
	}

	private TokenCacheEntry load(TokenSource source, TokenKey key, Supplier<IssuedToken> loader, Renewal renewal) {
		return this.observations.observe(this.agent, key, renewal, () -> {
			Load load = new Load(source.subjectNames());
			this.loads.add(load);
			try {
				return load(load, key, loader);
			}
			finally {
				this.loads.remove(load);
			}
		});
	}

	private TokenCacheEntry load(Load load, TokenKey key, Supplier<IssuedToken> loader) {
		LumoAuthException refusal = this.refusals.get(key);
		if (refusal != null) {
			throw again(refusal);
		}
		Instant requestedAt = this.clock.instant();
		boolean replacement = this.rejected.get(key) != null;
		try {
			IssuedToken answer = loader.get();
			@Nullable Set<String> names = answer.names(load.names);
			TokenCacheEntry loaded = TokenCacheEntry.of(answer,
					(answer.requestedAt() != null) ? answer.requestedAt() : requestedAt,
					new CachedAccessToken.Origin(key, this.clock.instant(), replacement, names));
			synchronized (load) {
				// A token that was forgotten meanwhile is not kept.
				if (!load.isForgotten(names)) {
					this.tokens.put(key, loaded, loaded.expiresAt());
				}
			}
			return loaded;
		}
		catch (CredentialsRefusedException ex) {
			throw ex; // remembered for as long as the credentials are the same
		}
		catch (LumoAuthDeniedException | LumoAuthAuthenticationException ex) {
			synchronized (load) {
				if (!load.isForgotten(load.names)) {
					this.refusals.put(key, ex, REFUSAL_LIFE);
				}
			}
			throw ex;
		}
	}

	/**
	 * An exception of this call's own, with the stack trace of this call.
	 */
	private static LumoAuthException again(LumoAuthException refusal) {
		String message = String.valueOf(refusal.getMessage());
		return (refusal instanceof LumoAuthDeniedException denied)
				? new LumoAuthDeniedException(message, denied.getErrorCode(), refusal)
				: new LumoAuthAuthenticationException(message,
						((LumoAuthAuthenticationException) refusal).getErrorCode(), refusal);
	}

	private void startRenewal(TokenSource source, TokenKey key, TokenCacheEntry stale, Supplier<IssuedToken> loader) {
		if (!stale.startRenewal(this.clock.instant())) {
			return;
		}
		try {
			this.executor.execute(() -> renew(source, key, stale, loader));
		}
		catch (RuntimeException ex) { // the executor accepts no more tasks
			renewalFailed(key, stale, ex);
		}
	}

	private void renew(TokenSource source, TokenKey key, TokenCacheEntry stale, Supplier<IssuedToken> loader) {
		try {
			fetch(source, key, stale, loader, Renewal.AHEAD);
		}
		catch (RuntimeException ex) {
			renewalFailed(key, stale, ex);
		}
	}

	/**
	 * Fetch a token, unless another thread has fetched it meanwhile.
	 */
	private TokenCacheEntry fetch(TokenSource source, TokenKey key, @Nullable TokenCacheEntry stale,
			Supplier<IssuedToken> loader, Renewal renewal) {
		return this.flights.run(new Flight(key, this.generation.get()), () -> {
			TokenCacheEntry current = this.tokens.get(key);
			return (current != null && current != stale) ? current : load(source, key, loader, renewal);
		});
	}

	private void renewalFailed(TokenKey key, TokenCacheEntry stale, RuntimeException failure) {
		stale.renewalFailed(this.clock.instant());
		logger.warn("Could not renew " + key.describe() + ": the old one is used until " + stale.expiresAt() + ". "
				+ failure.getMessage());
	}

	/**
	 * A token and a generation. A caller that asks after the tokens were forgotten asks
	 * for a new one, and does not wait for an older request.
	 */
	private record Flight(TokenKey key, long generation) {

		/**
		 * As messages call it.
		 */
		@Override
		public String toString() {
			return this.key.toString();
		}

	}

	/**
	 * A token that is being fetched.
	 */
	private static final class Load {

		private final @Nullable Set<String> names;

		private final List<Predicate<@Nullable Set<String>>> forgotten = new ArrayList<>();

		private Load(@Nullable Set<String> names) {
			this.names = names;
		}

		/**
		 * Return whether the token may be one of those that are meant. Only a user's
		 * token itself says all the names of its user; the agent's own token is nobody's.
		 */
		private synchronized boolean forget(Predicate<@Nullable Set<String>> meant) {
			this.forgotten.add(meant);
			return (this.names != null && !this.names.isEmpty()) || meant.test(this.names);
		}

		private synchronized boolean isForgotten(@Nullable Set<String> names) {
			return this.forgotten.stream().anyMatch((meant) -> meant.test(names));
		}

	}

}
