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

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.approval.ApprovalKind;
import dev.lumoauth.devserver.approval.ApprovalRequest;
import dev.lumoauth.devserver.approval.ApprovalState;
import dev.lumoauth.devserver.approval.Approvals;
import dev.lumoauth.devserver.approval.Asked;
import dev.lumoauth.devserver.config.RiskLevel;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;
import dev.lumoauth.devserver.web.WireTime;

/**
 * {@code agents/me/approvals}: an agent asks the user on whose behalf it acts. The user's
 * device is the console's inbox.
 */
@RestController
@RequestMapping(ApiPaths.TENANT + "/agents/me/approvals")
class PushApprovalController {

	private static final Duration LIFETIME = Duration.ofMinutes(2);

	private static final int MAX_TASK_ID = 128;

	private static final int MAX_REASON = 480;

	private final Approvals approvals;

	PushApprovalController(Approvals approvals) {
		this.approvals = approvals;
	}

	@PostMapping
	ResponseEntity<Map<String, @Nullable Object>> ask(Caller caller,
			@RequestBody(required = false) @Nullable Wanted wanted, HttpServletRequest http) {
		Agent agent = agent(caller);
		if (wanted == null) {
			throw new IllegalArgumentException("The body is missing");
		}
		String taskId = text("task_id", wanted.taskId(), MAX_TASK_ID);
		String reason = text("reason", wanted.reason(), MAX_REASON);
		RiskLevel impact = RiskLevel.of((wanted.impact() != null) ? wanted.impact() : "medium")
			.orElseThrow(() -> new IllegalArgumentException("'impact' is not low, medium, high or critical"));
		User user = user(caller, agent, wanted.onBehalfOf());
		Map<String, @Nullable Object> answer = new LinkedHashMap<>();
		if (!user.hasPushDevice()) {
			if (user.email() == null) {
				throw ApiException.api(HttpStatus.PRECONDITION_REQUIRED, "no_push_device",
						"The user has no device to push to and no e-mail address");
			}
			RequestLog.note(http, "%s asks %s by e-mail".formatted(caller, user.username()));
			answer.put("status", "email_fallback_sent");
			answer.put("message", "The user has no device to push to. An e-mail was sent instead.");
			answer.put("task_id", taskId);
			answer.put("impact", impact.id());
			return ResponseEntity.accepted().body(answer);
		}
		ApprovalRequest request = this.approvals
			.ask(new Asked(ApprovalKind.PUSH, caller.tenant(), agent, user, taskId, reason, impact,
					(wanted.meta() != null) ? wanted.meta() : Map.of(), (int) LIFETIME.toSeconds(), LIFETIME, null));
		RequestLog.note(http, "%s asks %s".formatted(caller, user.username()));
		answer.put("approval_token", request.handle());
		answer.put("status", request.state().id());
		answer.put("expires_at", WireTime.of(request.expiresAt()));
		answer.put("task_id", taskId);
		answer.put("impact", impact.id());
		return ResponseEntity.status(HttpStatus.CREATED).body(answer);
	}

	@GetMapping("/{token}/status")
	Map<String, @Nullable Object> status(Caller caller, @PathVariable String token) {
		Agent agent = agent(caller);
		ApprovalRequest request = this.approvals.find(caller.tenant(), ApprovalKind.PUSH, token)
			.orElseThrow(Approvals::unknown);
		User user = JitCallers.user(caller);
		if (request.asked().agent() != agent || (user != null && !user.equals(request.asked().user()))) {
			throw JitCallers.forbidden("It is another agent's, or on behalf of another user");
		}
		User by = (request.decision() != null) ? request.decision().by() : null;
		Map<String, @Nullable Object> answer = new LinkedHashMap<>();
		answer.put("approval_token", request.handle());
		answer.put("status", request.state().id());
		answer.put("task_id", request.asked().taskId());
		answer.put("impact", request.asked().risk().id());
		answer.put("reason", request.asked().reason());
		answer.put("responded_at", (request.decision() != null) ? WireTime.of(request.decision().at()) : null);
		answer.put("approved_by",
				(by != null && request.state() == ApprovalState.APPROVED) ? Map.of("user_id", by.number()) : null);
		return answer;
	}

	private static Agent agent(Caller caller) {
		if (caller.taskId() != null) {
			throw JitCallers.forbidden("A just-in-time token can't request anything more");
		}
		return caller.agent().orElseThrow(() -> JitCallers.forbidden("The caller is not an agent"));
	}

	private static User user(Caller caller, Agent agent, @Nullable Object onBehalfOf) {
		if (!(onBehalfOf instanceof String || onBehalfOf instanceof Integer)
				|| !StringUtils.hasText(onBehalfOf.toString())) {
			throw new IllegalArgumentException("'on_behalf_of' is missing, or is not a user's id or e-mail address");
		}
		if (!agent.hasCapability("delegate:on_behalf")) {
			throw JitCallers.forbidden("The agent may not act for users: it lacks the capability delegate:on_behalf");
		}
		User named = caller.tenant()
			.userByHint(onBehalfOf.toString())
			.orElseThrow(() -> ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such user"));
		User user = JitCallers.user(caller);
		if (user != null && !user.equals(named)) {
			throw JitCallers.forbidden("The token is for another user than 'on_behalf_of' names");
		}
		return named;
	}

	private static String text(String name, @Nullable String text, int length) {
		if (!StringUtils.hasText(text) || text.length() > length) {
			throw new IllegalArgumentException("'%s' is missing or longer than %d characters".formatted(name, length));
		}
		return text;
	}

	record Wanted(@JsonProperty("task_id") @Nullable String taskId, @Nullable String reason, @Nullable String impact,
			@JsonProperty("on_behalf_of") @Nullable Object onBehalfOf, @Nullable Map<String, Object> meta) {

	}

}
