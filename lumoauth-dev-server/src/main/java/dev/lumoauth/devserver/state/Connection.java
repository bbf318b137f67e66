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

package dev.lumoauth.devserver.state;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.config.ConnectionProperties;

/**
 * A connection to a third party, with the tokens that are kept. Thread-safe.
 *
 * @since 0.1.0
 */
public class Connection {

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final int MAX_TIMES = 1_000;

	private final ConnectionProperties settings;

	private final Clock clock;

	/** By agent or user. */
	private final Map<String, Token> tokens = new TreeMap<>();

	private State state = State.ACTIVE;

	/** How many more requests get this state; 0 means all. */
	private int times;

	Connection(ConnectionProperties settings, Clock clock) {
		this.settings = settings;
		this.clock = clock;
	}

	public String id() {
		return this.settings.id();
	}

	public ConnectionProperties settings() {
		return this.settings;
	}

	/**
	 * Returns the state.
	 * @return the current state
	 */
	public synchronized State state() {
		return this.state;
	}

	/**
	 * Returns the state for one request, which may be the last one with this state.
	 * @return the state
	 */
	public synchronized State nextState() {
		State next = this.state;
		if (this.times > 0 && --this.times == 0) {
			this.state = State.ACTIVE;
		}
		return next;
	}

	/**
	 * Changes the state, and removes all tokens.
	 * @param state the new state
	 * @param times for how many requests, 0 for all
	 */
	public synchronized void setState(State state, int times) {
		if (times < 0 || times > MAX_TIMES) {
			throw new IllegalArgumentException("'times' is not 0 to %d".formatted(MAX_TIMES));
		}
		this.state = state;
		this.times = times;
		this.tokens.clear();
	}

	/**
	 * Returns the token of an agent or a user: the same one until it expires.
	 * @param owner an agent or a user
	 * @return the token
	 */
	public synchronized Token token(String owner) {
		Instant now = this.clock.instant();
		Token kept = this.tokens.get(owner);
		if (kept != null && (kept.expiresAt() == null || kept.expiresAt().isAfter(now))) {
			return kept;
		}
		byte[] bytes = new byte[16];
		RANDOM.nextBytes(bytes);
		Token fresh = new Token("%s-%s".formatted(id(), HexFormat.of().formatHex(bytes)),
				this.settings.tokenLifetime().isZero() ? null : now.plus(this.settings.tokenLifetime()));
		this.tokens.put(owner, fresh);
		return fresh;
	}

	/**
	 * Returns whether an agent may have a token.
	 * @param agent the agent
	 * @return whether it may
	 */
	public boolean permits(Agent agent) {
		return this.settings.agents().isEmpty() || this.settings.agents().contains(agent.id());
	}

	@Override
	public String toString() {
		return id();
	}

	/**
	 * A token of the third party.
	 *
	 * @param value the token
	 * @param expiresAt its expiry, {@code null} if it does not expire
	 */
	public record Token(String value, @Nullable Instant expiresAt) {

		@Override
		public String toString() {
			return "Token[expiresAt=%s]".formatted(this.expiresAt);
		}

	}

	/**
	 * The state of the connection.
	 */
	public enum State {

		/** There is a token. */
		ACTIVE(200, ""),
		/** An administrator has disabled it. */
		DISABLED(403, "connection_disabled"),
		/** Access is no longer granted. */
		GRANT_REVOKED(409, "grant_revoked"),
		/** The time for which access was granted is over. */
		GRANT_EXPIRED(409, "grant_expired"),
		/** The provider does not renew the token. */
		REFRESH_FAILED(409, "refresh_failed"),
		/** Too many requests. */
		RATE_LIMITED(429, "rate_limited"),
		/** The token is being renewed. */
		REFRESH_IN_PROGRESS(503, "refresh_in_progress"),
		/** The provider does not answer. */
		PROVIDER_UNAVAILABLE(503, "provider_unavailable");

		private final int status;

		private final String error;

		State(int status, String error) {
			this.status = status;
			this.error = error;
		}

		/**
		 * Returns the name in paths and in JSON.
		 * @return the name, in lower case with hyphens
		 */
		public String id() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

		/**
		 * Returns the status of the answer to a request for a token.
		 * @return the status
		 */
		public int status() {
			return this.status;
		}

		/**
		 * Returns the error of the answer.
		 * @return the error code, empty if the state is not an error
		 */
		public String error() {
			return this.error;
		}

		/**
		 * Finds a state.
		 * @param id its name
		 * @return the state, or nothing
		 */
		public static Optional<State> of(String id) {
			return Arrays.stream(values()).filter((state) -> state.id().equals(id)).findFirst();
		}

		/**
		 * Returns the names of all states.
		 * @return the names
		 */
		public static List<String> ids() {
			return Arrays.stream(values()).map(State::id).toList();
		}

	}

}
