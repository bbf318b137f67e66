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
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.concurrent.DaemonThreads;
import dev.lumoauth.spring.user.Caller;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationEvent;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Informs the application of decisions. A listener usually continues a chat, which takes
 * long: some events are published at a time, and the others wait for their turn.
 */
final class DecisionNews {

	private static final Log logger = LogFactory.getLog(DecisionNews.class);

	private static final int MAX_TOLD = 10_000;

	/** How many decided calls the application continues at a time. */
	static final int CONCURRENCY = 8;

	private final KnownApprovals known;

	private final Replica replica;

	private final Clock clock;

	private final Consumer<ApplicationEvent> events;

	private final UnaryOperator<Approval> confirmed;

	private final SimpleAsyncTaskExecutor executor;

	/** Used by the replica's thread. */
	private final Queue<News> queue = new ArrayDeque<>();

	private int publishing;

	private boolean waitingLogged;

	/** What waits for its turn, or is being published. */
	private final Map<String, News> taken = new ConcurrentHashMap<>();

	/** What was published here lately. A look at the store may be older than that. */
	private final Set<String> told = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {

		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
			return size() > MAX_TOLD;
		}

	}));

	/**
	 * Create the news.
	 * @param known the requests
	 * @param replica this process
	 * @param settings on which threads events are published
	 * @param clock the clock
	 * @param events the application
	 * @param confirmed asks LumoAuth again about an approval that has waited for its turn
	 */
	DecisionNews(KnownApprovals known, Replica replica, ApprovalSettings settings, Clock clock,
			Consumer<ApplicationEvent> events, UnaryOperator<Approval> confirmed) {
		this.known = known;
		this.replica = replica;
		this.clock = clock;
		this.events = events;
		this.confirmed = confirmed;
		this.executor = new SimpleAsyncTaskExecutor("lumoauth-approval-events-");
		if (settings.virtualThreads()) {
			this.executor.setVirtualThreads(true);
		}
		else {
			this.executor.setThreadFactory(new DaemonThreads("lumoauth-approval-events"));
		}
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
	 * Return whether an approved call waits for its turn to be continued here.
	 */
	boolean isTaken(Approval approval) {
		News news = this.taken.get(approval.id());
		return news != null && news.approval().state() == approval.state();
	}

	/**
	 * Publish the event of a decision that this process holds.
	 * @param approval the request
	 * @param next who continues the call
	 * @param here whether on this thread; otherwise when it is its turn
	 */
	void tell(Approval approval, ApprovalDecidedEvent.Next next, boolean here) {
		News news = new News(approval, next, this.clock.instant());
		News before = this.taken.putIfAbsent(approval.id(), news);
		if (before != null) {
			if (before.approval().state() == approval.state()) {
				return;
			}
			this.taken.put(approval.id(), news);
		}
		if (this.told.contains(news.key())) {
			// The look at the store was earlier, or the store has not taken it so far.
			this.taken.remove(approval.id(), news);
			markTold(approval);
			return;
		}
		if (here) {
			publish(news);
		}
		else {
			this.replica.execute(() -> {
				this.queue.add(news);
				publishNext();
			});
		}
	}

	private void publishNext() {
		while (this.publishing < CONCURRENCY && !this.queue.isEmpty()) {
			News news = this.queue.remove();
			this.publishing++;
			this.executor.execute(() -> {
				try {
					publish(news);
				}
				finally {
					this.replica.execute(() -> {
						this.publishing--;
						publishNext();
					});
				}
			});
		}
		boolean waiting = !this.queue.isEmpty();
		if (waiting && !this.waitingLogged) {
			logger.info(this.queue.size() + " decided calls wait for their turn, because the application continues "
					+ CONCURRENCY + " others. Logged once until none waits.");
		}
		this.waitingLogged = waiting;
	}

	private void publish(News news) {
		try {
			Approval approval = news.approval();
			ApprovalDecidedEvent.Next next = news.next();
			if (next == ApprovalDecidedEvent.Next.RESUME) {
				Approval now = this.known.store().find(approval.id());
				if (now != null && now.state() == ApprovalState.APPROVED
						&& news.since().plusSeconds(1).isBefore(this.clock.instant())) {
					now = this.confirmed.apply(now);
				}
				boolean same = now != null && now.state() == approval.state();
				approval = (now != null && same) ? now : approval;
				// Somebody has made the call again meanwhile, or cancelled it.
				next = same ? next : ApprovalDecidedEvent.Next.BY_ITSELF;
			}
			publish(approval, next);
		}
		catch (RuntimeException ex) {
			logger.warn("The application could not be informed of the decision on request " + news.approval().id(), ex);
			this.taken.remove(news.approval().id(), news);
			return;
		}
		this.told.add(news.key());
		this.taken.remove(news.approval().id(), news);
		markTold(news.approval());
	}

	private void publish(Approval approval, ApprovalDecidedEvent.Next next) {
		ApprovalDecidedEvent event = new ApprovalDecidedEvent(this, approval, next);
		if (next == ApprovalDecidedEvent.Next.BY_ITSELF) {
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
	 * A decision of which the application is informed.
	 *
	 * @param approval the request
	 * @param next who continues the call
	 * @param since since when it waits for its turn
	 */
	private record News(Approval approval, ApprovalDecidedEvent.Next next, Instant since) {

		String key() {
			return this.approval.state() + " " + this.approval.id();
		}

	}

}
