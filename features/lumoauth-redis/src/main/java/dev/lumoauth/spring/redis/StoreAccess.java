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
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.lumoauth.spring.concurrent.DaemonThreads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks the shared store within this library's own time limit. A store that fails or
 * doesn't answer in time delays one call. After that it gets no requests for 10 seconds,
 * and then one call probes the store while the others continue without it.
 */
final class StoreAccess implements AutoCloseable {

	static final Duration LEFT_ALONE = Duration.ofSeconds(10);

	private static final Duration PROBE = Duration.ofSeconds(1);

	/**
	 * A store that hangs and can't be interrupted holds at most this number of threads.
	 */
	private static final int MAX_THREADS = 64;

	private static final int MAX_WAITING = 1_000;

	private static final Log logger = LogFactory.getLog(StoredTokens.class);

	private final SharedTokenStore store;

	private final Duration timeout;

	private final Clock clock;

	private final ThreadPoolExecutor threads;

	/** When the store may be asked again; {@code null} while it answers. */
	private final AtomicReference<@Nullable Instant> notBefore = new AtomicReference<>();

	private volatile @Nullable Instant answersSince;

	/** Whether the store has taken something since it last failed. */
	private volatile boolean takesWrites;

	/** What the store has not been told yet. */
	private final Set<Consumer<SharedTokenStore>> untold = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean telling = new AtomicBoolean();

	private final AtomicBoolean later = new AtomicBoolean();

	private volatile boolean stopped;

	StoreAccess(SharedTokenStore store, Duration timeout, Clock clock) {
		this.store = store;
		this.timeout = timeout;
		this.clock = clock;
		this.threads = new DaemonThreads("lumoauth-token-store").upTo(MAX_THREADS, MAX_WAITING);
	}

	/**
	 * Ask the store.
	 * @param question what to ask
	 * @param otherwise the result if the store has no answer
	 * @return the store's answer, or the other result
	 */
	<T> @Nullable T ask(Function<SharedTokenStore, @Nullable T> question, @Nullable T otherwise) {
		Instant notBefore = this.notBefore.get();
		if (this.stopped || (notBefore != null && !mayAsk(notBefore)) || !takesWrites()) {
			return otherwise;
		}
		return within(this.timeout, question, otherwise);
	}

	/**
	 * Return whether the store takes what it is told. A store that only can be read, such
	 * as one that is full, is not read either: it may have a token that was revoked, and
	 * nobody could mark it there.
	 */
	private boolean takesWrites() {
		return this.takesWrites || Boolean.TRUE.equals(within(this.timeout, this::probe, false));
	}

	private boolean probe(SharedTokenStore store) {
		String holder = UUID.randomUUID().toString();
		String name = "probe:" + holder;
		store.lock(name, holder, PROBE);
		store.unlock(name, holder);
		this.takesWrites = true;
		return true;
	}

	/**
	 * Connect to the store in the background, and find out whether it can be used. While
	 * an application starts, a late answer says nothing about the store, and so this
	 * takes as long as it takes.
	 */
	void connect() {
		Consumer<SharedTokenStore> look = (store) -> {
			probe(store);
			if (store instanceof RedisTokenStore redis) {
				redis.warnOfEviction();
			}
		};
		this.threads.execute(() -> {
			try {
				look.accept(this.store);
				answered();
			}
			catch (RuntimeException ex) {
				failed(RedisRefusal.describe(ex));
				tellLater(look);
			}
		});
	}

	private <T> @Nullable T within(Duration timeout, Function<SharedTokenStore, @Nullable T> question,
			@Nullable T otherwise) {
		try {
			Future<@Nullable T> answer = this.threads.submit(() -> question.apply(this.store));
			try {
				T answered = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
				answered();
				return answered;
			}
			finally {
				answer.cancel(true);
			}
		}
		catch (ExecutionException ex) {
			failed(RedisRefusal.describe(ex));
		}
		catch (TimeoutException ex) {
			failed("It did not answer within " + timeout.toMillis() + " ms (lumoauth.token-store.timeout)");
		}
		catch (InterruptedException ex) { // says nothing about the store
			Thread.currentThread().interrupt();
		}
		catch (RejectedExecutionException ex) {
			// Too many requests wait, or the application is being closed.
		}
		return otherwise;
	}

	/**
	 * Send a message to the store without waiting. If the store can't be used, the
	 * message is sent later. The same message is sent once, so there should be few
	 * messages.
	 * @param message tells the store; may be sent again after it has failed half-way
	 */
	void tellLater(Consumer<SharedTokenStore> message) {
		this.untold.add(message);
		tell();
	}

	private void tell() {
		if (this.untold.isEmpty() || this.stopped) {
			return;
		}
		Instant notBefore = this.notBefore.get();
		if (notBefore != null && !mayAsk(notBefore)) {
			Duration left = Duration.between(this.clock.instant(), notBefore);
			tellIn(left.isNegative() ? Duration.ZERO : left);
			return;
		}
		try {
			this.threads.execute(this::tellAll);
		}
		catch (RejectedExecutionException ex) { // too many wait
			tellIn(LEFT_ALONE);
		}
	}

	private void tellIn(Duration time) {
		if (this.later.compareAndSet(false, true)) {
			// By a millisecond more: a clock may have no parts of it.
			CompletableFuture.delayedExecutor(time.toMillis() + 1, TimeUnit.MILLISECONDS, Runnable::run).execute(() -> {
				this.later.set(false);
				tell();
			});
		}
	}

	/**
	 * By one thread at a time: what is older must not overwrite what is newer.
	 */
	private void tellAll() {
		if (!this.telling.compareAndSet(false, true)) {
			return;
		}
		boolean told = true;
		try {
			for (Consumer<SharedTokenStore> message : List.copyOf(this.untold)) {
				this.untold.remove(message); // before, since more may have to be told
				if (!tell(message)) {
					told = false;
					this.untold.add(message);
					break;
				}
			}
		}
		finally {
			this.telling.set(false);
		}
		if (!told) {
			tellIn(LEFT_ALONE);
		}
		else {
			tell(); // what came after the last look
		}
	}

	private boolean tell(Consumer<SharedTokenStore> message) {
		Boolean told = within(StoredTokens.MAX_TIMEOUT, (store) -> {
			message.accept(store);
			return true;
		}, false);
		return Boolean.TRUE.equals(told);
	}

	/**
	 * Return whether this thread may ask: one thread asks for all. A longer wait than was
	 * ever set means that the clock was set back.
	 */
	private boolean mayAsk(Instant notBefore) {
		Instant now = this.clock.instant();
		boolean over = !now.isBefore(notBefore) || now.plus(LEFT_ALONE).isBefore(notBefore);
		return over && this.notBefore.compareAndSet(notBefore, now.plus(LEFT_ALONE));
	}

	private void answered() {
		if (this.answersSince == null) {
			this.answersSince = this.clock.instant();
		}
		if (this.notBefore.get() != null && this.notBefore.getAndSet(null) != null) {
			logger.info("The shared token store answers again");
			tell();
		}
	}

	private void failed(String what) {
		this.takesWrites = false;
		this.answersSince = null;
		if (!this.stopped && this.notBefore.getAndSet(this.clock.instant().plus(LEFT_ALONE)) == null) {
			logger.warn("The shared token store (lumoauth.token-store) can't be used: until it can be used again, "
					+ "each replica asks LumoAuth itself. The store is tried again every " + LEFT_ALONE.toSeconds()
					+ " s. " + what);
		}
	}

	/**
	 * Leave the store alone until the next {@link #start()}. What a request that is under
	 * way makes of it is of no interest: the way to the store may be closed before its
	 * answer.
	 */
	void stop() {
		this.stopped = true;
	}

	void start() {
		this.stopped = false;
		tell();
	}

	/**
	 * Return since when the store has answered everything; {@code null} if it doesn't.
	 */
	@Nullable Instant answersSince() {
		return this.answersSince;
	}

	boolean isStopped() {
		return this.stopped;
	}

	@Override
	public void close() {
		stop();
		this.threads.shutdownNow();
	}

}
