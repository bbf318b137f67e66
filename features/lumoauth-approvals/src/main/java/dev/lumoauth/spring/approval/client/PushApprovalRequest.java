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

package dev.lumoauth.spring.approval.client;

import java.util.Map;

/**
 * What a user is asked to approve on a device ({@code agents/me/approvals}).
 *
 * @param taskId the agent's name of the request; at most 128 characters
 * @param reason what the user reads; at most 480 characters
 * @param impact {@code low}, {@code medium}, {@code high} or {@code critical}
 * @param onBehalfOf who is asked: an e-mail address or an id
 * @param meta further data for the request; may be empty
 * @since 0.1.0
 */
public record PushApprovalRequest(String taskId, String reason, String impact, String onBehalfOf, Map<String, ?> meta) {

	/**
	 * Without the parts that contain arguments, and without the user.
	 */
	@Override
	public String toString() {
		return "PushApprovalRequest[" + this.taskId + "]";
	}

}
