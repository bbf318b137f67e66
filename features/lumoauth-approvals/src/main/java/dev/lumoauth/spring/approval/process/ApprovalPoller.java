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

package dev.lumoauth.spring.approval.process;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.DaemonThreads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads the states of requests on one thread, which exists only while something waits. A
 * request whose state is to be read waits for its turn behind the others, and the next
 * turn comes when LumoAuth can take another request. So the more requests wait, the
 * longer the time between two reads of each. The end of a request waits for no turn.
 */
final class ApprovalPoller implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(ApprovalPoller.class);

	private static final String THREAD = "lumoauth-approvals";

	private static final int MAX_TASKS = 4;

	private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

	private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

	/**
	 * What is left of LumoAuth's limit may grow while a turn is waited for.
	 */
	private static final Duration LONGEST_TURN = Duration.ofSeconds(5);

	/** When LumoAuth last said how each request stands, in nanoseconds; empty = never. */
	private final Map<String, OptionalLong> watched = new ConcurrentHashMap<>();

	/** The next look at each request. */
	private final Map<String, Future<?>> looks = new HashMap<>();

	/** The requests that wait for their turn. Used on the poller's thread only. */
	private final Set<String> turns = new LinkedHashSet<>();

	private final Poll poll;

	private final Supplier<Duration> untilTurn;

	private final ScheduledThreadPoolExecutor executor;

	/** Separate, so that what LumoAuth is told does not delay the polling. */
	private final ThreadPoolExecutor tasks;

	private volatile long quietUntil = System.nanoTime();

	/**
	 * Create the poller.
	 * @param poll looks at a request
	 * @param untilTurn returns how long the next request to LumoAuth has to wait; zero =
	 * it is sent now
	 */
	ApprovalPoller(Poll poll, Supplier<Duration> untilTurn) {
		this.poll = poll;
		this.untilTurn = untilTurn;
		this.executor = new ScheduledThreadPoolExecutor(1, new DaemonThreads(THREAD));
		this.executor.setKeepAliveTime(30, TimeUnit.SECONDS);
		this.executor.allowCoreThreadTimeOut(true);
		this.executor.setRemoveOnCancelPolicy(true);
		this.tasks = new DaemonThreads("lumoauth-approval-ends").upTo(MAX_TASKS, Integer.MAX_VALUE);
	}

	/**
	 * Poll a request from now on. That alone is no read of its state.
	 * @param id its id
	 * @param interval the delay before the first read
	 */
	void watch(String id, Duration interval) {
		if (this.watched.putIfAbsent(id, OptionalLong.empty()) == null) {
			schedule(id, interval);
		}
	}

	/**
	 * Do something in the background.
	 */
	void execute(Runnable task) {
		try {
			this.tasks.execute(task);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Closed before LumoAuth was informed that a request has ended", ex);
		}
	}

	private void schedule(String id, Duration pause) {
		synchronized (this.looks) {
			Future<?> look = this.watched.containsKey(id) ? schedule(() -> look(id), pause) : null;
			if (look == null) {
				forget(id); // over meanwhile, or closed
				return;
			}
			Future<?> before = this.looks.put(id, look);
			if (before != null) {
				before.cancel(false);
			}
		}
	}

	private @Nullable Future<?> schedule(Runnable task, Duration pause) {
		try {
			return this.executor.schedule(task, Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			return null;
		}
	}

	private void look(String id) {
		if (this.watched.containsKey(id) && looked(id, false) && this.turns.add(id) && this.turns.size() == 1) {
			turn();
		}
	}

	/**
	 * Read the state of the request that has waited longest.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // Each task reports its own failures.
	private void turn() {
		this.turns.removeIf((id) -> !this.watched.containsKey(id));
		if (this.turns.isEmpty()) {
			return;
		}
		Duration wait = untilTurn();
		try {
			if (wait.isZero()) {
				String id = this.turns.iterator().next();
				this.turns.remove(id);
				looked(id, true);
			}
		}
		finally {
			if (!this.turns.isEmpty()) {
				schedule(this::turn, (wait.compareTo(LONGEST_TURN) < 0) ? wait : LONGEST_TURN);
			}
		}
	}

	private Duration untilTurn() {
		long quiet = this.quietUntil - System.nanoTime();
		if (quiet > 0) {
			return Duration.ofNanos(quiet);
		}
		try {
			return this.untilTurn.get();
		}
		catch (RuntimeException ex) {
			logger.debug("The states of approval requests can't be read now", ex);
			return AFTER_FAILURE;
		}
	}

	/**
	 * @return whether the request has to wait for its turn
	 */
	private boolean looked(String id, boolean turn) {
		Next next = next(id, turn);
		if (next == null) {
			forget(id);
			return false;
		}
		schedule(id, next.look());
		return next.turn();
	}

	private @Nullable Next next(String id, boolean turn) {
		try {
			return this.poll.poll(id, turn);
		}
		catch (LumoAuthRateLimitedException ex) {
			pause((ex.getRetryAfter() != null) ? ex.getRetryAfter() : AFTER_FAILURE);
		}
		catch (LumoAuthUnavailableException ex) {
			logger.debug("The state of the approval request " + id + " is not known", ex);
			pause(AFTER_FAILURE);
		}
		catch (RuntimeException ex) {
			// The failure is about this request only.
			logger.warn("The state of the approval request " + id + " is not known", ex);
		}
		return Next.in(AFTER_FAILURE);
	}

	/**
	 * Send no request to LumoAuth for a moment, whichever approval it is about.
	 */
	private void pause(Duration pause) {
		Duration bounded = (pause.compareTo(LONGEST_PAUSE) > 0) ? LONGEST_PAUSE : pause;
		this.quietUntil = System.nanoTime() + bounded.toNanos();
	}

	/**
	 * Return whether the state of a request may be read now, in addition to the polling.
	 */
	boolean isDue(String id, Duration interval) {
		OptionalLong asked = this.watched.getOrDefault(id, OptionalLong.empty());
		return asked.isEmpty() || System.nanoTime() - asked.getAsLong() >= interval.toNanos();
	}

	/**
	 * Remember that LumoAuth has just said how a request stands.
	 */
	void asked(String id) {
		this.watched.computeIfPresent(id, (key, before) -> OptionalLong.of(System.nanoTime()));
	}

	void forget(String id) {
		synchronized (this.looks) {
			this.watched.remove(id);
			Future<?> look = this.looks.remove(id);
			if (look != null) {
				look.cancel(false);
			}
		}
	}

	void forgetAll() {
		this.watched.keySet().forEach(this::forget);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
		this.tasks.shutdownNow();
	}

	/**
	 * Looks at requests.
	 */
	@FunctionalInterface
	interface Poll {

		/**
		 * Look at a request.
		 * @param id its id
		 * @param turn whether LumoAuth may be asked
		 * @return when to look again; {@code null} = never
		 */
		@Nullable Next poll(String id, boolean turn);

	}

	/**
	 * When to look at a request again.
	 *
	 * @param look after that time
	 * @param turn whether it waits for its turn meanwhile
	 */
	record Next(Duration look, boolean turn) {

		static Next in(Duration look) {
			return new Next(look, false);
		}

		static Next turn(Duration look) {
			return new Next(look, true);
		}

	}

}
