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

import java.time.Duration;
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

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.revocation.Revocation;

/**
 * The stream by which LumoAuth sends its events. The stream is created when the
 * application can accept events, is verified by an event, and is deleted when the
 * application ends or stops. Streams that others have created are not touched.
 *
 * @since 0.1.0
 */
public final class EventStreamRegistration implements SmartLifecycle {

	static final int MAX_ATTEMPTS = 8;

	private static final Log logger = LogFactory.getLog(EventStreamRegistration.class);

	/** In seconds. */
	private static final long LONGEST_PAUSE = 60;

	private static final Duration FAREWELL = Duration.ofSeconds(3);

	private final EventStreams.Request request;

	private final Supplier<EventStreams> streams;

	private final Revocations revocations;

	private final BackgroundWork backgroundWork;

	private Snapshot snapshot = new Snapshot(State.NONE, null);

	private @Nullable String id;

	/** The state of the last registration, until LumoAuth has sent it back. */
	private @Nullable String expected;

	/** What is not known when a stream is there. */
	private Revocation.Effect unheard = Revocation.Effect.DECISIONS;

	/** The last attempt to create a stream that did not have to wait. */
	private @Nullable CompletableFuture<Void> creating;

	private boolean running;

	/**
	 * Create the registration, which creates no stream by itself.
	 * @param request the stream to create
	 * @param streams supplies the agent's interface for streams
	 * @param revocations is told that events may have been missed
	 * @param backgroundWork creates and deletes the stream
	 */
	public EventStreamRegistration(EventStreams.Request request, Supplier<EventStreams> streams,
			Revocations revocations, BackgroundWork backgroundWork) {
		this.request = request;
		this.streams = streams;
		this.revocations = revocations;
		this.backgroundWork = backgroundWork;
	}

	/**
	 * Create a stream in the background, now and after each {@link #stop()} when the
	 * application starts again.
	 */
	public synchronized void register() {
		String state = UUID.randomUUID().toString();
		this.expected = state;
		this.snapshot = new Snapshot(State.REGISTERING, null);
		this.creating = CompletableFuture.runAsync(() -> register(this.streams.get(), state, 1),
				this.backgroundWork.executor());
	}

	private void register(EventStreams agent, String state, int attempt) {
		try {
			String stream = agent.create(this.request);
			boolean counts;
			Revocation.Effect missed;
			synchronized (this) {
				counts = counts(state);
				missed = this.unheard;
				if (counts) {
					this.id = stream;
					this.snapshot = new Snapshot(State.UNVERIFIED, null);
				}
			}
			if (!counts) { // the application has ended in the meantime
				delete(stream);
				return;
			}
			// Earlier revocations are not known.
			this.revocations.missed(missed);
			agent.verify(stream, state);
		}
		catch (LumoAuthException ex) {
			failed(agent, ex, state, attempt);
		}
	}

	/**
	 * Return whether a registration is the last one, and the application has not ended
	 * since.
	 */
	private boolean counts(String state) {
		return this.running && state.equals(this.expected);
	}

	private void failed(EventStreams agent, LumoAuthException failure, String state, int attempt) {
		boolean last = attempt >= MAX_ATTEMPTS || failure instanceof LumoAuthDeniedException;
		synchronized (this) {
			if (!counts(state)) { // interrupted by the application's end, or verified
				logger.debug("The failure has no effect", failure);
				return;
			}
			if (this.id != null) {
				this.snapshot = new Snapshot(this.snapshot.state(), "LumoAuth did not verify the stream");
				logger.warn("LumoAuth did not verify its stream of events: " + failure.getMessage());
				return;
			}
			this.snapshot = new Snapshot(last ? State.FAILED : State.REGISTERING, "The stream could not be created");
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
		this.backgroundWork.later(pause).execute(() -> register(agent, state, attempt + 1));
	}

	/**
	 * Delete the stream that this application has created.
	 */
	private void delete(String stream) {
		try {
			this.streams.get().delete(stream);
		}
		catch (LumoAuthException ex) {
			logger.warn("LumoAuth's stream of events could not be deleted, and LumoAuth may continue to send events: "
					+ ex.getMessage());
		}
	}

	/**
	 * The stream works: a requested event has arrived.
	 * @param state the value that was sent to LumoAuth with the request, or {@code null}
	 */
	void verified(@Nullable String state) {
		synchronized (this) {
			if (state == null || !state.equals(this.expected)) {
				return;
			}
			this.expected = null;
			this.snapshot = new Snapshot(State.VERIFIED, null);
		}
		logger.info("LumoAuth's events arrive: the stream is verified");
	}

	/**
	 * The stream has changed.
	 * @param status {@code enabled}, {@code paused} or {@code disabled}; {@code null} if
	 * LumoAuth doesn't say
	 */
	void updated(@Nullable String status) {
		boolean enabled = "enabled".equals(status);
		synchronized (this) {
			this.snapshot = enabled ? new Snapshot(State.UNVERIFIED, null)
					: new Snapshot(State.STOPPED, "LumoAuth has paused or disabled it");
		}
		if (enabled) {
			this.revocations.missed(Revocation.Effect.TOKENS);
		}
		else {
			logger.warn("LumoAuth has paused or disabled its stream of events: revocations take effect only "
					+ "when remembered answers expire");
		}
	}

	/**
	 * Return the state of the stream.
	 * @return a snapshot
	 */
	public synchronized Snapshot snapshot() {
		return this.snapshot;
	}

	/**
	 * Create a stream again if one was created before.
	 */
	@Override
	public synchronized void start() {
		this.running = true;
		if (this.creating != null) {
			register();
		}
	}

	/**
	 * Runs before the web server and the connection to LumoAuth are closed, and takes a
	 * short time only. A stream that is being created is deleted as soon as it is there.
	 */
	@Override
	public void stop() {
		String made;
		CompletableFuture<Void> last;
		synchronized (this) {
			this.running = false;
			made = this.id;
			last = this.creating;
			if (last != null) {
				this.id = null;
				this.expected = null;
				this.snapshot = new Snapshot(State.NONE, null);
				this.unheard = Revocation.Effect.TOKENS;
			}
		}
		try {
			last = (made != null) ? CompletableFuture.runAsync(() -> delete(made), this.backgroundWork.executor())
					: last;
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

		/** This application has created no stream, or has deleted it. */
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
	 * @param problem what is wrong, or {@code null}
	 */
	public record Snapshot(State state, @Nullable String problem) {

	}

}
