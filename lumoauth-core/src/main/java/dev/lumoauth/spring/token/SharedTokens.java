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

import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.Pause;

/**
 * Tokens that the replicas of an application share, so that a thousand of them ask
 * LumoAuth no more often than one. Below the cache of each replica: only a token that it
 * does not have, or that is to be renewed, is looked for. One replica fetches while the
 * others wait for what it got, 10 seconds at most. Without the store, or with values that
 * can't be read, each fetches for itself.
 *
 * @since 0.1.0
 */
public final class SharedTokens {

	/**
	 * The length of the shortest encryption key that is taken.
	 */
	public static final int MIN_KEY_BYTES = 32;

	static final Duration LOCK = Duration.ofSeconds(10);

	private static final int MAX_REJECTED = 1_000;

	private static final Duration REJECTED_LIFE = Duration.ofHours(1);

	static final Duration POLL = Duration.ofMillis(100);

	private static final Log logger = LogFactory.getLog(SharedTokens.class);

	private final SharedTokenStore store;

	private final TokenSeal seal;

	private final Clock clock;

	private final Pause pause;

	private final AtomicBoolean failing = new AtomicBoolean();

	/**
	 * Create the shared tokens.
	 * @param store where they are kept
	 * @param encryptionKey what they are encrypted with, 32 bytes or more; the same for
	 * all replicas
	 * @param clock the clock; those of the replicas should be within a second
	 * @param pause how to wait while another replica fetches
	 */
	public SharedTokens(SharedTokenStore store, byte[] encryptionKey, Clock clock, Pause pause) {
		this.store = store;
		this.seal = new TokenSeal(encryptionKey);
		this.clock = clock;
		this.pause = pause;
	}

	/**
	 * Return these tokens for one agent.
	 * @param identity what tells it from all others: LumoAuth's address and the client id
	 */
	Agent of(String identity) {
		return new Agent(identity);
	}

	private <T> @Nullable T ask(Supplier<@Nullable T> action, @Nullable T otherwise) {
		try {
			T answer = action.get();
			if (this.failing.compareAndSet(true, false)) {
				logger.info("The shared token store answers again");
			}
			return answer;
		}
		catch (RuntimeException ex) {
			if (this.failing.compareAndSet(false, true)) {
				logger.warn("The shared token store (lumoauth.token-store) can't be used: tokens are fetched by each "
						+ "replica for itself until it can. " + ex);
			}
			return otherwise;
		}
	}

	private void tell(Runnable action) {
		ask(() -> {
			action.run();
			return null;
		}, null);
	}

	/**
	 * The tokens of one agent.
	 */
	final class Agent {

		private final String identity;

		private final BoundedStore<String, String> rejected = new BoundedStore<>(MAX_REJECTED, SharedTokens.this.clock);

		private Agent(String identity) {
			this.identity = identity;
		}

		/**
		 * Return a loader that asks the other replicas first.
		 * @param key what is asked for
		 * @param loader asks LumoAuth
		 */
		TokenLoader share(TokenKey key, TokenLoader loader) {
			return () -> load(SharedTokens.this.seal.name(this.identity, key), loader);
		}

		/**
		 * Forget a token that was not accepted, if it is still the current one. Waits for
		 * nothing: it is removed before the next one is looked for.
		 */
		void discard(TokenKey key, OAuth2AccessToken token) {
			this.rejected.put(SharedTokens.this.seal.name(this.identity, key), token.getTokenValue(), REJECTED_LIFE);
		}

		private void removeRejected(String name) {
			String token = this.rejected.get(name);
			if (token == null) {
				return;
			}
			this.rejected.remove(name, token);
			tell(() -> {
				byte[] sealed = SharedTokens.this.store.find(name);
				SharedToken shared = (sealed != null) ? SharedTokens.this.seal.open(name, sealed) : null;
				if (sealed != null && shared != null && shared.value().equals(token)) {
					SharedTokens.this.store.remove(name, sealed);
				}
			});
		}

		private TokenLoader.Loaded load(String name, TokenLoader loader) {
			removeRejected(name);
			TokenLoader.Loaded found = find(name);
			if (found != null) {
				return found;
			}
			String lock = name + ":lock";
			String holder = UUID.randomUUID().toString();
			Instant end = SharedTokens.this.clock.instant().plus(LOCK);
			while (Boolean.FALSE.equals(ask(() -> SharedTokens.this.store.lock(lock, holder, LOCK), true))
					&& SharedTokens.this.clock.instant().isBefore(end)) {
				await();
				found = find(name);
				if (found != null) {
					return found;
				}
			}
			try {
				// Whoever had the lock may have saved one just before it was free.
				found = find(name);
				return (found != null) ? found : fetch(name, loader);
			}
			finally {
				tell(() -> SharedTokens.this.store.unlock(lock, holder));
			}
		}

		private TokenLoader.@Nullable Loaded find(String name) {
			byte[] sealed = ask(() -> SharedTokens.this.store.find(name), null);
			SharedToken shared = (sealed != null) ? SharedTokens.this.seal.open(name, sealed) : null;
			return (shared != null && shared.isFresh(SharedTokens.this.clock.instant())) ? shared.loaded() : null;
		}

		private TokenLoader.Loaded fetch(String name, TokenLoader loader) {
			Instant requestedAt = SharedTokens.this.clock.instant();
			TokenLoader.Loaded loaded = loader.get();
			SharedToken shared = SharedToken.of(loaded, requestedAt);
			Duration life = Duration.between(SharedTokens.this.clock.instant(), shared.freshUntil());
			if (life.toMillis() > 0) {
				tell(() -> SharedTokens.this.store.save(name, SharedTokens.this.seal.close(name, shared), life));
			}
			return loaded;
		}

		private void await() {
			try {
				SharedTokens.this.pause.pause(POLL);
			}
			catch (InterruptedIOException ex) {
				throw new LumoAuthUnavailableException("Interrupted while another replica fetched a token", ex);
			}
		}

	}

}
