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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.user.Caller;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;

/**
 * Learns of decisions on requests, and informs everybody of them.
 */
final class ApprovalDecisions implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(ApprovalDecisions.class);

	private final ApprovalSettings settings;

	private final Supplier<ApprovalChannel> channel;

	private final KnownApprovals known;

	private final WaitingCalls waiting;

	private final Clock clock;

	private final Consumer<ApplicationEvent> events;

	private final ApprovalPoller poller;

	private final DecisionWaiters waiters = new DecisionWaiters();

	ApprovalDecisions(ApprovalSettings settings, Supplier<ApprovalChannel> channel, KnownApprovals known,
			WaitingCalls waiting, Clock clock, Consumer<ApplicationEvent> events) {
		this.settings = settings;
		this.channel = channel;
		this.known = known;
		this.waiting = waiting;
		this.clock = clock;
		this.events = events;
		this.poller = new ApprovalPoller(this::poll, () -> this.channel.get().untilNextStatus());
	}

	/**
	 * Read the state of a request in the background from now on.
	 */
	void watch(Approval approval) {
		this.poller.watch(approval.id(),
				(approval.state() == ApprovalState.PENDING) ? this.channel.get().interval() : left(approval));
	}

	void unwatch(Approval approval) {
		this.poller.forget(approval.id());
	}

	/**
	 * Return a request in its current state.
	 * @param id the request's id
	 */
	Approval status(String id) {
		Approval known = this.known.find(id);
		return (known.state() == ApprovalState.PENDING || known.state() == ApprovalState.APPROVED)
				? refreshed(known, false, false) : known;
	}

	/**
	 * Read the state of a request if it is pending.
	 * @param known the request
	 * @param atOnce whether to ask even before the next interval
	 * @param byCall whether the call itself asks, and continues with the answer
	 */
	Approval refreshed(Approval known, boolean atOnce, boolean byCall) {
		if (known.state() == ApprovalState.RUNNING) {
			return known;
		}
		if (!known.expiresAt().isAfter(now())) {
			return settled(known, known.ended(ApprovalState.EXPIRED, true, null, now()), byCall);
		}
		if (known.state() == ApprovalState.APPROVED || known.reference() == null
				|| (!atOnce && !this.poller.isDue(known.id(), this.channel.get().interval()))) {
			return known;
		}
		try {
			if (!atOnce && !this.channel.get().untilNextStatus().isZero()) {
				return known;
			}
			ApprovalAnswer answer = this.channel.get().status(known);
			this.poller.asked(known.id());
			return (answer.state() == ApprovalState.PENDING) ? known : settled(known, answered(known, answer), byCall);
		}
		catch (LumoAuthException ex) {
			logger.debug("The state of the approval request " + known.id() + " is not known", ex);
			return known;
		}
	}

	/**
	 * Take a step by which a request is decided or over.
	 * @param byCall whether the call itself continues
	 * @return the request in its new state, no matter who took the step
	 */
	private Approval settled(Approval current, Approval next, boolean byCall) {
		if (settle(current, next, byCall)) {
			return next;
		}
		Approval known = this.known.store().find(current.id());
		if (known != null && known.state() != ApprovalState.PENDING) {
			complete(known);
		}
		return (known != null) ? known : next;
	}

	boolean settle(Approval current, Approval next, boolean byCall) {
		if (!this.known.store().replace(current, next)) {
			return false;
		}
		decided(next, byCall);
		if (next.state().isFinal()) {
			tellEnded(next);
		}
		return true;
	}

	Approval answered(Approval approval, ApprovalAnswer answer) {
		Instant now = now();
		Approval answered = approval.answered(answer, now, now.plus(this.settings.ttl()));
		if (answer.state() == ApprovalState.APPROVED && answered.state() == ApprovalState.EXPIRED) {
			logger.warn("Request " + approval.id() + " was approved until " + answered.expiresAt()
					+ ", which has passed, so the call does not run. If this happens often, compare the clock of "
					+ "this machine with LumoAuth's.");
		}
		return answered;
	}

	/**
	 * Inform everybody of a decision.
	 * @param approval the request
	 * @param byCall whether the call itself continues
	 */
	void decided(Approval approval, boolean byCall) {
		boolean awaited = complete(approval);
		ApprovalDecidedEvent event = new ApprovalDecidedEvent(this, approval, !byCall && !awaited);
		this.poller.tell(() -> {
			if (event.isToResume()) {
				// Whoever looks at the request may be somebody else than its caller.
				Caller.NOBODY.signedIn(() -> {
					publish(event);
					return true;
				});
			}
			else {
				publish(event);
			}
		});
	}

	private Duration left(Approval approval) {
		Duration left = Duration.between(now(), approval.expiresAt());
		return (left.compareTo(Approval.LONGEST) > 0) ? Approval.LONGEST : left;
	}

	/**
	 * Inform those who wait for a decision.
	 * @return whether anybody waits
	 */
	private boolean complete(Approval approval) {
		if (approval.state() != ApprovalState.APPROVED) {
			this.poller.forget(approval.id());
			this.waiting.remove(approval.id());
		}
		return this.waiters.tell(approval);
	}

	/**
	 * Look at a request in the background.
	 * @param turn whether its state may be read, which sends a request
	 * @return when to look again, or {@code null} if it is over
	 */
	private ApprovalPoller.@Nullable Next poll(String id, boolean turn) {
		Approval known = this.known.store().find(id);
		if (known == null) {
			return null;
		}
		if (known.state() != ApprovalState.PENDING && known.state() != ApprovalState.APPROVED) {
			complete(known);
			return null;
		}
		if (!known.expiresAt().isAfter(now())) {
			settled(known, known.ended(ApprovalState.EXPIRED, true, null, now()), false);
			return null;
		}
		if (known.state() == ApprovalState.APPROVED) {
			// Decided elsewhere, or waiting to be run.
			complete(known);
			return ApprovalPoller.Next.in(left(known));
		}
		ApprovalChannel channel = this.channel.get();
		if (known.reference() != null && !turn) {
			return ApprovalPoller.Next.turn(left(known));
		}
		if (known.reference() != null) {
			ApprovalAnswer answer = channel.status(known);
			this.poller.asked(id);
			if (answer.state() != ApprovalState.PENDING) {
				Approval decided = settled(known, answered(known, answer), false);
				return (decided.state() == ApprovalState.APPROVED) ? ApprovalPoller.Next.in(left(decided)) : null;
			}
		}
		Duration left = left(known);
		return ApprovalPoller.Next.in((left.compareTo(channel.interval()) < 0) ? left : channel.interval());
	}

	/**
	 * Tell LumoAuth in the background that a request is over, since nobody waits for
	 * that.
	 */
	void tellEnded(Approval approval) {
		if (approval.reference() == null) {
			return;
		}
		this.poller.execute(() -> {
			try {
				this.channel.get().ended(approval);
			}
			catch (RuntimeException ex) {
				logger.debug("LumoAuth could not be informed that request " + approval.id() + " has ended", ex);
			}
		});
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

	CompletableFuture<Approval> decision(Approval approval) {
		CompletableFuture<Approval> decision = this.waiters.add(approval.id());
		Approval known = KnownApprovals
			.answered(approval.tool(), () -> Optional.ofNullable(this.known.store().find(approval.id())))
			.orElse(null);
		if (known == null || known.state() != ApprovalState.PENDING) {
			decision.complete((known != null) ? known : approval);
		}
		else {
			this.poller.watch(approval.id(), this.channel.get().interval());
		}
		return decision;
	}

	private Instant now() {
		return this.clock.instant();
	}

	void forget() {
		this.poller.forgetAll();
		this.waiting.clear();
		this.waiters.release(this.known::find);
	}

	@Override
	public void close() {
		this.poller.close();
		this.waiters.release(this.known::find);
	}

}
