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

package dev.lumoauth.devserver.admin;

import java.time.Instant;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.approval.ApprovalRequest;
import dev.lumoauth.devserver.approval.Decision;
import dev.lumoauth.devserver.state.User;

/**
 * A request for a decision as the admin API shows it: without the token of a push
 * approval, which only its agent may know.
 */
record ApprovalView(String id, String kind, String status, @JsonProperty("client_id") String clientId,
		@JsonProperty("on_behalf_of") @Nullable String onBehalfOf, @JsonProperty("task_id") String taskId,
		@Nullable String reason, String risk, Map<String, Object> details,
		@JsonProperty("created_at") Instant createdAt, @JsonProperty("expires_at") Instant expiresAt,
		@JsonProperty("decided_by") @Nullable String decidedBy,
		@JsonProperty("agent_message") @Nullable String agentMessage, @Nullable String notes) {

	static ApprovalView of(ApprovalRequest request) {
		User user = request.asked().user();
		Decision decision = request.decision();
		User by = (decision != null) ? decision.by() : null;
		return new ApprovalView(request.id(), request.asked().kind().id(), request.state().id(),
				request.asked().agent().id(), (user != null) ? user.username() : null, request.asked().taskId(),
				request.asked().reason(), request.asked().risk().id(), request.asked().details(), request.createdAt(),
				request.expiresAt(), (by != null) ? by.username() : null,
				(decision != null) ? decision.agentMessage() : null, (decision != null) ? decision.notes() : null);
	}

}
