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

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.client.ApiAnswer;
import dev.lumoauth.spring.client.ApiCalls;
import dev.lumoauth.spring.client.ApiRequest;
import dev.lumoauth.spring.http.LumoAuthAddresses;

/**
 * LumoAuth's push approvals ({@code agents/me/approvals}): a user is asked on a device.
 */
final class PushApprovalsApi {

	private static final String TOKEN = "approval_token";

	/** The answer without a token: nothing can be decided by the e-mail. */
	private static final String EMAIL = "email_fallback_sent";

	private final ApiCalls calls;

	private final URI approvals;

	private final URI status;

	PushApprovalsApi(ApiCalls calls, LumoAuthAddresses addresses) {
		this.calls = calls;
		this.approvals = addresses.endpoint("agents/me/approvals");
		this.status = addresses.endpoint("agents/me/approvals/:id/status");
	}

	/**
	 * See {@link ApprovalsClient#requestApproval}.
	 */
	PushApproval request(PushApprovalRequest wanted) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("task_id", wanted.taskId());
		body.put("reason", wanted.reason());
		body.put("impact", wanted.impact());
		body.put("on_behalf_of", wanted.onBehalfOf());
		body.put("meta", wanted.meta());
		return this.calls.call(ApiRequest.create(this.approvals, body), (answer) -> {
			answer.requireEcho("task_id", wanted.taskId());
			String status = answer.requireText("status");
			return approval(status.equals(EMAIL) ? null : answer.requireId(TOKEN), status, answer);
		});
	}

	/**
	 * See {@link ApprovalsClient#approval}.
	 */
	PushApproval status(String token) {
		return this.calls.call(ApiRequest.get(this.status).withId(token), (answer) -> {
			answer.requireSameId(TOKEN, token);
			return approval(token, answer.requireText("status"), answer);
		});
	}

	private static PushApproval approval(@Nullable String token, String status, ApiAnswer answer) {
		Map<?, ?> approvedBy = answer.object("approved_by");
		String user = ApiAnswer.text(approvedBy, "user_id");
		boolean approved = status.equals(JitPermission.APPROVED);
		return new PushApproval(token, status,
				approved ? answer.requireReadableTime("expires_at") : answer.time("expires_at"),
				(user != null) ? user : ApiAnswer.text(approvedBy, "email"));
	}

}
