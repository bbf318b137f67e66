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

package dev.lumoauth.spring.approval.channel;

import dev.lumoauth.spring.approval.ApprovalState;

/**
 * What LumoAuth says about a request, in the words of its API.
 */
final class ReportedStatus {

	private ReportedStatus() {
	}

	/**
	 * Return the state that a status word stands for. LumoAuth may use more words than
	 * its documents list: after an unknown word the request is still pending, until it
	 * expires.
	 */
	static ApprovalState of(String status) {
		return switch (status) {
			case "approved" -> ApprovalState.APPROVED;
			case "denied" -> ApprovalState.DENIED;
			case "expired" -> ApprovalState.EXPIRED;
			case "cancelled", "canceled" -> ApprovalState.CANCELLED;
			default -> ApprovalState.PENDING;
		};
	}

}
