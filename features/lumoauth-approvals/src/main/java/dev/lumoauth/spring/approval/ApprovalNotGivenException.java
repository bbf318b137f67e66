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

import java.util.Objects;

/**
 * This request can't lead to an approval any more: it expired, was cancelled, or its call
 * was started before.
 *
 * @since 0.1.0
 */
public class ApprovalNotGivenException extends ApprovalException {

	/**
	 * Create the exception.
	 * @param approval the request: expired, cancelled, running or failed
	 */
	public ApprovalNotGivenException(Approval approval) {
		super("The call of '" + approval.tool() + "' is not approved now: request " + approval.id() + " is "
				+ approval.state().code()
				+ ((approval.state() == ApprovalState.RUNNING)
						? ". If the process that ran it has died, check what it did, and then call "
								+ "LumoAuthApprovals.cancel(id)"
						: ""),
				approval, null);
	}

	@Override
	public Approval getApproval() {
		return Objects.requireNonNull(super.getApproval());
	}

	@Override
	public String modelText() {
		return switch (getApproval().state()) {
			case EXPIRED -> "Error: nobody approved this call in time.";
			case CANCELLED -> "Error: the request to approve this call was cancelled.";
			case RUNNING -> "Error: this call was approved and has begun; it does not run again by itself. "
					+ "Ask the user to look at its outcome.";
			case DONE, FAILED -> "Error: this call was approved and has run; it does not run again by itself.";
			default -> "Error: this call is not approved.";
		};
	}

}
