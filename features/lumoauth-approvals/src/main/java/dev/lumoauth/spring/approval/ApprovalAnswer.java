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

import org.jspecify.annotations.Nullable;

/**
 * What a channel says about a request.
 *
 * @param state {@code PENDING}, {@code APPROVED}, {@code DENIED}, {@code EXPIRED} or
 * {@code CANCELLED}
 * @param reference the request's id at LumoAuth; {@code null} if it is known already
 * @param task the task at LumoAuth that the request belongs to; {@code null} if there is
 * none or it is known already
 * @param expiresAt until when the request can be decided, or the call can run;
 * {@code null} if LumoAuth does not say
 * @param approvedBy who approved the request, or {@code null}; if the answer to the
 * question itself says nobody, LumoAuth's rules approved it
 * @param agentMessage the reviewer's message to the agent, or {@code null}
 * @since 0.1.0
 */
public record ApprovalAnswer(ApprovalState state, @Nullable String reference, @Nullable String task,
		@Nullable Instant expiresAt, @Nullable String approvedBy, @Nullable String agentMessage) {

	public ApprovalAnswer {
		if (state == ApprovalState.RUNNING || state == ApprovalState.DONE || state == ApprovalState.FAILED) {
			throw new IllegalArgumentException("A channel does not run anything");
		}
	}

	/**
	 * Return an answer that has a state only.
	 * @param state the state
	 * @return the answer
	 */
	public static ApprovalAnswer of(ApprovalState state) {
		return new ApprovalAnswer(state, null, null, null, null, null);
	}

	/**
	 * Without the reference.
	 */
	@Override
	public String toString() {
		return "ApprovalAnswer[" + this.state + "]";
	}

}
