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
 * A person has been asked and has not decided yet. Once the request is approved, the same
 * call runs when it is made again, or by {@link LumoAuthApprovals#resume}.
 *
 * @since 0.1.0
 */
public class ApprovalPendingException extends ApprovalException {

	/**
	 * Create the exception.
	 * @param approval the request
	 */
	public ApprovalPendingException(Approval approval) {
		super("A person has to approve this call of '" + approval.tool() + "' first: request " + approval.id()
				+ " waits until " + approval.expiresAt(), approval, null);
	}

	@Override
	public Approval getApproval() {
		return Objects.requireNonNull(super.getApproval());
	}

	@Override
	public String code() {
		return "approval_pending";
	}

	@Override
	public String modelText() {
		String reason = getApproval().reason();
		return "Approval pending: " + reason + (reason.endsWith(".") ? "" : ".")
				+ " Tell the user, and call the tool again with the same arguments after it is approved.";
	}

}
