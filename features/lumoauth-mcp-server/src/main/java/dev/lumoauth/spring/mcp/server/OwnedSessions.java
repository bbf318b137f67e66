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

package dev.lumoauth.spring.mcp.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationListener;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

import org.springframework.security.oauth2.jwt.Jwt;

/**
 * The owners of the MCP sessions: the id of a session is not a credential. A session that
 * is idle for too long ends, at the latest with the next request of anybody. When there
 * are too many sessions, the one that has been unused the longest ends; if the caller who
 * opens another one has a tenth of all sessions, it is one of this caller's. The open
 * streams of a session end with the session, and when the last token that its caller has
 * presented expires.
 */
final class OwnedSessions implements RevocationListener, AutoCloseable {

	private final int capacity;

	private final Duration idleTimeout;

	private final Clock clock;

	private final ServedEndpoints endpoints;

	/** In the order of their use. */
	private final Map<String, Session> sessions = new LinkedHashMap<>();

	/**
	 * Create an empty list.
	 * @param capacity the maximum number of sessions
	 * @param idleTimeout how long a session may be unused
	 * @param clock the clock
	 * @param endpoints forget each session that ends
	 */
	OwnedSessions(int capacity, Duration idleTimeout, Clock clock, ServedEndpoints endpoints) {
		this.endpoints = endpoints;
		this.capacity = capacity;
		this.idleTimeout = idleTimeout;
		this.clock = clock;
	}

	synchronized void begin(String id, CallerAuthenticationToken caller) {
		endIdle();
		Owner owner = Owner.of(caller.getToken());
		long own = this.sessions.values().stream().filter((session) -> session.owner.equals(owner)).count();
		if (own > 0 && own >= Math.max(1, this.capacity / 10)) {
			endEldest(owner);
		}
		else if (this.sessions.size() >= this.capacity) {
			endEldest(null);
		}
		Session session = new Session(id, owner, caller.names(), this.clock.instant());
		session.seen(caller);
		this.sessions.putIfAbsent(id, session);
	}

	/**
	 * Return whether a session is the caller's, and note that it is used.
	 */
	synchronized boolean belongsTo(String id, CallerAuthenticationToken caller) {
		endIdle();
		Session session = this.sessions.get(id);
		if (session == null || !session.owner.equals(Owner.of(caller.getToken()))) {
			return false;
		}
		// Only a use by its owner moves the session to the end.
		this.sessions.remove(id);
		session.used = this.clock.instant();
		session.seen(caller);
		this.sessions.put(id, session);
		return true;
	}

	synchronized boolean isKnown(String id) {
		return this.sessions.containsKey(id);
	}

	synchronized void end(String id) {
		Session session = this.sessions.remove(id);
		if (session != null) {
			session.ended(this.endpoints);
		}
	}

	/**
	 * Note that a session holds a stream open.
	 * @param id the session
	 * @param end ends the stream; on another thread, and maybe after its end
	 * @return to be disposed of when the stream has ended
	 */
	synchronized Disposable opened(String id, Runnable end) {
		OpenStream stream = new OpenStream(end);
		Session session = this.sessions.get(id);
		if (session == null) {
			stream.end();
			return stream;
		}
		session.streams.add(stream);
		endWithTheToken(session, stream);
		return () -> {
			synchronized (this) {
				session.streams.remove(stream);
			}
			stream.dispose();
		};
	}

	private void endWithTheToken(Session session, OpenStream stream) {
		Duration rest = Duration.between(this.clock.instant(), session.tokenEnd.plus(TokenRules.CLOCK_SKEW));
		if (rest.isNegative() || rest.isZero()) {
			session.streams.remove(stream);
			stream.end();
			return;
		}
		stream.after(rest, () -> {
			synchronized (this) {
				// The caller may have shown a newer token since.
				endWithTheToken(session, stream);
			}
		});
	}

	/**
	 * Ends the sessions of callers whose tokens or agent were revoked. If only decisions
	 * have changed, the session continues.
	 */
	@Override
	public synchronized void revoked(Revocation revocation) {
		if (revocation.effect() != Revocation.Effect.DECISIONS) {
			this.sessions.values().removeIf((session) -> {
				boolean concerned = revocation.concerns(session.names);
				if (concerned) {
					session.ended(this.endpoints);
				}
				return concerned;
			});
		}
	}

	/**
	 * End all sessions.
	 */
	@Override
	public synchronized void close() {
		this.sessions.values().forEach((session) -> session.ended(this.endpoints));
		this.sessions.clear();
	}

	private void endEldest(@Nullable Owner owner) {
		Iterator<Session> eldest = this.sessions.values().iterator();
		while (eldest.hasNext()) {
			Session session = eldest.next();
			if (owner == null || session.owner.equals(owner)) {
				eldest.remove();
				session.ended(this.endpoints);
				return;
			}
		}
	}

	private void endIdle() {
		Instant oldest = this.clock.instant().minus(this.idleTimeout);
		Iterator<Session> eldest = this.sessions.values().iterator();
		while (eldest.hasNext()) {
			Session session = eldest.next();
			if (!session.used.isBefore(oldest)) {
				return;
			}
			eldest.remove();
			session.ended(this.endpoints);
		}
	}

	/**
	 * The caller who opened a session, with all that its token says about the caller. The
	 * caller's next token may be a newer one.
	 */
	private record Owner(@Nullable String issuer, @Nullable String subject, @Nullable Object actors,
			@Nullable Object client) {

		static Owner of(Jwt token) {
			Map<String, Object> claims = token.getClaims();
			return new Owner(token.getClaimAsString("iss"), token.getSubject(), claims.get("act"),
					Objects.requireNonNullElse(claims.get("client_id"), ""));
		}

	}

	private static final class Session {

		private final String id;

		private final Owner owner;

		private final Set<String> names;

		private final Set<OpenStream> streams = new HashSet<>();

		private Instant used;

		private Instant tokenEnd = Instant.EPOCH;

		Session(String id, Owner owner, Set<String> names, Instant used) {
			this.id = id;
			this.owner = owner;
			this.names = names;
			this.used = used;
		}

		void seen(CallerAuthenticationToken caller) {
			Instant end = caller.getToken().getExpiresAt();
			if (end != null && end.isAfter(this.tokenEnd)) {
				this.tokenEnd = end;
			}
		}

		void ended(ServedEndpoints endpoints) {
			endpoints.forget(this.id);
			this.streams.forEach(OpenStream::end);
			this.streams.clear();
		}

	}

}
