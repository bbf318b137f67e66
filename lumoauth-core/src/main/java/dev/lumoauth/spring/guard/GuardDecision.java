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
 * What a guard made of a call, as metrics and audit events name it.
 *
 * @since 0.1.0
 */
public enum GuardDecision {

	/**
	 * What is guarded ran, with or without success.
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
	 * It acts for a user, and there is none.
	 */
	NO_USER,

	/**
	 * A person has been asked to approve it, and has not decided.
	 */
	APPROVAL_PENDING,

	/**
	 * No person approved it.
	 */
	NOT_APPROVED,

	/**
	 * The server behind it refused the agent.
	 */
	NOT_PERMITTED,

	/**
	 * There is no tool of that name.
	 */
	UNKNOWN_TOOL;

	/**
	 * Return the decision as it stands in tags.
	 * @return the name in lower case
	 */
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Return what a decision about a capability comes to.
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
	 * Return what a failure comes to.
	 * @param failure what something guarded failed with
	 * @return the refusal behind it; {@link #ALLOW} if none of this library's exceptions
	 * is among the causes: it ran, and failed by itself
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
