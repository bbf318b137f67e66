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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

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
import dev.lumoauth.devserver.approval.Verdict;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;
import dev.lumoauth.devserver.web.WireTime;

/**
 * {@code jit/pending}, {@code jit/approve} and {@code jit/deny}: people decide. An agent
 * can never decide, whatever token it has. It can't decide with its own token, with a
 * token of a user for whom it acts, or with a user's own token that it has for an
 * exchange or because the user consented.
 */
@RestController
@RequestMapping(ApiPaths.TENANT + "/jit")
class JitReviewController {

	private static final int PAGE = 25;

	private final Approvals approvals;

	JitReviewController(Approvals approvals) {
		this.approvals = approvals;
	}

	@GetMapping("/pending")
	Map<String, Object> pending(Caller caller) {
		User user = caller.subject().user();
		boolean permitted = (user != null) ? caller.actor() == null && user.permissions().contains(Approvals.APPROVE)
				: caller.has(Approvals.APPROVE);
		if (!permitted) {
			throw JitCallers.forbidden("The caller lacks the permission " + Approvals.APPROVE);
		}
		List<Map<String, @Nullable Object>> pending = this.approvals.list(caller.tenant())
			.stream()
			.filter((request) -> request.asked().kind() == ApprovalKind.JIT && request.state() == ApprovalState.PENDING)
			.map(JitReviewController::describe)
			.toList();
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("pending_requests", pending);
		answer.put("count", pending.size());
		answer.put("data", pending);
		answer.put("pagination", Map.of("total", pending.size(), "page", 1, "limit", Math.max(PAGE, pending.size()),
				"totalPages", 1, "hasNextPage", false, "hasPreviousPage", false));
		return answer;
	}

	@PostMapping("/approve/{id}")
	Map<String, Object> approve(Caller caller, @PathVariable String id,
			@RequestBody(required = false) @Nullable Approval body, HttpServletRequest http) {
		Verdict verdict = (body != null) ? new Verdict(true, body.ttl(), body.agentMessage(), body.notes())
				: new Verdict(true, null, null, null);
		ApprovalRequest request = decide(caller, id, verdict, http);
		Map<String, Object> answer = answer(request);
		answer.put("granted_ttl", request.decided().grantedTtl());
		return answer;
	}

	@PostMapping("/deny/{id}")
	Map<String, Object> deny(Caller caller, @PathVariable String id,
			@RequestBody(required = false) @Nullable Denial body, HttpServletRequest http) {
		return answer(decide(caller, id, (body != null) ? new Verdict(false, null, body.agentMessage(), body.reason())
				: new Verdict(false, null, null, null), http));
	}

	private ApprovalRequest decide(Caller caller, String id, Verdict verdict, HttpServletRequest http) {
		User user = caller.subject().user();
		if (user == null || caller.actor() != null || caller.inAnAgentsHands()) {
			throw JitCallers.forbidden("An agent can't decide: a person decides, with a token of that person's login");
		}
		if (this.approvals.find(caller.tenant(), ApprovalKind.JIT, id).isEmpty()) {
			throw Approvals.unknown();
		}
		ApprovalRequest request = this.approvals.decide(caller.tenant(), id, user, verdict);
		RequestLog.note(http, "%s: %s by %s".formatted(id, request.state().id(), user.username()));
		return request;
	}

	private static Map<String, Object> answer(ApprovalRequest request) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("request_id", request.id());
		answer.put("status", request.state().id());
		return answer;
	}

	private static Map<String, @Nullable Object> describe(ApprovalRequest request) {
		User user = request.asked().user();
		Map<String, @Nullable Object> item = new LinkedHashMap<>();
		item.put("request_id", request.id());
		item.put("status", request.state().id());
		item.put("risk_level", request.asked().risk().id());
		item.put("task_id", request.asked().taskId());
		item.put("agent_id", request.asked().agent().id());
		item.put("on_behalf_of", (user != null) ? user.id() : null);
		item.put("authorization_details", request.asked().details());
		item.put("justification", request.asked().reason());
		item.put("requested_ttl", request.asked().ttl());
		item.put("created_at", WireTime.of(request.createdAt()));
		item.put("expires_at", WireTime.of(request.expiresAt()));
		return item;
	}

	record Approval(@Nullable Integer ttl, @Nullable String notes,
			@JsonProperty("agent_message") @Nullable String agentMessage) {

	}

	record Denial(@Nullable String reason, @JsonProperty("agent_message") @Nullable String agentMessage) {

	}

}
