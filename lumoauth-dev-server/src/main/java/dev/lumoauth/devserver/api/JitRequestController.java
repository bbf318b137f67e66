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

package dev.lumoauth.devserver.api;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.approval.ApprovalKind;
import dev.lumoauth.devserver.approval.ApprovalRequest;
import dev.lumoauth.devserver.approval.ApprovalState;
import dev.lumoauth.devserver.approval.Approvals;
import dev.lumoauth.devserver.approval.Asked;
import dev.lumoauth.devserver.approval.AuthorizationDetails;
import dev.lumoauth.devserver.approval.DecisionCallbacks;
import dev.lumoauth.devserver.approval.JitTask;
import dev.lumoauth.devserver.approval.JitTasks;
import dev.lumoauth.devserver.approval.RiskAssessment;
import dev.lumoauth.devserver.approval.Verdict;
import dev.lumoauth.devserver.oauth.JitTokens;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;
import dev.lumoauth.devserver.web.WireTime;

/**
 * {@code jit/request}: an agent requests a permission, its status, and its token.
 */
@RestController
@RequestMapping(ApiPaths.TENANT + "/jit/request")
class JitRequestController {

	/** LumoAuth's default if a request does not say for how many seconds. */
	private static final int DEFAULT_TTL = 600;

	private final Approvals approvals;

	private final JitTasks tasks;

	private final JitTokens tokens;

	private final Clock clock;

	JitRequestController(Approvals approvals, JitTasks tasks, JitTokens tokens, Clock clock) {
		this.approvals = approvals;
		this.tasks = tasks;
		this.tokens = tokens;
		this.clock = clock;
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Map<String, @Nullable Object> ask(Caller caller, @RequestBody(required = false) @Nullable Wanted wanted,
			@PathVariable String layout, HttpServletRequest http) {
		Agent agent = JitCallers.agentByItself(caller);
		if (wanted == null || !StringUtils.hasText(wanted.taskId())) {
			throw new IllegalArgumentException("'task_id' is missing");
		}
		AuthorizationDetails details = AuthorizationDetails.of(wanted.authorizationDetails());
		int ttl = (wanted.requestedTtl() != null) ? wanted.requestedTtl() : DEFAULT_TTL;
		if (ttl < 1) {
			throw new IllegalArgumentException("'requested_ttl' is not a number of seconds");
		}
		JitTask task = this.tasks.find(caller.tenant(), wanted.taskId()).orElseThrow(JitTaskController::unknown);
		JitCallers.checkIsOf(task, caller);
		if (!this.tasks.isActive(task.id())) {
			throw ApiException.api(HttpStatus.BAD_REQUEST, "task_not_active",
					"The task is not active: it is completed, suspended or over");
		}
		details.locationNotFor(caller.tenant(), agent).ifPresent((audience) -> {
			throw JitCallers.forbidden("'locations' names %s, which is not for this agent".formatted(audience.id()));
		});
		User user = JitCallers.user(caller);
		ApprovalRequest request = this.approvals.ask(new Asked(ApprovalKind.JIT, caller.tenant(), agent,
				(user != null) ? user : task.user(), task.id(), wanted.justification(),
				RiskAssessment.of(details, task), details.all(), Math.min(ttl, Verdict.MAX_TTL),
				caller.tenant().settings().jit().requestLifetime(), DecisionCallbacks.read(wanted.callbackUrl())));
		RequestLog.note(http, "%s asks for %s, risk %s: %s".formatted(caller, details.type(),
				request.asked().risk().id(), request.state().id()));
		Map<String, @Nullable Object> answer = describe(request);
		if (request.state() == ApprovalState.APPROVED) {
			addToken(answer, request, layout);
		}
		else {
			answer.put("status_url", url(request, layout, "status"));
			answer.put("expires_at", WireTime.of(request.expiresAt()));
			answer.put("message", "A person has to approve it. Poll status_url or wait for the callback.");
		}
		return answer;
	}

	@GetMapping("/{id}/status")
	Map<String, @Nullable Object> status(Caller caller, @PathVariable String id, @PathVariable String layout) {
		ApprovalRequest request = find(caller, id);
		Map<String, @Nullable Object> answer = describe(request);
		switch (request.state()) {
			case APPROVED, DENIED -> {
				if (request.state() == ApprovalState.APPROVED) {
					addToken(answer, request, layout);
				}
				answer.put("has_notes", request.decided().notes() != null);
				answer.put("agent_message", request.decided().agentMessage());
			}
			case PENDING, EXPIRED -> {
				answer.put("delegation_consent_required", false);
				answer.put("expires_at", WireTime.of(request.expiresAt()));
			}
			case CANCELLED -> {
			}
		}
		return answer;
	}

	@PostMapping("/{id}/token")
	ResponseEntity<Map<String, Object>> token(Caller caller, @PathVariable String id, HttpServletRequest http) {
		Agent agent = JitCallers.agentByItself(caller);
		ApprovalRequest request = find(caller, id);
		if (agent.budget().isExhausted()) {
			RequestLog.note(http, "budget_exceeded " + caller);
			throw ApiException.oauth(HttpStatus.TOO_MANY_REQUESTS, "budget_exceeded",
					"The agent's budget is exhausted until it resets or is increased");
		}
		OAuth2AccessToken token = this.tokens.issue(request, task(request));
		caller.spendACall();
		RequestLog.note(http, "just-in-time token for " + caller);
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("access_token", token.getTokenValue());
		answer.put("token_type", "Bearer");
		answer.put("expires_in", seconds(token));
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
	}

	private long seconds(OAuth2AccessToken token) {
		Instant end = token.getExpiresAt();
		return (end != null) ? Math.max(1, Math.round(Duration.between(this.clock.instant(), end).toMillis() / 1000.0))
				: 0;
	}

	private ApprovalRequest find(Caller caller, String id) {
		ApprovalRequest request = this.approvals.find(caller.tenant(), id)
			.filter((found) -> found.asked().kind() != ApprovalKind.PUSH)
			.orElseThrow(Approvals::unknown);
		JitCallers.checkIsOf(task(request), caller);
		User user = JitCallers.user(caller);
		if (user != null && request.asked().user() != null && !user.equals(request.asked().user())) {
			throw JitCallers.forbidden("It is on behalf of another user");
		}
		return request;
	}

	private JitTask task(ApprovalRequest request) {
		return this.tasks.find(request.asked().tenant(), request.asked().taskId())
			.orElseThrow(JitTaskController::unknown);
	}

	private static Map<String, @Nullable Object> describe(ApprovalRequest request) {
		ApprovalState state = request.state();
		boolean hidesExpiry = state == ApprovalState.EXPIRED
				&& !request.asked().tenant().settings().jit().tellsExpiry();
		Map<String, @Nullable Object> answer = new LinkedHashMap<>();
		answer.put("request_id", request.id());
		answer.put("status", (hidesExpiry ? ApprovalState.PENDING : state).id());
		answer.put("risk_level", request.asked().risk().id());
		answer.put("task_id", request.asked().taskId());
		return answer;
	}

	private static void addToken(Map<String, @Nullable Object> answer, ApprovalRequest request, String layout) {
		answer.put("token_url", url(request, layout, "token"));
		answer.put("granted_ttl", request.decided().grantedTtl());
	}

	private static String url(ApprovalRequest request, String layout, String operation) {
		return "/%s/%s/api/v1/jit/request/%s/%s".formatted(layout, request.asked().tenant().slug(), request.id(),
				operation);
	}

	record Wanted(@JsonProperty("task_id") @Nullable String taskId,
			@JsonProperty("authorization_details") @Nullable Object authorizationDetails,
			@Nullable String justification, @JsonProperty("requested_ttl") @Nullable Integer requestedTtl,
			@JsonProperty("callback_url") @Nullable String callbackUrl) {

	}

}
