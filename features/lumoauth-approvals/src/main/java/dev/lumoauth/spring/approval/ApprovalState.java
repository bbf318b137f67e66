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

import java.util.Locale;

/**
 * The state of the approval of one call. {@code PENDING → APPROVED → RUNNING → DONE} or
 * {@code FAILED}; a call that is not approved ends as {@code DENIED}, {@code EXPIRED} or
 * {@code CANCELLED}. Each step is one compare-and-set in the {@link ApprovalStore}, which
 * takes only the steps that {@link #mayBecome} allows.
 *
 * @since 0.1.0
 */
public enum ApprovalState {

	/**
	 * Nobody has decided yet.
	 */
	PENDING,

	/**
	 * A person, or a rule at LumoAuth, has approved the call. It has not run.
	 */
	APPROVED,

	/**
	 * The call is running. If the process died meanwhile, it is unknown whether the call
	 * had its effect: the call is never run again automatically.
	 */
	RUNNING,

	/**
	 * The call has run.
	 */
	DONE,

	/**
	 * The call has run and failed.
	 */
	FAILED,

	/**
	 * A person has denied the call.
	 */
	DENIED,

	/**
	 * Nobody decided in time, or the approved call was not run in time.
	 */
	EXPIRED,

	/**
	 * The application or LumoAuth has cancelled the request.
	 */
	CANCELLED;

	/**
	 * Return whether this state is final.
	 * @return {@code false} for {@link #PENDING}, {@link #APPROVED} and {@link #RUNNING}
	 */
	public boolean isFinal() {
		return this != PENDING && this != APPROVED && this != RUNNING;
	}

	/**
	 * Return whether one step leads from this state to another. A pending request stays
	 * pending when LumoAuth assigns its id. A running call ends, or is cancelled by a
	 * person who has checked what it did. A final state never changes.
	 * @param next the state after the step
	 * @return whether there is such a step
	 */
	public boolean mayBecome(ApprovalState next) {
		return switch (this) {
			case PENDING ->
				next == PENDING || next == APPROVED || next == DENIED || next == EXPIRED || next == CANCELLED;
			case APPROVED -> next == RUNNING || next == EXPIRED || next == CANCELLED;
			case RUNNING -> next == DONE || next == FAILED || next == CANCELLED;
			case DONE, FAILED, DENIED, EXPIRED, CANCELLED -> next == this;
		};
	}

	/**
	 * Return the decision of which the application is informed: a call that runs or has
	 * run was approved.
	 * @return {@code PENDING} if there is no decision
	 */
	public ApprovalState decision() {
		return (this == RUNNING || this == DONE || this == FAILED) ? APPROVED : this;
	}

	/**
	 * Return the state as it is written in tags.
	 * @return the name in lower case
	 */
	public String code() {
		return name().toLowerCase(Locale.ROOT);
	}

}
