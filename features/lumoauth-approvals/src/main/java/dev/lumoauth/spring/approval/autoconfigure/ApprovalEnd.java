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

package dev.lumoauth.spring.approval.autoconfigure;

import java.time.Instant;

import dev.lumoauth.spring.approval.Approval;

/**
 * What an {@link dev.lumoauth.spring.approval.ApprovalDecidedEvent} reports: a decision,
 * or the end of an approved request whose call never ran or did not finish.
 */
final class ApprovalEnd {

	private ApprovalEnd() {
	}

	/**
	 * Return whether a request had been approved before it came to this end.
	 */
	static boolean isOfApprovedCall(Approval approval) {
		Instant decidedAt = approval.decidedAt();
		Instant endedAt = approval.endedAt();
		return decidedAt != null && endedAt != null && decidedAt.isBefore(endedAt);
	}

}
