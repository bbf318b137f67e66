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

package dev.lumoauth.spring.mcp.transport;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserToken;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpTransportSessionClosedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * The sessions of one connection: one for the agent itself, and one for each user's
 * token. The session of a user ends when it has not been used for two minutes, or for
 * twice the time that a call may take, or when the user's token ends.
 * <p>
 * One session holds a stream for the server's messages that belong to no call, such as a
 * change of its tools. Each stream keeps a socket, and the streams of the other sessions
 * would have the same messages.
 */
final class McpSessions {

	static final Duration IDLE = Duration.ofMinutes(2);

	static final int MAX_SESSIONS = 1_000;

	private static final String AGENT = "agent";

	private final BiFunction<@Nullable UserToken, BooleanSupplier, McpClientTransport> transports;

	private final AtomicReference<@Nullable McpSession> listener = new AtomicReference<>();

	private final Duration idle;

	private final Duration timeout;

	private final Clock clock;

	/** The session that was used longest ago comes first. */
	private final Map<String, Entry> sessions = new LinkedHashMap<>(16, 0.75f, true);

	private final Map<Object, Question> questions = new ConcurrentHashMap<>();

	private final AtomicLong questionCount = new AtomicLong();

	private volatile Function<JSONRPCMessage, Mono<Void>> receiver = (message) -> Mono.empty();

	private volatile @Nullable JSONRPCRequest initialize;

	private volatile boolean closed;

	/**
	 * Create the sessions.
	 * @param transports builds a transport for a party, given whether it may listen
	 * @param timeout how long a server may take to open a session
	 * @param clock tells when a session was idle for too long
	 */
	McpSessions(BiFunction<@Nullable UserToken, BooleanSupplier, McpClientTransport> transports, Duration timeout,
			Clock clock) {
		Duration calls = timeout.multipliedBy(2);
		this.idle = (calls.compareTo(IDLE) > 0) ? calls : IDLE;
		this.transports = transports;
		this.timeout = timeout;
		this.clock = clock;
	}

	void receiver(Function<JSONRPCMessage, Mono<Void>> receiver) {
		this.receiver = receiver;
	}

	/**
	 * Return the session of a party.
	 * @param user the user's token, or {@code null} for the agent itself
	 * @return the session, not necessarily open yet
	 */
	McpSession of(@Nullable UserToken user) {
		if (this.closed) {
			throw new McpTransportSessionClosedException();
		}
		Instant now = this.clock.instant();
		String key = (user != null) ? user.key() : AGENT;
		List<Entry> ended = List.of();
		Entry entry;
		synchronized (this.sessions) {
			entry = this.sessions.get(key);
			if (entry == null) {
				ended = removed((other) -> other.isEnded(now, this.idle));
				if (this.sessions.size() >= MAX_SESSIONS) {
					Entry eldest = this.sessions.values().iterator().next();
					ended = removed((other) -> other == eldest);
				}
				entry = new Entry(create(user), user);
				this.sessions.put(key, entry);
			}
			entry.usedAt = now;
		}
		end(ended).subscribe();
		return entry.session;
	}

	private McpSession create(@Nullable UserToken user) {
		AtomicReference<@Nullable McpSession> created = new AtomicReference<>();
		BooleanSupplier listening = () -> isListener(created.get());
		McpSession session = new McpSession(() -> this.transports.apply(user, listening), () -> this.initialize,
				this.timeout, (of, message) -> received(of, message).contextWrite(ofSession(user)));
		created.set(session);
		return session;
	}

	private boolean isListener(@Nullable McpSession session) {
		return this.listener.compareAndSet(null, session) || this.listener.get() == session;
	}

	private List<Entry> removed(Predicate<Entry> which) {
		synchronized (this.sessions) {
			List<Entry> removed = this.sessions.values().stream().filter(which).toList();
			this.sessions.values().removeAll(removed);
			return removed;
		}
	}

	/**
	 * Remember how the client opens a session. The sessions of other parties are opened
	 * in the same way.
	 * @param message the client's own {@code initialize}
	 */
	void opensWith(JSONRPCRequest message) {
		this.initialize = message;
	}

	/**
	 * The server numbers the requests of each session separately, so requests of two
	 * sessions may have the same id. The client sees a unique id.
	 */
	private Mono<Void> received(McpSession session, JSONRPCMessage message) {
		if (message instanceof JSONRPCRequest request) {
			String id = "lumoauth-" + this.questionCount.incrementAndGet();
			this.questions.put(id, new Question(session, request.id()));
			return this.receiver.apply(new JSONRPCRequest(request.method(), id, request.params()));
		}
		return this.receiver.apply(message);
	}

	/**
	 * What a server asks on a stream is not asked of the user whose call happened to open
	 * the stream, or whose call has ended since.
	 */
	static UnaryOperator<Context> ofSession(@Nullable UserToken user) {
		return (context) -> {
			Context own = context.hasKey(McpTransportContext.KEY)
					? Context.of(McpTransportContext.KEY, McpCall.of(context).application()) : Context.empty();
			return ((user != null) ? ReactiveUserScope.of(user) : ReactiveUserScope.startedBy(Caller.NOBODY))
				.apply(own);
		};
	}

	/**
	 * Send the client's answer to a server's request to the session that the request came
	 * from. The answer comes without the context of earlier messages.
	 * @param answer the answer
	 * @return completes when it was sent
	 */
	Mono<Void> answer(JSONRPCResponse answer) {
		Question question = this.questions.remove(answer.id());
		if (question == null) {
			return Mono.error(() -> new IllegalStateException("This answer belongs to no known request"));
		}
		return question.session()
			.send(new JSONRPCResponse(answer.jsonrpc(), question.id(), answer.result(), answer.error()));
	}

	/**
	 * End the sessions of some parties, without waiting for the server. From now on,
	 * these parties get another session, with another token.
	 * @param meant selects the parties by their names; an empty set means that the names
	 * are not known, and {@code null} stands for the agent itself
	 */
	void endOf(Predicate<@Nullable Set<String>> meant) {
		end(removed((entry) -> meant.test((entry.user != null) ? entry.user.names() : null))).subscribe();
	}

	private Mono<Void> end(List<Entry> ended) {
		return Flux.fromIterable(ended).map((entry) -> entry.session).flatMap((session) -> {
			this.questions.values().removeIf((question) -> question.session() == session);
			this.listener.compareAndSet(session, null);
			return session.close();
		}, MAX_SESSIONS).then();
	}

	Mono<Void> close() {
		this.closed = true;
		return end(removed((entry) -> true));
	}

	private record Question(McpSession session, Object id) {

	}

	private static final class Entry {

		private final McpSession session;

		private final @Nullable UserToken user;

		private Instant usedAt = Instant.MIN;

		private Entry(McpSession session, @Nullable UserToken user) {
			this.session = session;
			this.user = user;
		}

		private boolean isEnded(Instant now, Duration idle) {
			Instant end = (this.user != null) ? this.user.expiresAt() : null;
			return this.usedAt.plus(idle).isBefore(now) || (end != null && end.isBefore(now));
		}

	}

}
