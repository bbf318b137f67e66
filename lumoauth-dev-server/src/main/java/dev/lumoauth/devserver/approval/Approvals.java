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

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;

/**
 * The requests of all agents of all tenants, of all kinds: at most 1,000 requests that
 * wait, and some that were decided. Thread-safe. Only a user decides. The calling code
 * has to make sure that the decision comes from the user and not from an agent.
 *
 * @since 0.1.0
 */
@Component
public class Approvals {

	/** The permission of users who decide about just-in-time permissions. */
	public static final String APPROVE = "jit.approve";

	private static final int MAX_PENDING = 1_000;

	private static final int MAX_KEPT = 2_000;

	/** Oldest first. */
	private final Map<String, ApprovalRequest> requests = new LinkedHashMap<>();

	private final JitTasks tasks;

	private final DecisionCallbacks callbacks;

	private final Clock clock;

	Approvals(JitTasks tasks, DecisionCallbacks callbacks, Clock clock) {
		this.tasks = tasks;
		this.callbacks = callbacks;
		this.clock = clock;
		tasks.onEnd((task) -> cancel(task.id()));
	}

	/**
	 * Accepts a request. A just-in-time permission that no person has to approve is
	 * approved at once.
	 * @param asked the content of the request
	 * @return the request
	 */
	public synchronized ApprovalRequest ask(Asked asked) {
		makeRoom();
		Instant now = this.clock.instant();
		String id = RandomIds.next(asked.kind().prefix());
		ApprovalRequest request = new ApprovalRequest(id, asked.kind().hasSecretHandle() ? RandomIds.next("apv_") : id,
				asked, now, now.plus(asked.lifetime()), ApprovalState.PENDING, null);
		if (asked.kind() == ApprovalKind.JIT) {
			this.tasks.asked(asked.taskId(), asked.risk());
			if (!asked.risk().needsAPerson()) {
				request = request.with(ApprovalState.APPROVED, new Decision(null, now, asked.ttl(), null, null));
			}
		}
		this.requests.put(request.id(), request);
		return request;
	}

	/**
	 * Finds a request by the name that its agent knows.
	 * @param tenant the tenant of the request
	 * @param kind the kind of the request
	 * @param handle the name by which the agent knows the request
	 * @return the current state of the request, or nothing
	 */
	public synchronized Optional<ApprovalRequest> find(Tenant tenant, ApprovalKind kind, String handle) {
		return this.requests.values()
			.stream()
			.filter((request) -> request.handle().equals(handle) && request.asked().kind() == kind)
			.findFirst()
			.flatMap((request) -> find(tenant, request.id()));
	}

	/**
	 * Finds a request of any kind by its id.
	 * @param tenant the tenant of the request
	 * @param id its id
	 * @return the current state of the request, or nothing
	 */
	public synchronized Optional<ApprovalRequest> find(Tenant tenant, String id) {
		return Optional.ofNullable(this.requests.get(id))
			.filter((request) -> request.asked().tenant() == tenant)
			.map((request) -> request.at(this.clock.instant()));
	}

	/**
	 * Lists a tenant's requests in their current state.
	 * @param tenant the tenant
	 * @return the requests, oldest first
	 */
	public synchronized List<ApprovalRequest> list(Tenant tenant) {
		Instant now = this.clock.instant();
		return this.requests.values()
			.stream()
			.filter((request) -> request.asked().tenant() == tenant)
			.map((request) -> request.at(now))
			.toList();
	}

	/**
	 * Returns whether a user may decide about a request.
	 * @param user the user
	 * @param request the request
	 * @return for a just-in-time permission, whether the user may approve such
	 * permissions; for other requests, whether this user is asked
	 */
	public static boolean mayDecide(User user, ApprovalRequest request) {
		return (request.asked().kind() == ApprovalKind.JIT) ? user.permissions().contains(APPROVE)
				: user.equals(request.asked().user());
	}

	/**
	 * Decides about a request, once.
	 * @param tenant the tenant of the request
	 * @param id its id
	 * @param by the user who decides
	 * @param verdict the user's decision
	 * @return the request as it is now
	 * @throws ApiException if there is no such request, the user may not decide, or it is
	 * too late
	 */
	public ApprovalRequest decide(Tenant tenant, String id, User by, Verdict verdict) {
		ApprovalRequest decided;
		synchronized (this) {
			ApprovalRequest request = find(tenant, id).orElseThrow(Approvals::unknown);
			if (!mayDecide(by, request)) {
				throw ApiException.api(HttpStatus.FORBIDDEN, "access_denied",
						(request.asked().kind() == ApprovalKind.JIT) ? "The user lacks the permission " + APPROVE
								: "Only the user who is asked can decide");
			}
			if (!request.isPending()) {
				throw ApiException.api(HttpStatus.BAD_REQUEST, "invalid_state",
						"The request is %s and can't be decided".formatted(request.state().id()));
			}
			int ttl = (verdict.ttl() != null) ? verdict.ttl() : request.asked().ttl();
			decided = request.with(verdict.approve() ? ApprovalState.APPROVED : ApprovalState.DENIED,
					new Decision(by, this.clock.instant(), ttl, verdict.agentMessage(), verdict.notes()));
			this.requests.put(id, decided);
			if (!verdict.approve() && request.asked().kind() == ApprovalKind.JIT) {
				this.tasks.denied(request.asked().taskId());
			}
		}
		this.callbacks.announce(decided);
		return decided;
	}

	/**
	 * Creates the answer for an id that no request has.
	 * @return the exception to throw
	 */
	public static ApiException unknown() {
		return ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such request");
	}

	private synchronized void cancel(String taskId) {
		Instant now = this.clock.instant();
		this.requests.replaceAll(
				(id, request) -> (request.asked().kind() == ApprovalKind.JIT && request.asked().taskId().equals(taskId)
						&& request.at(now).isPending()) ? request.with(ApprovalState.CANCELLED, null) : request);
	}

	private void makeRoom() {
		Instant now = this.clock.instant();
		long pending = this.requests.values().stream().filter((request) -> request.at(now).isPending()).count();
		if (pending >= MAX_PENDING) {
			throw ApiException.oauth(HttpStatus.TOO_MANY_REQUESTS, "rate_limit_exceeded",
					"%d requests already wait for a decision".formatted(MAX_PENDING));
		}
		if (this.requests.size() >= MAX_KEPT) {
			List<String> over = new ArrayList<>();
			this.requests.forEach((id, request) -> {
				if (!request.at(now).isPending() && !request.isRedeemable(now)) {
					over.add(id);
				}
			});
			over.stream().limit(Math.max(1, this.requests.size() - MAX_KEPT + 1L)).forEach(this.requests::remove);
		}
	}

}
