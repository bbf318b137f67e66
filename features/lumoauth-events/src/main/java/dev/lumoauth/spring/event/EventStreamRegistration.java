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

package dev.lumoauth.spring.event;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.util.Assert;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.revocation.Revocation;

/**
 * The stream by which LumoAuth sends its events. The stream is created when the
 * application can accept events, is verified by an event, and is deleted when the
 * application ends. Streams that others have created are not touched.
 *
 * @since 0.1.0
 */
public final class EventStreamRegistration implements SecurityEventReceiver.StreamListener, SmartLifecycle {

	static final int MAX_ATTEMPTS = 8;

	private static final Log logger = LogFactory.getLog(EventStreamRegistration.class);

	/** In seconds. */
	private static final long LONGEST_PAUSE = 60;

	private static final Duration FAREWELL = Duration.ofSeconds(3);

	private final @Nullable URI endpoint;

	private final @Nullable String authorizationToken;

	private final String audience;

	private final Supplier<EventStreams> streams;

	private final Revocations revocations;

	private final BackgroundWork backgroundWork;

	private final Clock clock;

	private State state = State.NONE;

	private @Nullable String id;

	private @Nullable String expected;

	private @Nullable String problem;

	private @Nullable Instant since;

	/** The last attempt to create a stream that did not have to wait. */
	private @Nullable CompletableFuture<Void> creating;

	private boolean running;

	private boolean ended;

	/**
	 * Create the registration, which creates no stream by itself.
	 * @param endpoint the address at which LumoAuth reaches this application; needed to
	 * create a stream
	 * @param authorizationToken the token that LumoAuth sends with each event; needed to
	 * create a stream
	 * @param audience the audience of the events
	 * @param streams supplies the agent's interface for streams; throws an
	 * {@link IllegalStateException} that says what is missing
	 * @param revocations is told that events may have been missed
	 * @param backgroundWork creates and deletes the stream
	 * @param clock the clock
	 */
	public EventStreamRegistration(@Nullable URI endpoint, @Nullable String authorizationToken, String audience,
			Supplier<EventStreams> streams, Revocations revocations, BackgroundWork backgroundWork, Clock clock) {
		this.endpoint = endpoint;
		this.authorizationToken = authorizationToken;
		this.audience = audience;
		this.streams = streams;
		this.revocations = revocations;
		this.backgroundWork = backgroundWork;
		this.clock = clock;
	}

	/**
	 * Create a stream in the background, unless there is one.
	 */
	public void register() {
		EventStreams agent = this.streams.get();
		synchronized (this) {
			if (this.state == State.REGISTERING || this.id != null) {
				return;
			}
			Assert.state(this.endpoint != null && this.authorizationToken != null,
					"A stream is created with lumoauth.events.ssf.endpoint-url and .authorization-token: set both");
			become(State.REGISTERING, null);
		}
		create(agent);
	}

	private void register(EventStreams agent, int attempt) {
		if (snapshot().state() != State.REGISTERING) {
			return; // the stream was deleted in the meantime
		}
		try {
			String stream = agent.create(Objects.requireNonNull(this.endpoint),
					Objects.requireNonNull(this.authorizationToken), this.audience, SecurityEventReceiver.events());
			boolean ended;
			synchronized (this) {
				this.id = stream;
				become(State.UNVERIFIED, null);
				ended = this.ended;
			}
			if (ended) { // the application has ended in the meantime
				delete();
				return;
			}
			// Earlier revocations are not known.
			this.revocations.missed(Revocation.Effect.DECISIONS);
			verify();
		}
		catch (LumoAuthException ex) {
			failed(agent, ex, attempt);
		}
	}

	private void failed(EventStreams agent, LumoAuthException failure, int attempt) {
		if (hasEnded(failure)) {
			return;
		}
		boolean last = attempt >= MAX_ATTEMPTS || failure instanceof LumoAuthDeniedException;
		synchronized (this) {
			become(last ? State.FAILED : State.REGISTERING, "The stream could not be created");
		}
		if (last) {
			logger.error("LumoAuth sends no events, because the stream could not be created "
					+ "(lumoauth.events.ssf.register): revocations take effect only when remembered answers expire. "
					+ failure.getMessage());
			return;
		}
		logger
			.warn("LumoAuth's event stream could not be created. The application tries again: " + failure.getMessage());
		Duration pause = Duration.ofSeconds(Math.min(1L << (attempt - 1), LONGEST_PAUSE));
		try {
			this.backgroundWork.later(pause).execute(() -> register(agent, attempt + 1));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application ends", ex);
		}
	}

	/**
	 * Ask LumoAuth for an event that shows whether the stream works.
	 */
	public void verify() {
		String state = UUID.randomUUID().toString();
		String id;
		synchronized (this) {
			Assert.state(this.id != null, "This application has not created a stream");
			this.expected = state;
			id = this.id;
		}
		try {
			this.streams.get().verify(id, state);
		}
		catch (LumoAuthException ex) {
			unverified();
			if (hasEnded(ex)) {
				return;
			}
			logger.warn("LumoAuth did not verify its stream of events: " + ex.getMessage());
		}
	}

	private synchronized void unverified() {
		this.problem = "LumoAuth did not verify the stream";
	}

	/**
	 * A request that was interrupted by the application's end is not a failure.
	 */
	private synchronized boolean hasEnded(LumoAuthException failure) {
		if (this.ended) {
			logger.debug("The application ends", failure);
		}
		return this.ended;
	}

	/**
	 * Delete the stream, if this application has created it.
	 */
	public void delete() {
		String id;
		synchronized (this) {
			id = this.id;
			this.id = null;
			this.expected = null;
			become(State.NONE, null);
		}
		if (id != null) {
			try {
				this.streams.get().delete(id);
			}
			catch (LumoAuthException ex) {
				logger.warn("LumoAuth's stream of events could not be deleted, and LumoAuth may continue to send "
						+ "events: " + ex.getMessage());
			}
		}
	}

	@Override
	public void verified(@Nullable String state) {
		synchronized (this) {
			if (state == null || !state.equals(this.expected)) {
				return;
			}
			this.expected = null;
			become(State.VERIFIED, null);
		}
		logger.info("LumoAuth's events arrive: the stream is verified");
	}

	@Override
	public void updated(@Nullable String status) {
		boolean enabled = "enabled".equals(status);
		synchronized (this) {
			become(enabled ? State.UNVERIFIED : State.STOPPED, enabled ? null : "LumoAuth has paused or disabled it");
		}
		if (enabled) {
			this.revocations.missed(Revocation.Effect.TOKENS);
		}
		else {
			logger.warn("LumoAuth has paused or disabled its stream of events: revocations take effect only "
					+ "when remembered answers expire");
		}
	}

	private void become(State state, @Nullable String problem) {
		this.state = state;
		this.problem = problem;
		this.since = this.clock.instant();
	}

	/**
	 * Return the state of the stream.
	 * @return a snapshot
	 */
	public synchronized Snapshot snapshot() {
		return new Snapshot(this.state, this.since, this.problem);
	}

	private void create(EventStreams agent) {
		try {
			CompletableFuture<Void> creating = CompletableFuture.runAsync(() -> register(agent, 1),
					this.backgroundWork.executor());
			synchronized (this) {
				this.creating = creating;
			}
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application ends", ex);
		}
	}

	@Override
	public synchronized void start() {
		this.running = true;
		this.ended = false;
	}

	/**
	 * Runs before the web server and the connection to LumoAuth are closed, and takes a
	 * short time only. A stream that is being created is deleted as soon as it is there.
	 */
	@Override
	public void stop() {
		boolean made;
		CompletableFuture<Void> last;
		synchronized (this) {
			this.running = false;
			this.ended = true;
			made = this.id != null;
			last = this.creating;
		}
		try {
			if (made) {
				last = CompletableFuture.runAsync(this::delete, this.backgroundWork.executor());
			}
			if (last != null) {
				last.get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException | RejectedExecutionException ex) {
			logger.warn("LumoAuth's stream of events could not be deleted in time, and LumoAuth may continue to send "
					+ "events");
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.running;
	}

	/**
	 * The state of the stream.
	 */
	public enum State {

		/** This application has created no stream. */
		NONE,

		REGISTERING,

		/** No event has arrived yet that shows that the stream works. */
		UNVERIFIED,

		VERIFIED,

		STOPPED,

		FAILED

	}

	/**
	 * A snapshot of the stream's state.
	 *
	 * @param state the state
	 * @param since since when; {@code null} = from the start
	 * @param problem what is wrong, or {@code null}
	 */
	public record Snapshot(State state, @Nullable Instant since, @Nullable String problem) {

	}

}
