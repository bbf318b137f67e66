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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalHolder;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.OpenApproval;
import dev.lumoauth.spring.concurrent.DaemonThreads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * This process among the replicas that share a store. Each request is held by the process
 * that takes care of it. On one thread, this process looks at the store for what others
 * have decided, takes over the requests of processes that have died, and says that it is
 * alive. Without a request that concerns it, a process that was not {@linkplain #start()
 * started} doesn't look, and has no such thread.
 */
final class Replica implements AutoCloseable {

	/** Longer than LumoAuth and the store may take to answer. */
	static final Duration LEASE = Duration.ofSeconds(30);

	private static final Log logger = LogFactory.getLog(Replica.class);

	private static final Duration RENEWAL = Duration.ofSeconds(10);

	private static final Duration BUSY = Duration.ofSeconds(1);

	private static final Duration IDLE = Duration.ofSeconds(5);

	private final String process = UUID.randomUUID().toString();

	private final KnownApprovals known;

	private final Clock clock;

	private final Consumer<OpenApproval> each;

	private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1,
			new DaemonThreads("lumoauth-approval-store"));

	/** The requests that this process has to do with, by their ids. */
	private final Set<String> concerned = ConcurrentHashMap.newKeySet();

	/** Those of them that another process has asked about. */
	private final Set<String> adopted = ConcurrentHashMap.newKeySet();

	private volatile List<Approval> approved = List.of();

	/** Those of them that have begun here since, or while the store was looked at. */
	private final Set<String> begun = ConcurrentHashMap.newKeySet();

	private volatile boolean started;

	private volatile boolean failing;

	private volatile boolean paused;

	private long renewedAt = System.nanoTime();

	private @Nullable Future<?> next;

	/**
	 * Create the replica.
	 * @param known the requests
	 * @param clock the clock
	 * @param each does what has to be done with a request
	 */
	Replica(KnownApprovals known, Clock clock, Consumer<OpenApproval> each) {
		this.known = known;
		this.clock = clock;
		this.each = each;
		this.executor.setKeepAliveTime(30, TimeUnit.SECONDS);
		this.executor.allowCoreThreadTimeOut(true);
		this.executor.setRemoveOnCancelPolicy(true);
	}

	/**
	 * Look at the store from now on, for the requests of others.
	 */
	void start() {
		this.started = true;
		lookIn(Duration.ZERO);
	}

	/**
	 * Leave all requests to the other processes until {@link #resume()}.
	 */
	void pause() {
		synchronized (this) {
			this.paused = true;
			if (this.next != null) {
				this.next.cancel(false);
				this.next = null;
			}
		}
		if (!this.concerned.isEmpty()) {
			try {
				this.known.store().renew(new ApprovalHolder(this.process, now()));
			}
			catch (RuntimeException ex) {
				logger.debug("The other processes take over once this one counts as dead", ex);
			}
		}
	}

	synchronized void resume() {
		this.paused = false;
		if (this.started || !this.concerned.isEmpty()) {
			lookIn(Duration.ZERO);
		}
	}

	/**
	 * Take care of a request, for which this process says that it is alive.
	 * @param id the request's id
	 */
	ApprovalHolder holding(String id) {
		this.concerned.add(id);
		startLooking();
		return lease();
	}

	private ApprovalHolder lease() {
		return new ApprovalHolder(this.process, now().plus(LEASE));
	}

	/**
	 * Take the next step of a request, of which this process takes care from then on. If
	 * another step has been taken since, whoever took it takes care of the request.
	 * @param current the request as it was read
	 * @param next the request after the step
	 * @return whether the step is taken
	 */
	boolean replace(Approval current, Approval next) {
		boolean taken = this.known.store().replace(current, next, lease());
		if (taken) {
			holding(next.id());
		}
		return taken;
	}

	/**
	 * Take care of a request, unless another process does.
	 * @param id the request's id
	 * @return whether this process takes care of it now
	 */
	boolean claim(String id) {
		boolean mine = this.known.store().claim(id, lease(), now());
		if (mine && !this.concerned.contains(id)) {
			this.adopted.add(id);
			holding(id);
		}
		return mine;
	}

	/**
	 * Return whether this process has taken a request over: the call was not made here.
	 */
	boolean hasAdopted(String id) {
		return this.adopted.contains(id);
	}

	boolean isConcernedWith(String id) {
		return this.concerned.contains(id);
	}

	boolean isMine(OpenApproval open) {
		return open.isHeldBy(this.process);
	}

	/**
	 * Say that this process has nothing more to do with a request.
	 */
	void done(String id) {
		this.concerned.remove(id);
		this.adopted.remove(id);
	}

	void forget() {
		this.concerned.clear();
		this.adopted.clear();
	}

	/**
	 * Return the approved calls that have not run, as of the last look. What has begun
	 * here since is not among them.
	 */
	List<Approval> approved() {
		return this.approved.stream().filter((approval) -> !this.begun.contains(approval.id())).toList();
	}

	/**
	 * Say that an approved call has begun here.
	 */
	void begun(String id) {
		this.begun.add(id);
	}

	void lookNow() {
		lookIn(Duration.ZERO);
	}

	private synchronized void startLooking() {
		if (this.next == null) {
			lookIn(BUSY);
		}
	}

	private synchronized void goOn() {
		boolean busy = !this.concerned.isEmpty();
		if (busy || this.started) {
			lookIn((busy && !this.failing) ? BUSY : IDLE);
		}
		else {
			this.next = null;
		}
	}

	private synchronized void lookIn(Duration pause) {
		if (this.paused) {
			return;
		}
		if (this.next != null) {
			this.next.cancel(false);
		}
		try {
			this.next = this.executor.schedule(this::lookAndGoOn, pause.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application ends", ex);
		}
	}

	private void lookAndGoOn() {
		try {
			look();
			this.failing = false;
		}
		catch (RuntimeException ex) {
			if (!this.failing) {
				this.failing = true;
				logger.warn("The approval store does not answer, so decisions that other processes learn of are not "
						+ "known here. The store is asked again every few seconds. Logged once until it answers.", ex);
			}
		}
		goOn();
	}

	/**
	 * Look at the store once.
	 */
	void look() {
		renew();
		List<OpenApproval> open = this.known.store().findOpen(this.known.agent(), now(), KnownApprovals.MAX_LISTED);
		this.approved = open.stream()
			.map(OpenApproval::approval)
			.filter((approval) -> approval.state() == ApprovalState.APPROVED)
			.toList();
		this.begun.retainAll(this.approved.stream().map(Approval::id).collect(Collectors.toSet()));
		for (OpenApproval each : open) {
			if (this.paused) {
				return;
			}
			look(each);
			renew(); // To ask a person may have taken long.
		}
	}

	private void renew() {
		if (System.nanoTime() - this.renewedAt > RENEWAL.toNanos() && !this.concerned.isEmpty()) {
			this.known.store().renew(lease());
			this.renewedAt = System.nanoTime();
		}
	}

	private void look(OpenApproval open) {
		try {
			this.each.accept(open);
		}
		catch (RuntimeException ex) {
			logger.debug("Request " + open.approval().id() + " is looked at again later", ex);
		}
	}

	private Instant now() {
		return this.clock.instant();
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
