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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.client.ApiAnswer;
import dev.lumoauth.spring.client.ApiCalls;
import dev.lumoauth.spring.client.ApiRequest;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.token.TokenSubject;
import dev.lumoauth.spring.token.grant.TokenResponse;

/**
 * LumoAuth's just-in-time permissions ({@code jit/task}, {@code jit/request}). Addresses
 * in LumoAuth's answers are not used: the addresses are built from the ids.
 */
final class JitApi {

	private static final String TASK_ID = "task_id";

	private static final String REQUEST_ID = "request_id";

	private static final String EXPIRES_AT = "expires_at";

	private final ApiCalls calls;

	private final URI task;

	private final URI taskComplete;

	private final URI request;

	private final URI requestStatus;

	private final URI requestToken;

	JitApi(ApiCalls calls, LumoAuthAddresses addresses) {
		this.calls = calls;
		this.task = addresses.endpoint("jit/task");
		this.taskComplete = addresses.endpoint("jit/task/:id/complete");
		this.request = addresses.endpoint("jit/request");
		this.requestStatus = addresses.endpoint("jit/request/:id/status");
		this.requestToken = addresses.endpoint("jit/request/:id/token");
	}

	/**
	 * See {@link ApprovalsClient#beginTask}.
	 */
	JitTask begin(String name, @Nullable TokenSubject subject) {
		return this.calls.call(ApiRequest.create(this.task, Map.of("name", name)).onBehalfOf(subject),
				(answer) -> new JitTask(answer.requireId(TASK_ID), answer.time(EXPIRES_AT)));
	}

	/**
	 * See {@link ApprovalsClient#requestPermission}.
	 */
	JitPermission request(JitPermissionRequest wanted, @Nullable TokenSubject subject) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put(TASK_ID, wanted.taskId());
		body.put("authorization_details", wanted.authorizationDetails());
		if (wanted.justification() != null) {
			body.put("justification", wanted.justification());
		}
		if (wanted.ttl() != null) {
			body.put("requested_ttl", wanted.ttl().toSeconds());
		}
		if (wanted.callback() != null) {
			body.put("callback_url", wanted.callback().toString());
		}
		return this.calls.call(ApiRequest.create(this.request, body).onBehalfOf(subject), (answer) -> {
			answer.requireSameId(TASK_ID, wanted.taskId());
			return permission(answer);
		});
	}

	/**
	 * See {@link ApprovalsClient#permission}.
	 */
	JitPermission status(String requestId) {
		return this.calls.call(ApiRequest.get(this.requestStatus).withId(requestId), (answer) -> {
			answer.requireSameId(REQUEST_ID, requestId);
			return permission(answer);
		});
	}

	private static JitPermission permission(ApiAnswer answer) {
		String status = answer.requireText("status");
		boolean approved = status.equals(JitPermission.APPROVED);
		return new JitPermission(answer.requireId(REQUEST_ID), status, answer.text("risk_level"),
				approved ? answer.requireReadableTime(EXPIRES_AT) : answer.time(EXPIRES_AT),
				approved ? answer.requireReadableSeconds("granted_ttl") : null, answer.text("agent_message"));
	}

	/**
	 * See {@link ApprovalsClient#permissionToken}.
	 */
	OAuth2AccessToken token(String requestId) {
		return this.calls.call(ApiRequest.post(this.requestToken).withId(requestId), (answer) -> {
			try {
				return TokenResponse.read(answer.fields()).getAccessToken();
			}
			catch (IllegalArgumentException ex) {
				throw answer.malformed(String.valueOf(ex.getMessage()));
			}
		});
	}

	/**
	 * See {@link ApprovalsClient#completeTask}.
	 */
	void complete(String taskId) {
		this.calls.call(ApiRequest.post(this.taskComplete).withId(taskId), (answer) -> {
			answer.requireSameId(TASK_ID, taskId);
			return taskId;
		});
	}

}
