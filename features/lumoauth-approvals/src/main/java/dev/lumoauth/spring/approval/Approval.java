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
	 * Without arguments, the reference and the result.
	 */
	@Override
	public String toString() {
		return "Approval[" + this.id + ", " + this.state + ", " + this.call + "]";
	}

}
