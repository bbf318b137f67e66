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

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.ShownText;
import dev.lumoauth.spring.approval.TooSoonAfterDenialException;
import dev.lumoauth.spring.approval.client.ApprovalsClient;
import dev.lumoauth.spring.approval.client.JitTask;
import dev.lumoauth.spring.concurrent.BoundedMap;
import dev.lumoauth.spring.token.TokenSubject;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

/**
 * The tasks at LumoAuth of an agent's requests. The requests of one conversation, and of
 * one user in it, are one task, so that LumoAuth counts their denials and can suspend the
 * task. A request without a conversation has a task of its own.
 * <p>
 * A task is completed when none of its requests is open, because its tokens end with it.
 * A task in which something was denied, and nothing has run since, is kept: LumoAuth
 * would start to count anew. This process knows only its own tasks.
 */
final class JitTasks {

	private static final int MAX_TASKS = 1_000;

	private static final int MAX_NAME = 128;

	private final ApprovalsClient client;

	private final Clock clock;

	/** By the user and the conversation. */
	private final Map<String, Task> shared = new BoundedMap<>(MAX_TASKS);

	JitTasks(ApprovalsClient client, Clock clock) {
		this.client = client;
		this.clock = clock;
	}

	/**
	 * Return the task for a request, which is open from now on.
	 * @param approval the request
	 * @param user the user on whose behalf it is made, or {@code null}
	 * @param ttl how long the request should last
	 */
	Task open(Approval approval, @Nullable UserToken user, Duration ttl) {
		boolean alone = approval.conversationId() == null;
		String key = ((user != null) ? user.key() : "") + " " + approval.conversationId();
		Instant now = this.clock.instant();
		Task known = alone ? null : reopen(key, approval, now.plus(ttl));
		if (known != null) {
			return known;
		}
		JitTask begun = this.client.beginTask(alone ? ShownText.of(approval.tool(), MAX_NAME) : "A conversation",
				(user != null) ? TokenSubject.of(user) : null);
		Task task = new Task(begun.id(), (begun.expiresAt() != null) ? begun.expiresAt() : now);
		task.open.add(approval.id());
		if (!alone && task.expiresAt.isAfter(now)) {
			share(key, task);
		}
		return task;
	}

	private @Nullable Task reopen(String key, Approval approval, Instant until) {
		synchronized (this.shared) {
			Task task = this.shared.get(key);
			if (task == null || !task.expiresAt.isAfter(until)) {
				return null;
			}
			task.open.add(approval.id());
			return task;
		}
	}

	private void share(String key, Task task) {
		synchronized (this.shared) {
			this.shared.put(key, task);
		}
	}

	/**
	 * Close a request about which nobody was asked. LumoAuth may have received it anyway,
	 * and nobody should decide it. LumoAuth may have refused it because the task is not
	 * active any more: after a denial, that means that LumoAuth has suspended the task,
	 * and a new one would let LumoAuth count anew.
	 * @param failure why nobody was asked
	 * @return the exception to throw
	 */
	RuntimeException notAsked(Task task, Approval approval, RuntimeException failure) {
		boolean refused = failure instanceof LumoAuthProtocolException;
		boolean unknown = failure instanceof LumoAuthDeniedException denied
				&& denied.getErrorCode().equals("not_found");
		synchronized (this.shared) {
			task.open.remove(approval.id());
			if (task.denied && !unknown) {
				return refused ? TooSoonAfterDenialException.suspended(approval.tool(), task.expiresAt, failure)
						: failure;
			}
			if (refused || unknown || task.open.isEmpty()) {
				this.shared.values().remove(task);
			}
			if (!task.open.isEmpty()) {
				return failure;
			}
		}
		this.client.endTask(task.id);
		return failure;
	}

	/**
	 * Close a request that is over.
	 */
	void ended(Approval approval) {
		boolean denied = approval.state() == ApprovalState.DENIED;
		synchronized (this.shared) {
			Task task = this.shared.values()
				.stream()
				.filter((each) -> each.id.equals(approval.task()))
				.findFirst()
				.orElse(null);
			if (task == null && denied && approval.conversationId() != null) {
				return; // another process's, which counts
			}
			if (task != null) {
				task.open.remove(approval.id());
				task.denied = denied || (task.denied && !hasRun(approval));
				if (!task.open.isEmpty() || task.denied) {
					return;
				}
				this.shared.values().remove(task);
			}
		}
		this.client.endTask(approval.task());
	}

	private static boolean hasRun(Approval approval) {
		return approval.state() == ApprovalState.DONE || approval.state() == ApprovalState.FAILED;
	}

	/**
	 * A task. Guarded by the lock of the tasks.
	 */
	static final class Task {

		private final String id;

		private final Instant expiresAt;

		private final Set<String> open = new HashSet<>();

		private boolean denied;

		private Task(String id, Instant expiresAt) {
			this.id = id;
			this.expiresAt = expiresAt;
		}

		String id() {
			return this.id;
		}

	}

}
