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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent.Next;
import dev.lumoauth.spring.approval.ApprovalDecidedEvent;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.OpenApproval;
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

	/** Somebody may decide at LumoAuth until the last moment, by LumoAuth's clock. */
	private static final Duration LAST_QUESTION_AFTER = Duration.ofSeconds(1);

	/** How long the last question waits for its turn, or for an answer. */
	private static final Duration LAST_QUESTION = Duration.ofMinutes(1);

	private static final Duration JUST_NOW = Duration.ofSeconds(1);

	/** Longer than the time between two looks of another process at the store. */
	private static final Duration OTHERS_FIRST = Duration.ofSeconds(10);

	private final Supplier<ApprovalChannel> channel;

	private final KnownApprovals known;

	private final WaitingCalls waiting;

	private final Clock clock;

	private final Replica replica;

	private final DecisionNews news;

	private final ApprovalPoller poller;

	private final DecisionWaiters waiters = new DecisionWaiters();

	ApprovalDecisions(ApprovalSettings settings, Supplier<ApprovalChannel> channel, KnownApprovals known,
			WaitingCalls waiting, Replica replica, Clock clock, Consumer<ApplicationEvent> events) {
		this.settings = settings;
		this.channel = channel;
		this.known = known;
		this.waiting = waiting;
		this.clock = clock;
		this.replica = replica;
		this.news = new DecisionNews(known, replica, events);
		this.poller = new ApprovalPoller(this::poll, () -> this.channel.get().untilNextStatus());
	}

	/**
	 * Read the state of a request in the background from now on.
	 */
	void watch(Approval approval) {
		this.poller.watch(approval.id(),
				(approval.state() == ApprovalState.PENDING) ? this.channel.get().interval() : left(approval));
	}

	/**
	 * Do the same for a request to which LumoAuth has just answered.
	 */
	void watchAsked(Approval approval) {
		watch(approval);
		this.poller.asked(approval.id());
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
				? refreshed(known, false, Asker.CODE) : known;
	}

	/**
	 * Read the state of a request if it is pending. After the end of its time, LumoAuth
	 * is asked once more: somebody may have decided at the last moment.
	 * @param known the request
	 * @param atOnce whether to ask even before the next interval
	 * @param asker who asks
	 */
	Approval refreshed(Approval known, boolean atOnce, Asker asker) {
		if (known.state() == ApprovalState.RUNNING) {
			return known;
		}
		boolean over = isOver(known);
		if (known.state() == ApprovalState.PENDING && known.reference() != null && (over || atOnce || isDue(known))) {
			try {
				return asked(known, asker);
			}
			catch (LumoAuthException ex) {
				logger.debug("The state of the approval request " + known.id() + " is not known", ex);
				return known;
			}
		}
		return over ? expired(known, asker) : known;
	}

	private boolean isDue(Approval approval) {
		ApprovalChannel channel = this.channel.get();
		return this.poller.isDue(approval.id(), channel.interval()) && channel.untilNextStatus().isZero();
	}

	/**
	 * Ask LumoAuth about a request that waits for a person.
	 * @throws LumoAuthException if there is no answer, and may be one later
	 */
	private Approval asked(Approval known, Asker asker) {
		ApprovalAnswer answer;
		try {
			answer = this.channel.get().status(known);
			this.poller.asked(known.id());
		}
		catch (LumoAuthException ex) {
			if (known.expiresAt().plus(LAST_QUESTION).isAfter(now())) {
				throw ex;
			}
			answer = ApprovalAnswer.of(ApprovalState.PENDING);
		}
		if (answer.state() != ApprovalState.PENDING) {
			return settled(known, answered(known, answer), asker);
		}
		return isOver(known) ? expired(known, asker) : known;
	}

	private Approval expired(Approval known, Asker asker) {
		return settled(known, Steps.ended(known, ApprovalState.EXPIRED, true, null, now()), asker);
	}

	private boolean isOver(Approval approval) {
		return !approval.expiresAt().isAfter(now());
	}

	/**
	 * Ask LumoAuth once more about an approval whose call is about to run: the approval
	 * may have been withdrawn.
	 * @param approval an approved request
	 * @return the request in its new state
	 * @throws LumoAuthException if there is no answer
	 */
	Approval confirmed(Approval approval) {
		if (approval.reference() == null || isOver(approval) || !this.poller.isDue(approval.id(), JUST_NOW)) {
			return approval;
		}
		ApprovalAnswer answer = this.channel.get().confirm(approval);
		this.poller.asked(approval.id());
		if (answer.state() == ApprovalState.PENDING) {
			throw new LumoAuthUnavailableException(
					"LumoAuth does not say that request " + approval.id() + " is approved, so its call does not run",
					null);
		}
		ApprovalState state = answered(approval, answer).state();
		if (state == ApprovalState.APPROVED) {
			return approval;
		}
		logger.info("Request " + approval.id() + " was approved and is " + answer.state().code()
				+ " now, so the call of '" + approval.tool() + "' does not run");
		ApprovalState end = (state == ApprovalState.EXPIRED) ? state : ApprovalState.CANCELLED;
		return settled(approval, Steps.ended(approval, end, true, null, now()), Asker.CALL);
	}

	/**
	 * Take a step by which a request is decided or over.
	 * @param asker who has learned of it
	 * @return the request in its new state, no matter who took the step
	 */
	private Approval settled(Approval current, Approval next, Asker asker) {
		if (settle(current, next, asker)) {
			return next;
		}
		Approval known = this.known.store().find(current.id());
		if (known != null && known.state() != ApprovalState.PENDING) {
			complete(known);
		}
		return (known != null) ? known : next;
	}

	boolean settle(Approval current, Approval next, Asker asker) {
		boolean taken = (asker == Asker.CALL) ? this.replica.replace(current, next)
				: this.known.store().replace(current, next);
		if (!taken) {
			return false;
		}
		decided(next, asker);
		if (next.state().isFinal()) {
			tellEnded(next);
		}
		return true;
	}

	/**
	 * Whoever decided at the last moment did so before the end of the request's time: an
	 * approval doesn't last longer because its decision is read later.
	 */
	Approval answered(Approval approval, ApprovalAnswer answer) {
		Instant now = now();
		Instant runsUntil = now.plus(this.settings.ttl());
		Duration late = Duration.between(approval.expiresAt(), now);
		if (approval.state() == ApprovalState.PENDING && !late.isNegative()) {
			Instant end = (answer.expiresAt() != null) ? answer.expiresAt() : runsUntil;
			answer = new ApprovalAnswer(answer.state(), answer.reference(), answer.task(), end.minus(late),
					answer.approvedBy(), answer.agentMessage());
		}
		Approval answered = Steps.answered(approval, answer, now, runsUntil);
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
	 * @param asker who has learned of it
	 */
	void decided(Approval approval, Asker asker) {
		if (asker == Asker.CALL) {
			complete(approval);
			publish(new ApprovalDecidedEvent(this, approval, Next.BY_ITSELF));
			return;
		}
		try {
			if ((this.replica.isConcernedWith(approval.id()) || this.waiting.canResume(approval))
					&& this.replica.claim(approval.id())) {
				tell(approval, asker == Asker.CODE);
				return;
			}
			// The process that holds the call finds the decision in the store.
			complete(approval);
		}
		catch (RuntimeException ex) {
			logger.debug("The store does not answer. The next look finds the decision.", ex);
		}
		this.replica.lookNow();
	}

	/**
	 * Inform the application of the decision on a request that this process holds.
	 * @param here whether on this thread
	 */
	private void tell(Approval approval, boolean here) {
		Approval decided = Steps.decided(approval);
		boolean awaited = complete(approval);
		boolean itself = awaited || approval.state() != decided.state();
		boolean able = !this.replica.hasAdopted(approval.id()) || this.waiting.canResume(approval);
		this.news.tell(decided, itself ? Next.BY_ITSELF : able ? Next.RESUME : Next.USER, here);
		if (approval.state() == ApprovalState.APPROVED) {
			watch(approval);
		}
	}

	/**
	 * Return whether this process may take care of a request whose process has died: at
	 * once if it can continue the call, otherwise after those who can.
	 */
	boolean mayAdopt(OpenApproval open) {
		Instant now = now();
		return open.isFree(now) && (open.isFree(now.minus(OTHERS_FIRST)) || this.waiting.canResume(open.approval()));
	}

	/**
	 * Do what has to be done with a request that is decided.
	 */
	void look(OpenApproval open) {
		Approval approval = open.approval();
		boolean mine = this.replica.isMine(open);
		if (!mine && !mayAdopt(open)) {
			complete(approval);
		}
		else if (open.isUntold()) {
			if (this.replica.claim(approval.id())) {
				tell(approval, false);
			}
		}
		else if (!mine && this.replica.claim(approval.id())) {
			// The process that was to continue the call has died.
			watch(approval);
			if (this.waiting.canResume(approval)) {
				this.news.tell(approval, Next.RESUME, false);
			}
		}
	}

	private Duration left(Approval approval) {
		Duration left = Duration.between(now(), approval.expiresAt());
		return (left.compareTo(Steps.LONGEST) > 0) ? Steps.LONGEST : left;
	}

	/**
	 * Inform those who wait for a decision in this process.
	 * @return whether anybody waits
	 */
	private boolean complete(Approval approval) {
		if (approval.state() != ApprovalState.APPROVED) {
			this.poller.forget(approval.id());
			this.waiting.remove(approval.id());
		}
		if (approval.state().isFinal()) {
			this.replica.done(approval.id());
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
			this.replica.done(id);
			return null;
		}
		if (known.state() != ApprovalState.PENDING && known.state() != ApprovalState.APPROVED) {
			complete(known);
			this.replica.lookNow();
			return null;
		}
		Approval current = known;
		if (known.state() == ApprovalState.APPROVED) {
			// Decided elsewhere, or waiting to be run.
			complete(known);
		}
		else if (known.reference() != null && turn) {
			current = asked(known, Asker.BACKGROUND);
		}
		else if (known.reference() != null && known.expiresAt().plus(LAST_QUESTION).isAfter(now())) {
			return ApprovalPoller.Next.turn(left(known).plus(isOver(known) ? LAST_QUESTION : LAST_QUESTION_AFTER));
		}
		if (isOver(current) && !current.state().isFinal()) {
			current = expired(current, Asker.BACKGROUND);
		}
		return switch (current.state()) {
			case APPROVED -> ApprovalPoller.Next.in(left(current));
			case PENDING -> {
				Duration left = left(current).plus(LAST_QUESTION_AFTER);
				Duration interval = this.channel.get().interval();
				yield ApprovalPoller.Next.in((left.compareTo(interval) < 0) ? left : interval);
			}
			default -> null;
		};
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
		this.news.publish(event);
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
		this.replica.forget();
		this.poller.forgetAll();
		this.waiting.clear();
		this.waiters.release(this.known::find);
	}

	/**
	 * Continue no chats until {@link #goOn()}, and wait for those that go on.
	 */
	boolean pause(Duration atMost) {
		return this.news.pause(atMost);
	}

	void goOn() {
		this.news.goOn();
	}

	@Override
	public void close() {
		this.replica.close();
		this.poller.close();
		this.news.close();
		this.waiters.release(this.known::find);
	}

	/**
	 * Who learns of a decision.
	 */
	enum Asker {

		/**
		 * The call itself, which continues with the answer.
		 */
		CALL,

		/**
		 * The application's code, on whose thread the application is informed.
		 */
		CODE,

		/**
		 * A thread of the library, or of a notification.
		 */
		BACKGROUND

	}

}
