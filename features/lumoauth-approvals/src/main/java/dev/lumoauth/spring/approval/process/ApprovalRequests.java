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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.lumoauth.spring.approval.AfterDenial;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalCall;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.ApprovalQuestion;
import dev.lumoauth.spring.approval.ApprovalRequestedEvent;
import dev.lumoauth.spring.approval.ApprovalRule;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ApprovalStore;
import dev.lumoauth.spring.approval.CallNotShownException;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.NobodyToAskException;
import dev.lumoauth.spring.approval.OpenApproval;
import dev.lumoauth.spring.approval.ShownText;
import dev.lumoauth.spring.approval.TooManyPendingException;
import dev.lumoauth.spring.approval.TooSoonAfterDenialException;
import dev.lumoauth.spring.approval.process.ApprovalDecisions.Asker;
import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.guard.CallArguments;
import dev.lumoauth.spring.guard.CanonicalJson;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks people about calls that need an approval.
 */
final class ApprovalRequests {

	/** What a person can be expected to read, in characters. */
	static final int MAX_SHOWN = 10_000;

	private static final Log logger = LogFactory.getLog(ApprovalRequests.class);

	private final ApprovalSettings settings;

	private final Supplier<ApprovalChannel> channel;

	private final KnownApprovals known;

	private final ApprovalDecisions decisions;

	private final Replica replica;

	private final Clock clock;

	private final ShownArguments shown;

	/** The ids of the requests about which people are being asked now. */
	private final Set<String> asking = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean nobodyToAsk = new AtomicBoolean();

	ApprovalRequests(ApprovalSettings settings, Supplier<ApprovalChannel> channel, KnownApprovals known,
			ApprovalDecisions decisions, Replica replica, Clock clock) {
		this.settings = settings;
		this.channel = channel;
		this.known = known;
		this.decisions = decisions;
		this.replica = replica;
		this.clock = clock;
		this.shown = new ShownArguments(settings.redacted());
	}

	/**
	 * Ask a person.
	 * @return the request; {@code null} if somebody else has asked meanwhile
	 */
	@Nullable Approval ask(ApprovalCall call, CallArguments arguments, List<ApprovalRule> rules, List<String> capabilities) {
		List<Approval> pending = this.known.listed(ApprovalState.PENDING);
		requireRoom(call, pending);
		requireCalm(call, pending);
		Map<String, @Nullable Object> shown = this.shown.of(arguments.values(),
				rules.stream().flatMap((rule) -> rule.argumentNames().stream()).toList());
		String reason = reason(call, CallArguments.of(shown), rules, capabilities);
		requireShort(call, reason, shown);
		Instant now = now();
		Approval asking = new Approval("apr_" + UUID.randomUUID().toString().replace("-", ""), 0, ApprovalState.PENDING,
				call, reason, impact(rules, capabilities),
				rules.stream().flatMap((rule) -> rule.audiences().stream()).distinct().toList(), capabilities,
				Conversation.current(), true, null, null, now, now.plus(this.settings.ttl()), null, null, null, null,
				null);
		ApprovalStore store = this.known.store();
		store.removeEnded(call.agent(), now.minus(this.settings.keepResults()).minus(this.settings.ttl()));
		this.asking.add(asking.id());
		boolean kept = false;
		try {
			kept = store.putIfAbsent(asking, this.replica.holding(asking.id())).id().equals(asking.id());
			return kept ? ask(asking, shown) : null;
		}
		finally {
			this.asking.remove(asking.id());
			if (!kept) {
				this.replica.done(asking.id());
			}
		}
	}

	private Approval ask(Approval asking, Map<String, @Nullable Object> shown) {
		ApprovalStore store = this.known.store();
		ApprovalAnswer answer;
		try {
			answer = this.channel.get()
				.ask(new ApprovalQuestion(asking, shown, this.settings.ttl(), this.settings.approver()));
		}
		catch (Throwable ex) {
			store.replace(asking, Steps.ended(asking, ApprovalState.CANCELLED, false, null, now()),
					this.replica.holding(asking.id()));
			this.replica.done(asking.id());
			if (ex instanceof NobodyToAskException && this.nobodyToAsk.compareAndSet(false, true)) {
				logger.warn("A call is refused: " + ex.getMessage() + ". Logged once until somebody is asked.");
			}
			throw ex;
		}
		this.nobodyToAsk.set(false);
		Approval asked = this.decisions.answered(asking, atOnce(answer));
		boolean decided = asked.state() != ApprovalState.PENDING;
		if (!store.replace(asking, asked, decided ? this.replica.holding(asking.id()) : null)) {
			// Cancelled meanwhile.
			this.decisions.tellEnded(asked);
			return this.decisions.status(asking.id());
		}
		this.decisions.publish(new ApprovalRequestedEvent(this, asked));
		if (decided) {
			this.decisions.decided(asked, Asker.CALL);
		}
		if (!asked.state().isFinal()) {
			this.decisions.watchAsked(asked);
		}
		return asked;
	}

	/**
	 * Cancel a request about which nobody was asked, because the process that received
	 * its call has ended: the same call asks anew.
	 * @return {@code false} if it is not such a request
	 */
	boolean cancelUnasked(Approval approval) {
		if (approval.state() != ApprovalState.PENDING || approval.reference() != null
				|| this.asking.contains(approval.id()) || !this.replica.claim(approval.id())) {
			return false;
		}
		// Unless somebody was asked while the store was looked at.
		if (this.decisions.settle(approval, Steps.ended(approval, ApprovalState.CANCELLED, false, null, now()),
				Asker.BACKGROUND)) {
			logger.info("Nobody was asked about request " + approval.id() + ", because the process that received the "
					+ "call has ended. The request is cancelled, and the same call asks a person.");
		}
		return true;
	}

	/**
	 * Take care of a request that waits for a person, and of which no process takes care.
	 */
	void look(OpenApproval open) {
		Approval approval = open.approval();
		if (approval.reference() == null) {
			cancelUnasked(approval);
		}
		else if (!this.replica.isMine(open) && this.decisions.mayAdopt(open) && this.replica.claim(approval.id())) {
			this.decisions.watch(approval);
		}
	}

	private static String reason(ApprovalCall call, CallArguments arguments, List<ApprovalRule> rules,
			List<String> capabilities) {
		List<String> reasons = rules.stream()
			.map((rule) -> rule.reason(arguments))
			.filter((reason) -> !reason.isEmpty())
			.distinct()
			.collect(Collectors.toCollection(ArrayList::new));
		if (!capabilities.isEmpty()) {
			reasons.add("the agent lacks " + String.join(", ", capabilities));
		}
		return ShownText.of(reasons.isEmpty() ? "Call " + call.tool() : String.join("; ", reasons));
	}

	/**
	 * Nobody can approve what is not shown: what is too long is refused and never cut.
	 */
	private static void requireShort(ApprovalCall call, String reason, Map<String, @Nullable Object> shown) {
		if (reason.length() > ShownText.MAX_REASON) {
			throw CallNotShownException.tooLong(call.tool(), "the question to the person", reason.length(),
					ShownText.MAX_REASON,
					"Leave long arguments out of the 'reason' of the approval: the person sees all arguments anyway");
		}
		int length = call.tool().length() + CanonicalJson.of(shown).length()
				+ ((call.user() != null) ? call.user().length() : 0);
		if (length > MAX_SHOWN) {
			throw CallNotShownException.tooLong(call.tool(), "the call, with all its arguments,", length, MAX_SHOWN,
					"Let the tool take a reference, such as the address of a document, instead of long content");
		}
	}

	/**
	 * A call for which the agent lacks a capability never has a low impact.
	 */
	private static Impact impact(List<ApprovalRule> rules, List<String> capabilities) {
		Impact least = capabilities.isEmpty() ? Impact.LOW : Impact.HIGH;
		return rules.stream().map(ApprovalRule::impact).reduce(least, (a, b) -> (a.compareTo(b) > 0) ? a : b);
	}

	/**
	 * After a denial, people are asked about the tool for this user one question at a
	 * time, and later each time.
	 */
	private void requireCalm(ApprovalCall call, List<Approval> pending) {
		if (this.settings.afterDenial().first().isZero()) {
			return;
		}
		Instant now = now();
		List<Instant> denials = this.known.store()
			.findDenials(call.agent(), call.user(), call.tool(), now.minus(AfterDenial.REMEMBERED));
		if (denials.isEmpty()) {
			return;
		}
		Instant until = denials.get(0).plus(this.settings.afterDenial().pause(denials.size()));
		if (until.isAfter(now)) {
			throw TooSoonAfterDenialException.of(call.tool(), denials.size(), until);
		}
		if (pending.stream().anyMatch((each) -> isOfSame(call, each.call()))) {
			throw TooSoonAfterDenialException.of(call.tool(), denials.size(), null);
		}
	}

	private static boolean isOfSame(ApprovalCall call, ApprovalCall other) {
		return call.tool().equals(other.tool()) && Objects.equals(call.user(), other.user());
	}

	private void requireRoom(ApprovalCall call, List<Approval> pending) {
		if (pending.size() >= KnownApprovals.MAX_LISTED) {
			throw new TooManyPendingException(call.tool(), pending.size());
		}
		int limit = this.settings.maxPendingPerUser();
		if (pending.stream().filter((each) -> Objects.equals(call.user(), each.call().user())).count() >= limit) {
			throw new TooManyPendingException(call.tool(), limit);
		}
	}

	private Instant now() {
		return this.clock.instant();
	}

	/**
	 * Return the same answer to the question itself. Nobody has been asked in that
	 * moment: an approval that names nobody is one of LumoAuth's rules.
	 */
	private static ApprovalAnswer atOnce(ApprovalAnswer answer) {
		return (answer.state() == ApprovalState.APPROVED && answer.approvedBy() == null)
				? new ApprovalAnswer(answer.state(), answer.reference(), answer.task(), answer.expiresAt(),
						Approval.RULE, answer.agentMessage())
				: answer;
	}

}
