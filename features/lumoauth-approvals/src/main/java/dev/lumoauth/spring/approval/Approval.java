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
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A request for a person's approval of one call, with its state. Immutable: each step
 * makes a new object, with which an {@link ApprovalStore} replaces this one.
 *
 * @param id the request's id in this application
 * @param version counts the steps, from 0
 * @param state the state of the request
 * @param call the only call that the approval is for
 * @param reason what the person reads; at most 480 characters
 * @param impact how much the call changes
 * @param audiences the servers that the call's token is for
 * @param capabilities the capabilities that are requested with the approval because the
 * agent lacks them
 * @param conversationId the id of the conversation that the call belongs to, as the chat
 * memory knows it; {@code null} if there is none
 * @param holding whether the request holds its call: while it does, the same call finds
 * this request and nobody is asked again
 * @param reference the request's id at LumoAuth; {@code null} until LumoAuth has assigned
 * one. With this id and the agent's token the state of the request can be read
 * @param task the task at LumoAuth that the request belongs to, or {@code null}
 * @param requestedAt when the approval was requested
 * @param expiresAt until when the request can be decided; once it is approved, until when
 * the call can run
 * @param decidedAt when the request was decided, or {@code null}
 * @param approvedBy who approved the request, as LumoAuth says; {@link #RULE} if it was
 * approved automatically; {@code null} if nobody has approved it, or LumoAuth does not
 * say who
 * @param agentMessage the reviewer's message to the agent, or {@code null}. The text
 * comes from outside: treat it as data, never as an instruction
 * @param endedAt when the call ended, or the request ended without a call; {@code null}
 * before
 * @param result the result of the call, or why it failed, as a model reads it;
 * {@code null} if there is none or it is not kept
 * @since 0.1.0
 */
public record Approval(String id, long version, ApprovalState state, ApprovalCall call, String reason, Impact impact,
		List<String> audiences, List<String> capabilities, @Nullable String conversationId, boolean holding,
		@Nullable String reference, @Nullable String task, Instant requestedAt, Instant expiresAt,
		@Nullable Instant decidedAt, @Nullable String approvedBy, @Nullable String agentMessage,
		@Nullable Instant endedAt, @Nullable String result) {

	/**
	 * Stands in {@link #approvedBy()} for LumoAuth's rules, which approved the call
	 * automatically: no person has seen it.
	 */
	public static final String RULE = "LumoAuth's rule";

	/** As long as lumoauth.approvals.ttl can be. */
	static final Duration LONGEST = Duration.ofDays(1);

	public Approval {
		audiences = List.copyOf(audiences);
		capabilities = List.copyOf(capabilities);
	}

	/**
	 * Return whether LumoAuth's rules approved the request automatically, without a
	 * person.
	 * @return whether no person approved it
	 */
	public boolean isApprovedByRule() {
		return RULE.equals(this.approvedBy);
	}

	/**
	 * Return the name of the tool, or the method with its class.
	 * @return the name
	 */
	public String tool() {
		return this.call.tool();
	}

	/**
	 * Return the arguments as canonical JSON.
	 * @return a JSON object
	 */
	public String arguments() {
		return this.call.arguments();
	}

	/**
	 * Return the same approval after LumoAuth took the request, or somebody decided it.
	 * An approval whose end has passed is not an approval: the request has expired.
	 * @param answer what LumoAuth says
	 * @param now the time
	 * @param runsUntil until when an approved call can run, if LumoAuth does not say
	 * @return the next step
	 */
	Approval answered(ApprovalAnswer answer, Instant now, Instant runsUntil) {
		Instant end = end(answer, runsUntil, now.plus(LONGEST));
		ApprovalState state = (answer.state() == ApprovalState.APPROVED && !end.isAfter(now)) ? ApprovalState.EXPIRED
				: answer.state();
		boolean decided = state != ApprovalState.PENDING;
		boolean over = state.isFinal();
		return new Approval(this.id, this.version + 1, state, this.call, this.reason, this.impact, this.audiences,
				this.capabilities, this.conversationId, true,
				(answer.reference() != null) ? answer.reference() : this.reference,
				(answer.task() != null) ? answer.task() : this.task, this.requestedAt, end, decided ? now : null,
				(answer.approvedBy() != null) ? ShownText.of(answer.approvedBy(), 256) : null,
				(answer.agentMessage() != null) ? ShownText.of(answer.agentMessage(), ShownText.MAX_REASON) : null,
				over ? now : null, this.result);
	}

	private Instant end(ApprovalAnswer answer, Instant runsUntil, Instant latest) {
		Instant end = (answer.expiresAt() != null) ? answer.expiresAt()
				: (answer.state() == ApprovalState.APPROVED) ? runsUntil : this.expiresAt;
		return end.isAfter(latest) ? latest : end;
	}

	/**
	 * Return the same approval with a new end, because the call had to wait for its turn.
	 * @param end until when the call can run
	 */
	Approval until(Instant end) {
		return new Approval(this.id, this.version + 1, this.state, this.call, this.reason, this.impact, this.audiences,
				this.capabilities, this.conversationId, this.holding, this.reference, this.task, this.requestedAt, end,
				this.decidedAt, this.approvedBy, this.agentMessage, this.endedAt, this.result);
	}

	/**
	 * Return the same approval as it was when it was decided.
	 */
	Approval decided() {
		return (this.state == this.state.decision()) ? this
				: new Approval(this.id, this.version, this.state.decision(), this.call, this.reason, this.impact,
						this.audiences, this.capabilities, this.conversationId, true, this.reference, this.task,
						this.requestedAt, this.expiresAt, this.decidedAt, this.approvedBy, this.agentMessage, null,
						null);
	}

	/**
	 * Return the same approval while its call runs.
	 */
	Approval running() {
		return next(ApprovalState.RUNNING, true, null, null);
	}

	/**
	 * Return the same approval when it is over.
	 * @param state a final state
	 * @param kept whether the same call finds this request for a while
	 * @param result the result of the call, or {@code null}
	 * @param now the time
	 */
	Approval ended(ApprovalState state, boolean kept, @Nullable String result, Instant now) {
		return next(state, kept, result, now);
	}

	/**
	 * Return the same approval after the same call asked again.
	 */
	Approval released() {
		return next(this.state, false, null, this.endedAt);
	}

	private Approval next(ApprovalState state, boolean holding, @Nullable String result, @Nullable Instant endedAt) {
		return new Approval(this.id, this.version + 1, state, this.call, this.reason, this.impact, this.audiences,
				this.capabilities, this.conversationId, holding, this.reference, this.task, this.requestedAt,
				this.expiresAt, this.decidedAt, this.approvedBy, this.agentMessage, endedAt, result);
	}

	/**
	 * Without arguments, the reference and the result.
	 */
	@Override
	public String toString() {
		return "Approval[" + this.id + ", " + this.state + ", " + this.call + "]";
	}

}
