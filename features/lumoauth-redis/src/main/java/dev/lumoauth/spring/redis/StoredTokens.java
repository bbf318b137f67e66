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
package dev.lumoauth.spring.redis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.util.Assert;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.Pause;
import dev.lumoauth.spring.user.TokenNames;
import dev.lumoauth.spring.token.cache.IssuedToken;
import dev.lumoauth.spring.token.cache.SharedTokens;
import dev.lumoauth.spring.token.grant.TokenKey;
import dev.lumoauth.spring.token.cache.BoundedStore;

/**
 * Tokens that the replicas of an application share, so that a thousand replicas ask
 * LumoAuth no more often than one. They are below the cache of each replica: a replica
 * looks only for a token that it does not have or that it has to renew. One replica
 * fetches a token while the others wait for it: at most 10 seconds, and no longer than a
 * chat may wait for LumoAuth. Without the store, with a store that fails or hangs, or
 * with unreadable values, each replica fetches its own tokens.
 *
 * @since 0.1.0
 */
public final class StoredTokens implements SharedTokens, SmartLifecycle, AutoCloseable {

	/**
	 * The minimum length of an encryption key.
	 */
	public static final int MIN_KEY_BYTES = 32;

	/**
	 * The longest time to wait for an answer of the store: the time for which a replica
	 * can keep the lock.
	 */
	public static final Duration MAX_TIMEOUT = Duration.ofSeconds(10);

	public static final Duration LOCK = MAX_TIMEOUT;

	private static final int MAX_REJECTED = 1_000;

	private static final Duration REJECTED_LIFE = Duration.ofHours(1);

	/** Less than {@link SharedMarks#LIFE}. */
	private static final Duration MAX_LIFE = Duration.ofHours(24);

	/** The maximum difference between the clocks of two replicas. */
	private static final Duration CLOCKS = Duration.ofSeconds(1);

	/**
	 * How far another replica's clock may be ahead: a token is renewed a minute before
	 * its end, and half of that does no harm.
	 */
	private static final Duration AHEAD = Duration.ofSeconds(30);

	public static final Duration POLL = Duration.ofMillis(100);

	private static final Log logger = LogFactory.getLog(StoredTokens.class);

	private final StoreAccess store;

	private final TokenSeal seal;

	private final Clock clock;

	private final Pause pause;

	/** How many tokens of other replicas were used. */
	private final LongAdder taken = new LongAdder();

	/** How many tokens the others were given. */
	private final LongAdder given = new LongAdder();

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Create the shared tokens.
	 * @param store the store that keeps the tokens
	 * @param encryptionKey the key with which they are encrypted, 32 bytes or more; the
	 * same for all replicas
	 * @param timeout how long to wait for an answer of the store, whatever the store's
	 * own timeout is
	 * @param clock the clock; a token of a replica whose clock is 30 seconds ahead is not
	 * used
	 * @param pause how to wait while another replica fetches
	 */
	public StoredTokens(SharedTokenStore store, byte[] encryptionKey, Duration timeout, Clock clock, Pause pause) {
		Assert.isTrue(timeout.toNanos() > 0, "The time to wait for the store has to be above zero");
		this.store = new StoreAccess(store, timeout, clock);
		this.seal = new TokenSeal(encryptionKey);
		this.clock = clock;
		this.pause = pause;
	}

	/**
	 * Connect to the store in the background. Else the first who needs a token waits for
	 * the connection, which takes longer than an answer while an application starts.
	 */
	public void connect() {
		this.store.connect();
	}

	/**
	 * Return these tokens for one agent.
	 * @param identity the agent's unique identity: LumoAuth's address and the client id
	 * @param maxWait how long a chat may wait for LumoAuth in all, another replica's
	 * question included
	 */
	@Override
	public Agent of(String identity, Duration maxWait) {
		return new Replica(identity, maxWait);
	}

	StoreAccess access() {
		return this.store;
	}

	TokenSeal seal() {
		return this.seal;
	}

	Pause pause() {
		return this.pause;
	}

	long taken() {
		return this.taken.sum();
	}

	long given() {
		return this.given.sum();
	}

	private void tell(Consumer<SharedTokenStore> message) {
		this.store.ask((store) -> {
			message.accept(store);
			return null;
		}, null);
	}

	/**
	 * Use the store again after {@link #stop()}. New shared tokens use it at once.
	 */
	@Override
	public void start() {
		this.store.start();
	}

	/**
	 * Leave the store alone: each replica fetches its own tokens. What the other replicas
	 * have to be told is kept until {@link #start()}.
	 */
	@Override
	public void stop() {
		this.store.stop();
	}

	@Override
	public boolean isRunning() {
		return !this.store.isStopped();
	}

	/**
	 * After the web server, whose requests need tokens until they end, and before the
	 * connections to the store.
	 */
	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 4096;
	}

	/**
	 * Stop using the store for ever.
	 */
	@Override
	public void close() {
		this.store.close();
	}

	/**
	 * The tokens of one agent.
	 */
	private final class Replica implements Agent {

		private final String identity;

		private final BoundedStore<Rejected, Boolean> rejected = new BoundedStore<>(MAX_REJECTED,
				StoredTokens.this.clock);

		/** Locks that were not free for as long as a replica waits. */
		private final BoundedStore<String, Boolean> stuck = new BoundedStore<>(MAX_REJECTED, StoredTokens.this.clock);

		private final ForgottenTokens forgotten = new ForgottenTokens();

		private final SharedMarks marks;

		private final Duration maxWait;

		private Replica(String identity, Duration maxWait) {
			this.identity = identity;
			this.maxWait = maxWait;
			this.marks = new SharedMarks(StoredTokens.this.store, StoredTokens.this.seal, identity);
		}

		@Override
		public Supplier<IssuedToken> share(TokenKey key, Supplier<@Nullable Set<String>> names,
				Supplier<IssuedToken> loader) {
			return () -> {
				@Nullable Set<String> subject = names.get();
				return load(StoredTokens.this.seal.name(this.identity, key), key.jkt(), subject, loader);
			};
		}

		@Override
		public void forget(Set<String> subjects, boolean agent) {
			Instant notBefore = StoredTokens.this.clock.instant().plus(CLOCKS);
			this.forgotten.add(notBefore,
					(names) -> agent || (names != null && TokenNames.mayBeAmong(subjects, names)));
			this.marks.add(notBefore, subjects, agent);
		}

		private boolean isForgotten(long mark, @Nullable Set<String> names) {
			return this.forgotten.has(mark, names) || this.marks.has(mark, names);
		}

		@Override
		public void discard(TokenKey key, OAuth2Token token) {
			this.rejected.put(new Rejected(StoredTokens.this.seal.name(this.identity, key), token.getTokenValue()),
					true, REJECTED_LIFE);
		}

		private IssuedToken load(String name, @Nullable String jkt, @Nullable Set<String> names,
				Supplier<IssuedToken> loader) {
			IssuedToken found = find(name, jkt, names);
			if (found != null) {
				return found;
			}
			String lock = name + ":lock";
			String holder = UUID.randomUUID().toString();
			WaitForReplica wait = new WaitForReplica(this.maxWait,
					(this.stuck.get(lock) != null) ? Duration.ZERO : LOCK, StoredTokens.this.pause);
			while (Boolean.FALSE.equals(lock(lock, holder))) {
				if (wait.isOver()) {
					this.stuck.put(lock, true, LOCK);
					return afterOthers(wait, name, jkt, names, loader);
				}
				wait.pause(POLL);
				found = find(name, jkt, names);
				if (found != null) {
					return found;
				}
			}
			this.stuck.remove(lock, true);
			try {
				// The previous holder may have saved a token just before.
				found = find(name, jkt, names);
				return (found != null) ? found : wait.thenAsk(() -> fetch(name, jkt, names, loader));
			}
			finally {
				tell((store) -> store.unlock(lock, holder));
			}
		}

		private @Nullable Boolean lock(String lock, String holder) {
			return StoredTokens.this.store.ask((store) -> store.lock(lock, holder, LOCK), true);
		}

		/**
		 * Ask LumoAuth although another replica has the lock. That replica may have got a
		 * token meanwhile.
		 */
		private IssuedToken afterOthers(WaitForReplica wait, String name, @Nullable String jkt,
				@Nullable Set<String> names, Supplier<IssuedToken> loader) {
			try {
				return wait.thenAsk(() -> fetch(name, jkt, names, loader));
			}
			catch (LumoAuthUnavailableException ex) {
				IssuedToken found = find(name, jkt, names);
				if (found != null) {
					return found;
				}
				throw ex;
			}
		}

		private @Nullable IssuedToken find(String name, @Nullable String jkt, @Nullable Set<String> names) {
			byte[] sealed = StoredTokens.this.store.ask((store) -> store.find(name), null);
			SharedToken shared = (sealed != null) ? StoredTokens.this.seal.open(name, sealed) : null;
			Instant now = StoredTokens.this.clock.instant();
			if (sealed == null || shared == null || !Objects.equals(shared.jkt(), jkt) || !shared.isFresh(now)
					|| isAhead(shared, now)) {
				return null;
			}
			Rejected found = new Rejected(name, shared.value());
			IssuedToken loaded = shared.loaded();
			if (this.rejected.get(found) == null && !isForgotten(shared.mark(), loaded.names(names))) {
				StoredTokens.this.taken.increment();
				return loaded;
			}
			tell((store) -> {
				store.remove(name, sealed);
				this.rejected.remove(found, true);
			});
			return null;
		}

		/**
		 * When such a token ends, nobody knows.
		 */
		private boolean isAhead(SharedToken shared, Instant now) {
			boolean ahead = shared.requestedAt() > now.plus(AHEAD).toEpochMilli();
			if (ahead && StoredTokens.this.warned.compareAndSet(false, true)) {
				logger.warn("A token in the shared token store is from the future and is not used: the clock of "
						+ "another replica is ahead of this one's by more than " + AHEAD.toSeconds()
						+ " s. Set the clocks, for example with NTP. Logged once.");
			}
			return ahead;
		}

		private IssuedToken fetch(String name, @Nullable String jkt, @Nullable Set<String> names,
				Supplier<IssuedToken> loader) {
			long mark = latestMark();
			Instant requestedAt = StoredTokens.this.clock.instant();
			IssuedToken loaded = loader.get();
			SharedToken shared = SharedToken.of(loaded, requestedAt, jkt, mark);
			// It may have been forgotten while LumoAuth was asked.
			if (isForgotten(shared.mark(), loaded.names(names))) {
				return (latestMark() != mark) ? loader.get() : loaded;
			}
			Duration fresh = Duration.between(StoredTokens.this.clock.instant(), shared.freshUntil());
			Duration life = (fresh.compareTo(MAX_LIFE) < 0) ? fresh : MAX_LIFE;
			byte[] sealed = StoredTokens.this.seal.close(name, shared);
			if (life.toMillis() > 0 && sealed.length <= SharedTokenStore.MAX_BYTES) {
				tell((store) -> store.save(name, sealed, life));
				StoredTokens.this.given.increment();
			}
			return loaded;
		}

		private long latestMark() {
			return Math.max(this.forgotten.latest(), this.marks.latest());
		}

	}

	/**
	 * A token that was not accepted.
	 *
	 * @param name the name under which it was shared
	 * @param token the token
	 */
	private record Rejected(String name, String token) {

		@Override
		public String toString() {
			return "Rejected[" + this.name + "]";
		}

	}

}
