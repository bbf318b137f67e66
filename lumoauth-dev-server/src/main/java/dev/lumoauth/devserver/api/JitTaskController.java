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

import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.approval.JitTask;
import dev.lumoauth.devserver.approval.JitTasks;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;
import dev.lumoauth.devserver.web.WireTime;

/**
 * {@code jit/task}: begins, completes and evaluates a task.
 */
@RestController
@RequestMapping(ApiPaths.TENANT + "/jit/task")
class JitTaskController {

	private final JitTasks tasks;

	JitTaskController(JitTasks tasks) {
		this.tasks = tasks;
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Map<String, Object> begin(Caller caller, @RequestBody(required = false) @Nullable NewTask body,
			HttpServletRequest request) {
		NewTask wanted = (body != null) ? body : new NewTask(null, null, null, null);
		Agent agent = JitCallers.agentByItself(caller);
		User user = user(caller, agent, wanted.onBehalfOf());
		JitTask task = this.tasks.begin(caller.tenant(), agent, user, parent(caller, wanted.parentTaskId()),
				wanted.name(), wanted.type());
		RequestLog.note(request, "%s begins %s".formatted(caller, task.id()));
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("task_id", task.id());
		answer.put("caep_session_id", task.caepSessionId());
		answer.put("expires_at", WireTime.of(task.expiresAt()));
		answer.put("agent_id", agent.id());
		answer.put("agent", Map.of("id", agent.id(), "name", agent.name()));
		if (user != null) {
			answer.put("on_behalf_of", (user.email() != null) ? user.email() : user.id());
		}
		return answer;
	}

	/** A repeated call does no harm, because an agent that got no answer asks again. */
	@PostMapping("/{id}/complete")
	Map<String, @Nullable Object> complete(Caller caller, @PathVariable String id, HttpServletRequest request) {
		JitCallers.checkIsOf(find(caller, id), caller);
		JitTask task = this.tasks.complete(id);
		RequestLog.note(request, "%s completes %s".formatted(caller, id));
		Map<String, @Nullable Object> answer = new LinkedHashMap<>();
		answer.put("task_id", id);
		answer.put("status", "completed");
		answer.put("completed_at", WireTime.of(task.completedAt()));
		return answer;
	}

	/**
	 * The result of the continuous evaluation of the task. LumoAuth's SDKs send an
	 * outcome, as if this closed the task. The operation has no body and closes nothing.
	 */
	@PostMapping("/{id}/evaluate")
	Map<String, Object> evaluate(Caller caller, @PathVariable String id) {
		JitTask task = find(caller, id);
		JitCallers.checkIsOf(task, caller);
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("task_id", id);
		answer.put("active", this.tasks.isActive(id));
		if (task.suspendedAt() != null) {
			answer.put("events",
					List.of(Map.of("type", "risk_threshold_exceeded", "details",
							Map.of("risk_score", task.riskScore(), "denial_count", task.denials()), "timestamp",
							String.valueOf(WireTime.of(task.suspendedAt())))));
			answer.put("action", "suspended");
		}
		else {
			answer.put("events", List.of());
		}
		return answer;
	}

	private JitTask find(Caller caller, String id) {
		return this.tasks.find(caller.tenant(), id).orElseThrow(JitTaskController::unknown);
	}

	static ApiException unknown() {
		return ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such task");
	}

	private @Nullable JitTask parent(Caller caller, @Nullable String id) {
		if (id == null) {
			return null;
		}
		JitTask parent = this.tasks.find(caller.tenant(), id)
			.filter((task) -> this.tasks.isActive(task.id()))
			.orElseThrow(() -> new IllegalArgumentException("'parent_task_id' is not an active task of this agent"));
		JitCallers.checkIsOf(parent, caller);
		return parent;
	}

	private static @Nullable User user(Caller caller, Agent agent, @Nullable String onBehalfOf) {
		User user = JitCallers.user(caller);
		if (!StringUtils.hasText(onBehalfOf)) {
			return user;
		}
		if (!agent.hasCapability("delegate:on_behalf")) {
			throw JitCallers.forbidden("The agent may not act for users: it lacks the capability delegate:on_behalf");
		}
		User named = caller.tenant()
			.userByHint(onBehalfOf)
			.orElseThrow(() -> new IllegalArgumentException("'on_behalf_of' names no user of this tenant"));
		if (user != null && !user.equals(named)) {
			throw new IllegalArgumentException("'on_behalf_of' names another user than the token is for");
		}
		return named;
	}

	record NewTask(@Nullable String name, @Nullable String type,
			@JsonProperty("parent_task_id") @Nullable String parentTaskId,
			@JsonProperty("on_behalf_of") @Nullable String onBehalfOf) {

	}

}
