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

package dev.lumoauth.spring.vault;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.SingleFlight;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The tokens of third parties in memory, each for one connection and one user, or the
 * agent. One thread fetches a token and the others wait.
 */
final class ConnectionTokens {

	static final int MAX_ENTRIES = 10_000;

	/** How long a refusal counts. A failure counts for at most that long. */
	static final Duration MAX_PAUSE = Duration.ofSeconds(30);

	static final Duration REFUSED = Duration.ofSeconds(10);

	private final Map<Account, KeptToken> tokens = new ConcurrentHashMap<>();

	private final Map<Account, Failure> failures = new ConcurrentHashMap<>();

	/** When a rejected token was forgotten. */
	private final Map<Account, Instant> rejections = new ConcurrentHashMap<>();

	private final SingleFlight<Flight, KeptToken> flights;

	private final AtomicLong generation = new AtomicLong();

	private final Function<Account, OAuth2AccessToken> source;

	private final Clock clock;

	/**
	 * Create an empty memory.
	 * @param source asks LumoAuth for a token, and throws one of this package's
	 * exceptions if it says why there is none
	 * @param clock the clock
	 * @param maxWait how long a chat may wait for LumoAuth in all
	 */
	ConnectionTokens(Function<Account, OAuth2AccessToken> source, Clock clock, Duration maxWait) {
		this.flights = new SingleFlight<>(maxWait);
		this.source = source;
		this.clock = clock;
	}

	OAuth2AccessToken get(Account account) {
		OAuth2AccessToken known = peek(account);
		if (known != null) {
			return known;
		}
		try {
			return this.flights.run(new Flight(account, this.generation.get()), () -> {
				KeptToken landed = this.tokens.get(account);
				return (landed != null && landed.isGood(this.clock.instant())) ? landed : load(account);
			}).usedBy(account.names());
		}
		catch (CancellationException ex) {
			throw new LumoAuthUnavailableException(
					"Interrupted while waiting for a token of connection '" + account.connection() + "'", ex);
		}
		catch (CompletionException ex) {
			throw new LumoAuthUnavailableException("Another thread has asked for a token of connection '"
					+ account.connection() + "', and LumoAuth has not answered within lumoauth.max-wait", ex);
		}
	}

	/**
	 * Return a valid token from memory. Does not wait.
	 */
	@Nullable OAuth2AccessToken peek(Account account) {
		KeptToken kept = this.tokens.get(account);
		return (kept != null && kept.isGood(this.clock.instant())) ? kept.usedBy(account.names()) : null;
	}

	private KeptToken load(Account account) {
		Instant askedAt = this.clock.instant();
		Failure failure = this.failures.get(account);
		if (failure != null && askedAt.isBefore(failure.until())) {
			throw failure.again();
		}
		long generation = this.generation.get();
		try {
			KeptToken loaded = new KeptToken(this.source.apply(account), account.names(), askedAt);
			makeRoom(askedAt);
			this.failures.remove(account);
			this.tokens.put(account, loaded);
			if (this.generation.get() != generation) {
				this.tokens.remove(account, loaded);
			}
			return loaded;
		}
		catch (ConnectionDeniedException | ConnectionUnavailableException ex) {
			makeRoom(askedAt);
			this.failures.put(account, new Failure(ex, askedAt.plus(pause(ex))));
			if (this.generation.get() != generation) {
				this.failures.remove(account);
			}
			throw ex;
		}
	}

	private static Duration pause(LumoAuthException failure) {
		if (failure instanceof ConnectionUnavailableException unavailable) {
			Duration wait = Objects.requireNonNullElse(unavailable.getRetryAfter(), Duration.ofSeconds(1));
			return (wait.compareTo(MAX_PAUSE) < 0) ? wait : MAX_PAUSE;
		}
		return REFUSED;
	}

	/**
	 * Forget a token that was not accepted, if it is still the current one. Each
	 * connection that has the token forgets it, since two connections may belong to one
	 * account. A token that has just replaced a rejected one is kept: a third token would
	 * be rejected too.
	 */
	boolean discard(OAuth2AccessToken token) {
		Instant now = this.clock.instant();
		boolean discarded = false;
		for (Map.Entry<Account, KeptToken> entry : this.tokens.entrySet()) {
			if (entry.getValue().has(token)) {
				discarded |= discard(entry.getKey(), entry.getValue(), now);
			}
		}
		return discarded;
	}

	private boolean discard(Account account, KeptToken kept, Instant now) {
		Instant rejectedAt = this.rejections.get(account);
		boolean again = rejectedAt != null && now.isBefore(rejectedAt.plus(KeptToken.PROBATION)) && kept.isNew(now);
		if (again || !this.tokens.remove(account, kept)) {
			return false;
		}
		this.rejections.put(account, now);
		return true;
	}

	/**
	 * Forget tokens, those under way included.
	 * @param meant whether a user with these names is meant; {@code null} stands for the
	 * agent
	 */
	void forget(Predicate<@Nullable Set<String>> meant) {
		this.generation.incrementAndGet();
		// One user's tokens may have come with other names before.
		this.tokens.entrySet()
			.removeIf((entry) -> meant.test(entry.getKey().names()) || meant.test(entry.getValue().names()));
		this.failures.clear();
		this.rejections.clear();
	}

	List<ConnectionStatus> statuses() {
		Instant now = this.clock.instant();
		List<ConnectionStatus> statuses = new ArrayList<>();
		this.tokens.forEach((account, kept) -> {
			if (kept.isGood(now)) {
				statuses.add(new ConnectionStatus(account.connection(), account.userId() != null, kept.end()));
			}
		});
		return statuses;
	}

	private void makeRoom(Instant now) {
		this.failures.values().removeIf((failure) -> !now.isBefore(failure.until()));
		if (this.failures.size() >= MAX_ENTRIES) {
			this.failures.clear();
		}
		if (this.rejections.size() >= MAX_ENTRIES) {
			this.rejections.clear();
		}
		if (this.tokens.size() >= MAX_ENTRIES) {
			this.tokens.values().removeIf((kept) -> !kept.isGood(now));
		}
		if (this.tokens.size() >= MAX_ENTRIES) {
			// Tokens that are still needed are requested again.
			this.tokens.clear();
		}
	}

	/**
	 * The user and the third party of a token.
	 *
	 * @param connection the name of the connection
	 * @param userId the user's id at LumoAuth; {@code null} = it is the agent's
	 * @param names the names by which events may refer to the user
	 */
	record Account(String connection, @Nullable String userId, @Nullable Set<String> names) {

		/**
		 * One user may come with tokens that have more names or fewer.
		 */
		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Account account && this.connection.equals(account.connection)
					&& Objects.equals(this.userId, account.userId);
		}

		@Override
		public int hashCode() {
			return Objects.hash(this.connection, this.userId);
		}

		/**
		 * Without the user.
		 */
		@Override
		public String toString() {
			return "Account[" + this.connection + "]";
		}

	}

	/**
	 * A token and a generation. A caller that asks after the tokens were forgotten does
	 * not wait for an older request.
	 */
	private record Flight(Account account, long generation) {
	}

	private record Failure(LumoAuthException exception, Instant until) {

		/**
		 * An exception of this call's own, with the stack trace of this call.
		 */
		LumoAuthException again() {
			if (this.exception instanceof ConnectionDeniedException denied) {
				return new ConnectionDeniedException(denied.getConnection(), denied.getErrorCode(), denied);
			}
			ConnectionUnavailableException unavailable = (ConnectionUnavailableException) this.exception;
			return new ConnectionUnavailableException(unavailable.getConnection(), unavailable.getErrorCode(),
					unavailable.getRetryAfter(), unavailable);
		}

	}

}
