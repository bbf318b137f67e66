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
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent.Next;
import dev.lumoauth.spring.concurrent.BoundedMap;
import dev.lumoauth.spring.concurrent.DaemonThreads;
import dev.lumoauth.spring.user.Caller;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationEvent;

/**
 * Informs the application of decisions. A listener usually continues a chat, which takes
 * long: some events are published at a time, and the others wait for their turn.
 */
final class DecisionNews implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(DecisionNews.class);

	private static final int MAX_TOLD = 10_000;

	/** How many decided calls the application continues at a time. */
	static final int CONCURRENCY = 8;

	private final KnownApprovals known;

	private final Replica replica;

	private final Consumer<ApplicationEvent> events;

	private final ThreadPoolExecutor executor = new ThreadPoolExecutor(CONCURRENCY, CONCURRENCY, 1, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), new DaemonThreads("lumoauth-approval-events"),
			new ThreadPoolExecutor.DiscardPolicy());

	/** One for each event that is being published on a thread of its own. */
	private final Semaphore running = new Semaphore(CONCURRENCY);

	private volatile boolean paused;

	/** What waits for its turn, or is being published. */
	private final Set<String> taken = ConcurrentHashMap.newKeySet();

	/** What was published here lately. A look at the store may be older than that. */
	private final Map<String, Boolean> told = Collections.synchronizedMap(new BoundedMap<>(MAX_TOLD));

	/**
	 * Create the news.
	 * @param known the requests
	 * @param replica this process
	 * @param events the application
	 */
	DecisionNews(KnownApprovals known, Replica replica, Consumer<ApplicationEvent> events) {
		this.known = known;
		this.replica = replica;
		this.events = events;
		this.executor.allowCoreThreadTimeOut(true);
	}

	void publish(ApplicationEvent event) {
		try {
			this.events.accept(event);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener failed to handle " + event.getClass().getSimpleName() + ". The approval stands.",
					ex);
		}
	}

	/**
	 * Publish the event of a decision that this process holds.
	 * @param approval the request
	 * @param next who continues the call
	 * @param here whether on this thread; otherwise when it is its turn
	 */
	void tell(Approval approval, Next next, boolean here) {
		String key = approval.state() + " " + approval.id();
		if ((this.paused && !here) || !this.taken.add(key)) {
			return;
		}
		if (this.told.containsKey(key)) {
			// The look at the store was earlier, or the store has not taken it so far.
			this.taken.remove(key);
			markTold(approval);
		}
		else if (here) {
			tell(key, approval, next);
		}
		else {
			this.executor.execute(() -> tellInTurn(key, approval, next));
		}
	}

	private void tellInTurn(String key, Approval approval, Next next) {
		this.running.acquireUninterruptibly();
		try {
			if (this.paused) {
				this.taken.remove(key);
			}
			else {
				tell(key, approval, next);
			}
		}
		finally {
			this.running.release();
		}
	}

	private void tell(String key, Approval approval, Next next) {
		try {
			Approval now = (next == Next.RESUME) ? this.known.store().find(approval.id()) : null;
			if (next != Next.RESUME || (now != null && now.state() == approval.state())) {
				publish((now != null) ? now : approval, next);
			}
			else { // Somebody has made the call again meanwhile, or cancelled it.
				publish(approval, Next.BY_ITSELF);
			}
			this.told.put(key, true);
			markTold(approval);
		}
		catch (RuntimeException ex) {
			logger.warn("The application could not be informed of the decision on request " + approval.id(), ex);
		}
		finally {
			this.taken.remove(key);
		}
	}

	private void publish(Approval approval, Next next) {
		ApprovalDecidedEvent event = new ApprovalDecidedEvent(this, approval, next);
		if (next == Next.BY_ITSELF) {
			publish(event);
			return;
		}
		// Whoever looks at the request may be somebody else than its caller.
		Caller.NOBODY.signedIn(() -> {
			publish(event);
			return true;
		});
	}

	/**
	 * If that fails, the next look tries again.
	 */
	private void markTold(Approval approval) {
		try {
			this.known.store().told(approval.id(), approval.state());
			if (approval.state().isFinal()) {
				this.replica.done(approval.id());
			}
		}
		catch (RuntimeException ex) {
			logger.debug("It could not be stored that the application knows of the decision on " + approval.id(), ex);
		}
	}

	/**
	 * Continue nothing more until {@link #goOn()}, and wait for the listeners that run.
	 * @param atMost how long to wait
	 * @return whether all of them have ended
	 */
	boolean pause(Duration atMost) {
		this.paused = true;
		try {
			boolean ended = this.running.tryAcquire(CONCURRENCY, atMost.toMillis(), TimeUnit.MILLISECONDS);
			if (ended) {
				this.running.release(CONCURRENCY);
			}
			return ended;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	void goOn() {
		this.paused = false;
	}

	/**
	 * Publish nothing more. Listeners that run go on.
	 */
	@Override
	public void close() {
		this.executor.getQueue().clear();
		this.executor.shutdown();
	}

}
