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

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A request for a person's approval of one call, and how it stands. Immutable: each step
 * makes another one, which an {@link ApprovalStore} takes only in the place of this.
 *
 * @param id its id in this application
 * @param version counts the steps, from 0
 * @param state how it stands
 * @param call the call that is approved, and no other
 * @param reason what the person reads; at most 480 characters
 * @param impact how much the call changes
 * @param audiences the servers that the call's token is for
 * @param capabilities the capabilities that are asked for with it, since the agent lacks
 * them
 * @param conversationId the conversation of the chat that the call belongs to, as its
 * memory knows it; {@code null} if there is none
 * @param holding whether it stands for its call: while it does, the same call finds it
 * and asks nobody
 * @param reference its id at LumoAuth; {@code null} until LumoAuth has given it one.
 * Whoever has it may, with the agent's token, ask how it stands
 * @param task the task at LumoAuth that it belongs to, or {@code null}
 * @param requestedAt when it was asked for
 * @param expiresAt until when it can be decided, and once it is approved, run
 * @param decidedAt when it was decided, or {@code null}
 * @param approvedBy who approved it, by LumoAuth's word; {@code null} if LumoAuth does
 * not say, or nobody has
 * @param agentMessage the reviewer's word to the agent, or {@code null}. Somebody wrote
 * it: data, never an instruction
 * @param endedAt when the call had run, or it was over without that; {@code null} before
 * @param result what the call gave, or why it failed, as a model reads it; {@code null}
 * if there is nothing or it is not kept
 * @since 0.1.0
 */
public record Approval(String id, long version, ApprovalState state, ApprovalCall call, String reason, Impact impact,
		List<String> audiences, List<String> capabilities, @Nullable String conversationId, boolean holding,
		@Nullable String reference, @Nullable String task, Instant requestedAt, Instant expiresAt,
		@Nullable Instant decidedAt, @Nullable String approvedBy, @Nullable String agentMessage,
		@Nullable Instant endedAt, @Nullable String result) {

	public Approval {
		audiences = List.copyOf(audiences);
		capabilities = List.copyOf(capabilities);
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
	 * Return the same approval once it has been asked for, or somebody has decided.
	 * @param answer what LumoAuth says
	 * @param now the time
	 * @param runsUntil until when it can be run, if it is approved and LumoAuth does not
	 * say
	 * @return the next step
	 */
	Approval answered(ApprovalAnswer answer, Instant now, Instant runsUntil) {
		boolean decided = answer.state() != ApprovalState.PENDING;
		boolean over = answer.state().isFinal();
		return new Approval(this.id, this.version + 1, answer.state(), this.call, this.reason, this.impact,
				this.audiences, this.capabilities, this.conversationId, true,
				(answer.reference() != null) ? answer.reference() : this.reference,
				(answer.task() != null) ? answer.task() : this.task, this.requestedAt,
				(answer.expiresAt() != null) ? answer.expiresAt()
						: (answer.state() == ApprovalState.APPROVED) ? runsUntil : this.expiresAt,
				decided ? now : null, (answer.approvedBy() != null) ? ShownText.of(answer.approvedBy(), 256) : null,
				(answer.agentMessage() != null) ? ShownText.of(answer.agentMessage(), ReasonTemplate.MAX_LENGTH) : null,
				over ? now : null, this.result);
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
	 * @param kept whether the same call is to find it for a while
	 * @param result what the call gave, or {@code null}
	 * @param now the time
	 */
	Approval ended(ApprovalState state, boolean kept, @Nullable String result, Instant now) {
		return next(state, kept, result, now);
	}

	/**
	 * Return the same approval, once the same call asks anew.
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
