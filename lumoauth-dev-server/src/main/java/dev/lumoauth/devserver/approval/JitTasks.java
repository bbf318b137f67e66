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

package dev.lumoauth.devserver.approval;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.config.RiskLevel;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;

/**
 * The tasks of all tenants, at most 2,000. Thread-safe.
 *
 * @since 0.1.0
 */
@Component
public class JitTasks {

	private static final int MAX_TASKS = 2_000;

	private final Map<String, JitTask> tasks = new LinkedHashMap<>();

	private final List<Consumer<JitTask>> listeners = new CopyOnWriteArrayList<>();

	private final Clock clock;

	JitTasks(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Adds a listener for tasks that are completed or suspended.
	 * @param listener called with the task, on the thread that ends the task
	 */
	public void onEnd(Consumer<JitTask> listener) {
		this.listeners.add(listener);
	}

	/**
	 * Begins a task.
	 * @param tenant the tenant
	 * @param agent the agent of the task
	 * @param user the user on whose behalf, if there is one
	 * @param parent the parent task, if there is one
	 * @param name the agent's name for it
	 * @param type the type of task
	 * @return the task
	 */
	public synchronized JitTask begin(Tenant tenant, Agent agent, @Nullable User user, @Nullable JitTask parent,
			@Nullable String name, @Nullable String type) {
		Instant now = this.clock.instant();
		if (this.tasks.size() >= MAX_TASKS) {
			this.tasks.values().removeIf((task) -> !task.isActive(now));
		}
		if (this.tasks.size() >= MAX_TASKS) {
			throw ApiException.oauth(HttpStatus.TOO_MANY_REQUESTS, "rate_limit_exceeded",
					"There are %d active tasks".formatted(MAX_TASKS));
		}
		Instant end = now.plus(tenant.settings().jit().taskLifetime());
		JitTask task = new JitTask(RandomIds.next("task_"), RandomIds.next("caep_"), tenant, agent, user,
				(parent != null) ? parent.id() : null, name, type,
				(parent != null && parent.expiresAt().isBefore(end)) ? parent.expiresAt() : end, 0, 0, null, null);
		this.tasks.put(task.id(), task);
		return task;
	}

	/**
	 * Finds a task.
	 * @param tenant the tenant that it has to be of
	 * @param id its id
	 * @return the task, or nothing
	 */
	public synchronized Optional<JitTask> find(Tenant tenant, String id) {
		return Optional.ofNullable(this.tasks.get(id)).filter((task) -> task.tenant() == tenant);
	}

	/**
	 * Returns whether a task is active.
	 * @param id its id
	 * @return whether the task is neither completed, suspended nor expired
	 */
	public synchronized boolean isActive(String id) {
		JitTask task = this.tasks.get(id);
		return task != null && task.isActive(this.clock.instant());
	}

	/**
	 * Completes a task and its child tasks. A completed task stays as it is.
	 * @param id its id
	 * @return the task
	 */
	public JitTask complete(String id) {
		List<JitTask> ended = new ArrayList<>();
		JitTask task;
		synchronized (this) {
			task = end(id, ended, (current) -> current.completed(this.clock.instant()));
		}
		announce(ended);
		return task;
	}

	synchronized void asked(String id, RiskLevel risk) {
		this.tasks.computeIfPresent(id, (key, task) -> task.asked(weigh(risk)));
	}

	/**
	 * Counts a denial, and suspends the task if there were too many.
	 */
	void denied(String id) {
		List<JitTask> ended = new ArrayList<>();
		synchronized (this) {
			JitTask task = this.tasks.computeIfPresent(id, (key, current) -> current.denied());
			if (task != null && task.suspendedAt() == null
					&& task.denials() >= task.tenant().settings().jit().maxDenials()) {
				end(id, ended, (current) -> current.suspended(this.clock.instant()));
			}
		}
		announce(ended);
	}

	private JitTask end(String id, List<JitTask> ended, UnaryOperator<JitTask> change) {
		JitTask task = change.apply(this.tasks.get(id));
		this.tasks.put(id, task);
		ended.add(task);
		this.tasks.values()
			.stream()
			.filter((other) -> id.equals(other.parentId()) && other.isActive(this.clock.instant()))
			.map(JitTask::id)
			.toList()
			.forEach((part) -> end(part, ended, change));
		return task;
	}

	private void announce(List<JitTask> ended) {
		ended.forEach((task) -> this.listeners.forEach((listener) -> listener.accept(task)));
	}

	private static int weigh(RiskLevel risk) {
		return switch (risk) {
			case LOW -> 1;
			case MEDIUM -> 5;
			case HIGH -> 20;
			case CRITICAL -> 40;
		};
	}

}
