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

package dev.lumoauth.spring.approval;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.lumoauth.spring.LumoAuthRateLimitedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.DaemonThreads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads the states of requests, one after another on one thread, which exists only while
 * something waits. The more requests wait, the longer the time between two reads of each.
 */
final class ApprovalPoller implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(ApprovalPoller.class);

	private static final String THREAD = "lumoauth-approvals";

	private static final int MAX_LISTENERS = 4;

	private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

	private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

	/** When each request was last read, in nanoseconds. */
	private final Map<String, Long> watched = new ConcurrentHashMap<>();

	private final Function<String, @Nullable Duration> poll;

	private final ScheduledThreadPoolExecutor executor;

	/** Separate, so that a slow listener does not delay the polling. */
	private final ThreadPoolExecutor listeners;

	private volatile long quietUntil = System.nanoTime();

	/**
	 * Create the poller.
	 * @param poll reads the state of one request and returns when to read it again;
	 * {@code null} for never
	 */
	ApprovalPoller(Function<String, @Nullable Duration> poll) {
		this.poll = poll;
		this.executor = new ScheduledThreadPoolExecutor(1, new DaemonThreads(THREAD));
		this.executor.setKeepAliveTime(30, TimeUnit.SECONDS);
		this.executor.allowCoreThreadTimeOut(true);
		this.executor.setRemoveOnCancelPolicy(true);
		this.listeners = new ThreadPoolExecutor(MAX_LISTENERS, MAX_LISTENERS, 30, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), new DaemonThreads("lumoauth-approval-events"));
		this.listeners.allowCoreThreadTimeOut(true);
	}

	/**
	 * Notify listeners. If the caller itself has learned of the decision, the listeners
	 * are notified on the caller's thread.
	 */
	void tell(Runnable news) {
		if (!Thread.currentThread().getName().equals(THREAD)) {
			news.run();
			return;
		}
		try {
			this.listeners.execute(news);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Closed before listeners were informed of a decision", ex);
		}
	}

	/**
	 * Poll a request from now on.
	 * @param id its id
	 * @param interval the delay before the first read
	 */
	void watch(String id, Duration interval) {
		if (this.watched.putIfAbsent(id, System.nanoTime()) == null) {
			schedule(id, interval);
		}
	}

	/**
	 * Do something in the background.
	 */
	void execute(Runnable task) {
		try {
			this.listeners.execute(task);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Closed before LumoAuth was informed that a request has ended", ex);
		}
	}

	@SuppressWarnings("FutureReturnValueIgnored") // The task reports its own failures.
	private void schedule(String id, Duration pause) {
		try {
			this.executor.schedule(() -> ask(id), Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			this.watched.remove(id); // closed
		}
	}

	private void ask(String id) {
		if (!this.watched.containsKey(id)) {
			return;
		}
		long quiet = this.quietUntil - System.nanoTime();
		Duration next = (quiet > 0) ? Duration.ofNanos(quiet) : asked(id, this.poll);
		if (next == null) {
			this.watched.remove(id);
		}
		else {
			schedule(id, next);
		}
	}

	private @Nullable Duration asked(String id, Function<String, @Nullable Duration> poll) {
		try {
			return poll.apply(id);
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
		return AFTER_FAILURE;
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
		Long asked = this.watched.get(id);
		return asked == null || System.nanoTime() - asked >= interval.toNanos();
	}

	void asked(String id) {
		this.watched.computeIfPresent(id, (key, before) -> System.nanoTime());
	}

	void forget(String id) {
		this.watched.remove(id);
	}

	void forgetAll() {
		this.watched.clear();
	}

	int size() {
		return this.watched.size();
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
		this.listeners.shutdownNow();
	}

}
