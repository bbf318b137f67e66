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

import java.util.List;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.approval.ApprovalException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import org.jspecify.annotations.Nullable;

/**
 * The text that a model reads instead of a tool's answer. The text names only the missing
 * capabilities: no address, policy, token or stack trace.
 *
 * @since 0.1.0
 */
public final class RefusalText {

	/**
	 * What a model reads when LumoAuth gave no answer, for whatever reason.
	 */
	public static final String UNAVAILABLE = "Error: authorization is unavailable; try again later.";

	/**
	 * What a model reads when the server behind a tool refused the agent with a valid
	 * token (403), or when no rule of the application names the tool.
	 */
	public static final String NOT_PERMITTED = "Error: the tool is not permitted.";

	/**
	 * What a model reads when a tool acts for a user and there is no user.
	 */
	public static final String NO_USER = "Error: this tool acts for a user, and no user is signed in.";

	/**
	 * What a model reads when the server that runs a tool can't be reached.
	 */
	public static final String SERVER_UNAVAILABLE = "Error: the tool's server is unavailable; try again later.";

	/**
	 * What a model reads when it calls a tool that does not exist.
	 */
	public static final String UNKNOWN_TOOL = "Error: there is no tool of that name.";

	private RefusalText() {
	}

	/**
	 * Return the text for a decision.
	 * @param decision a decision that is not an allow
	 * @return {@code Error: agent lacks 'read:documents' capability.},
	 * {@link #NOT_PERMITTED} if no capability would help, or {@link #UNAVAILABLE}
	 */
	public static String of(CapabilityDecision decision) {
		return (decision.outcome() == CapabilityDecision.Outcome.DENY) ? denied(decision.missing()) : UNAVAILABLE;
	}

	/**
	 * Return the text for an exception of this library that is a cause of a tool's
	 * failure.
	 * @param failure the failure of the tool
	 * @return the text, or {@code null} if none of this library's exceptions is among the
	 * causes
	 */
	public static @Nullable String of(@Nullable Throwable failure) {
		RuntimeException refusal = find(failure);
		if (refusal instanceof CapabilityDeniedException denied) {
			return denied(denied.getMissingCapabilities());
		}
		if (refusal instanceof ApprovalException approval) {
			return approval.modelText();
		}
		return switch (GuardDecision.of(refusal)) {
			case ALLOW -> null;
			case NO_USER -> NO_USER;
			case NOT_PERMITTED -> NOT_PERMITTED;
			case UNKNOWN_TOOL -> UNKNOWN_TOOL;
			case DENY, UNAVAILABLE, APPROVAL_PENDING, NOT_APPROVED -> UNAVAILABLE;
		};
	}

	/**
	 * Find this library's exception behind a failure.
	 * @param failure the failure
	 * @return the refusal or outage, or {@code null} if there is none among the causes
	 */
	public static @Nullable RuntimeException find(@Nullable Throwable failure) {
		int depth = 0;
		for (Throwable cause = failure; cause != null && depth < 16; cause = cause.getCause(), depth++) {
			if (cause instanceof CapabilityDeniedException || cause instanceof LumoAuthException) {
				return (RuntimeException) cause;
			}
		}
		return null;
	}

	private static String denied(List<String> missing) {
		return "Error: " + CapabilityDeniedException.message(missing);
	}

}
