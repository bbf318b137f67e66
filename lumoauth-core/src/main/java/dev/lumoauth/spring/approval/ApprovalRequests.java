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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;

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

	private final Clock clock;

	private final ShownArguments shown;

	private final AtomicBoolean nobodyToAsk = new AtomicBoolean();

	ApprovalRequests(ApprovalSettings settings, Supplier<ApprovalChannel> channel, KnownApprovals known,
			ApprovalDecisions decisions, Clock clock) {
		this.settings = settings;
		this.channel = channel;
		this.known = known;
		this.decisions = decisions;
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
		store.removeEnded(now.minus(this.settings.keepResults()).minus(this.settings.ttl()));
		if (!store.putIfAbsent(asking).id().equals(asking.id())) {
			return null;
		}
		ApprovalAnswer answer;
		try {
			answer = this.channel.get()
				.ask(new ApprovalQuestion(asking, shown, this.settings.ttl(), this.settings.approver()));
		}
		catch (Throwable ex) {
			store.replace(asking, asking.ended(ApprovalState.CANCELLED, false, null, now()));
			if (ex instanceof NobodyToAskException && this.nobodyToAsk.compareAndSet(false, true)) {
				logger.warn("A call is refused: " + ex.getMessage() + ". Logged once until somebody is asked.");
			}
			throw ex;
		}
		this.nobodyToAsk.set(false);
		Approval asked = this.decisions.answered(asking, answer);
		if (!store.replace(asking, asked)) {
			// Cancelled meanwhile.
			this.decisions.tellEnded(asked);
			return this.decisions.status(asking.id());
		}
		this.decisions.publish(new ApprovalRequestedEvent(this, asked));
		if (asked.state() != ApprovalState.PENDING) {
			this.decisions.decided(asked, true);
		}
		if (!asked.state().isFinal()) {
			this.decisions.watch(asked);
		}
		return asked;
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
		if (reason.length() > ReasonTemplate.MAX_LENGTH) {
			throw CallNotShownException.tooLong(call.tool(), "the question to the person", reason.length(),
					ReasonTemplate.MAX_LENGTH,
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
		if (pending.size() >= Math.min(this.settings.maxPending(), KnownApprovals.MAX_LISTED)) {
			throw new TooManyPendingException(call.tool(), "lumoauth.approvals.max-pending", pending.size());
		}
		int limit = this.settings.maxPendingPerUser();
		if (pending.stream().filter((each) -> Objects.equals(call.user(), each.call().user())).count() >= limit) {
			throw new TooManyPendingException(call.tool(), "lumoauth.approvals.max-pending-per-user", limit);
		}
	}

	private Instant now() {
		return this.clock.instant();
	}

}
