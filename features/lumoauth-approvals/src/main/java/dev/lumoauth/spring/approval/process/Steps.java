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
import java.time.Instant;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalAnswer;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ShownText;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a request: each makes the same approval in its next state.
 */
final class Steps {

	/** As long as lumoauth.approvals.ttl can be. */
	static final Duration LONGEST = Duration.ofDays(1);

	private Steps() {
	}

	/**
	 * After LumoAuth took the request, or somebody decided it. An approval whose end has
	 * passed is not an approval: the request has expired.
	 * @param from the approval before
	 * @param answer what LumoAuth says
	 * @param now the time
	 * @param runsUntil until when an approved call can run, if LumoAuth does not say
	 */
	static Approval answered(Approval from, ApprovalAnswer answer, Instant now, Instant runsUntil) {
		Instant end = end(from, answer, runsUntil, now.plus(LONGEST));
		ApprovalState state = (answer.state() == ApprovalState.APPROVED && !end.isAfter(now)) ? ApprovalState.EXPIRED
				: answer.state();
		boolean decided = state != ApprovalState.PENDING;
		boolean over = state.isFinal();
		return new Approval(from.id(), from.version() + 1, state, from.call(), from.reason(), from.impact(),
				from.audiences(), from.capabilities(), from.conversationId(), true,
				(answer.reference() != null) ? answer.reference() : from.reference(),
				(answer.task() != null) ? answer.task() : from.task(), from.requestedAt(), end, decided ? now : null,
				(answer.approvedBy() != null) ? ShownText.of(answer.approvedBy(), 256) : null,
				(answer.agentMessage() != null) ? ShownText.of(answer.agentMessage(), ShownText.MAX_REASON) : null,
				over ? now : null, from.result());
	}

	private static Instant end(Approval from, ApprovalAnswer answer, Instant runsUntil, Instant latest) {
		Instant end = (answer.expiresAt() != null) ? answer.expiresAt()
				: (answer.state() == ApprovalState.APPROVED) ? runsUntil : from.expiresAt();
		return end.isAfter(latest) ? latest : end;
	}

	/**
	 * As it was when it was decided.
	 * @param now the approval
	 */
	static Approval decided(Approval now) {
		ApprovalState decision = now.state().decision();
		return (now.state() == decision) ? now : next(now, decision, true, null, null);
	}

	/**
	 * While its call runs.
	 * @param from the approval before
	 */
	static Approval running(Approval from) {
		return next(from, ApprovalState.RUNNING, true, null, null);
	}

	/**
	 * When it is over.
	 * @param from the approval before
	 * @param state a final state
	 * @param kept whether the same call finds this request for a while
	 * @param result the result of the call, or {@code null}
	 * @param now the time
	 */
	static Approval ended(Approval from, ApprovalState state, boolean kept, @Nullable String result, Instant now) {
		return next(from, state, kept, result, now);
	}

	/**
	 * After the same call asked again.
	 * @param from the approval before
	 */
	static Approval released(Approval from) {
		return next(from, from.state(), false, null, from.endedAt());
	}

	private static Approval next(Approval from, ApprovalState state, boolean holding, @Nullable String result,
			@Nullable Instant endedAt) {
		return new Approval(from.id(), from.version() + 1, state, from.call(), from.reason(), from.impact(),
				from.audiences(), from.capabilities(), from.conversationId(), holding, from.reference(), from.task(),
				from.requestedAt(), from.expiresAt(), from.decidedAt(), from.approvedBy(), from.agentMessage(), endedAt,
				result);
	}

}
