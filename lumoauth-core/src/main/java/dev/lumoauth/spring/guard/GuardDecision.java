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

package dev.lumoauth.spring.guard;

import java.util.Locale;

import dev.lumoauth.spring.ResourceDeniedException;
import dev.lumoauth.spring.approval.ApprovalException;
import dev.lumoauth.spring.approval.ApprovalPendingException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.user.UserRequiredException;
import org.jspecify.annotations.Nullable;

/**
 * A guard's decision about a call, as metrics and audit events name it.
 *
 * @since 0.1.0
 */
public enum GuardDecision {

	/**
	 * The guarded code ran, with or without success.
	 */
	ALLOW,

	/**
	 * The agent lacks a capability.
	 */
	DENY,

	/**
	 * LumoAuth gave no answer.
	 */
	UNAVAILABLE,

	/**
	 * The code acts for a user, and there is no user.
	 */
	NO_USER,

	/**
	 * A person has been asked to approve the call, and has not decided.
	 */
	APPROVAL_PENDING,

	/**
	 * No person approved the call.
	 */
	NOT_APPROVED,

	/**
	 * The server behind the tool refused the agent.
	 */
	NOT_PERMITTED,

	/**
	 * There is no tool of that name.
	 */
	UNKNOWN_TOOL;

	/**
	 * Return the decision as it is written in tags.
	 * @return the name in lower case
	 */
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Return the guard's decision that follows from a decision about a capability.
	 * @param decision the decision
	 * @return {@link #ALLOW}, {@link #DENY} or {@link #UNAVAILABLE}
	 */
	public static GuardDecision of(CapabilityDecision decision) {
		return switch (decision.outcome()) {
			case ALLOW -> ALLOW;
			case DENY -> DENY;
			case UNAVAILABLE -> UNAVAILABLE;
		};
	}

	/**
	 * Return the guard's decision that a failure shows.
	 * @param failure the failure of guarded code
	 * @return the refusal behind the failure; {@link #ALLOW} if none of this library's
	 * exceptions is among the causes: the code ran and failed on its own
	 */
	public static GuardDecision of(@Nullable Throwable failure) {
		Throwable refusal = RefusalText.find(failure);
		if (refusal == null) {
			return ALLOW;
		}
		if (refusal instanceof CapabilityDeniedException) {
			return DENY;
		}
		if (refusal instanceof ApprovalException) {
			return (refusal instanceof ApprovalPendingException) ? APPROVAL_PENDING : NOT_APPROVED;
		}
		if (refusal instanceof UserRequiredException) {
			return NO_USER;
		}
		return (refusal instanceof ResourceDeniedException) ? NOT_PERMITTED : UNAVAILABLE;
	}

}
