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
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.approval.ApprovalException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.user.UserRequiredException;

import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;

/**
 * The exceptions of refused calls. Spring AI passes the message of a tool's exception to
 * the model unchanged, so inside a tool call the message is the text that a model may
 * read.
 */
final class Refusals {

	private Refusals() {
	}

	/**
	 * Return the exception for a call that was not allowed.
	 * @param decision a decision that is not an allow
	 * @param readByModel whether a tool runs here, so that a model may read it
	 */
	static RuntimeException of(CapabilityDecision decision, boolean readByModel) {
		boolean denied = decision.outcome() == CapabilityDecision.Outcome.DENY;
		if (readByModel) {
			return denied ? new DeniedToolCallException(decision) : new UnavailableToolCallException(decision);
		}
		if (denied) {
			return new CapabilityDeniedException(decision.missing());
		}
		LumoAuthException cause = decision.cause();
		return (cause != null) ? cause : new LumoAuthUnavailableException("There is no decision", null);
	}

	/**
	 * Return the exception for a call that has no user to act for, or no person's
	 * approval.
	 * @param failure why not
	 * @param readByModel whether a tool runs here, so that a model may read it
	 */
	static LumoAuthException of(LumoAuthException failure, boolean readByModel) {
		if (!readByModel) {
			return failure;
		}
		if (failure instanceof ApprovalException approval) {
			return approval.inWordsForModel();
		}
		return (failure instanceof UserRequiredException) ? new UserRequiredException(RefusalText.NO_USER, null)
				: new LumoAuthUnavailableException(RefusalText.UNAVAILABLE, null);
	}

	static RuntimeException unexplained() {
		return new AuthorizationDeniedException("Access Denied", new AuthorizationDecision(false));
	}

	/**
	 * A denial with the text for a model.
	 */
	private static final class DeniedToolCallException extends CapabilityDeniedException {

		private final String text;

		private DeniedToolCallException(CapabilityDecision decision) {
			super(List.copyOf(decision.missing()));
			this.text = RefusalText.of(decision);
		}

		@Override
		public String getMessage() {
			return this.text;
		}

	}

	/**
	 * No answer, with the text for a model, and without the cause: Spring AI's MCP server
	 * adds the message of the root cause. The cause is in the log.
	 */
	private static final class UnavailableToolCallException extends LumoAuthUnavailableException {

		private UnavailableToolCallException(CapabilityDecision decision) {
			super(RefusalText.of(decision), null);
		}

	}

}
