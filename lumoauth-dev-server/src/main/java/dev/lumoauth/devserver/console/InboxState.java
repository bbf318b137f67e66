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

package dev.lumoauth.devserver.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.approval.ApprovalKind;
import dev.lumoauth.devserver.approval.ApprovalRequest;
import dev.lumoauth.devserver.approval.ApprovalState;
import dev.lumoauth.devserver.approval.Approvals;
import dev.lumoauth.devserver.approval.Decision;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;

/**
 * The content of the inbox. Contains no tokens, only the content of push approvals.
 *
 * @param waiting the requests that wait for a decision, oldest first
 * @param history the requests that were decided or have expired, the most recent first,
 * at most 50
 */
record InboxState(List<Item> waiting, List<Item> history) {

	private static final int MAX_HISTORY = 50;

	/** The names of members that say what will be done. */
	private static final List<String> ACTION = List.of("type", "tool", "action", "actions");

	static InboxState of(Collection<Tenant> tenants, Approvals approvals) {
		List<Item> waiting = new ArrayList<>();
		List<Item> history = new ArrayList<>();
		for (Tenant tenant : tenants) {
			List<ApprovalRequest> requests = approvals.list(tenant);
			for (int i = 0; i < requests.size(); i++) {
				boolean waits = requests.get(i).state() == ApprovalState.PENDING;
				if (waits || i >= requests.size() - MAX_HISTORY) {
					(waits ? waiting : history).add(Item.of(requests.get(i), requests.subList(0, i)));
				}
			}
		}
		waiting.sort(Comparator.comparing(Item::createdAt));
		history.sort(Comparator.comparing(Item::endedAt).reversed());
		return new InboxState(waiting, history.stream().limit(MAX_HISTORY).toList());
	}

	/**
	 * A request.
	 *
	 * @param deciders the usernames of the users who may decide
	 * @param hasLifetime whether the approval has a lifetime
	 * @param hasWord whether a message reaches the agent
	 * @param compared the call that the arguments are compared with, if there is one
	 */
	record Item(String id, String tenant, String kind, @JsonProperty("agent_id") String agentId, String agent,
			@JsonProperty("on_behalf_of") @Nullable String onBehalfOf, @Nullable String reason, String risk, int ttl,
			@JsonProperty("created_at") Instant createdAt, @JsonProperty("expires_at") Instant expiresAt,
			List<Row> rows, @Nullable Compared compared, List<String> deciders,
			@JsonProperty("has_lifetime") boolean hasLifetime, @JsonProperty("has_word") boolean hasWord, String state,
			@JsonProperty("ended_at") Instant endedAt, @JsonProperty("decided_by") @Nullable String decidedBy,
			@JsonProperty("granted_ttl") @Nullable Integer grantedTtl,
			@JsonProperty("agent_message") @Nullable String agentMessage, @Nullable String notes) {

		static Item of(ApprovalRequest request, List<ApprovalRequest> earlier) {
			User user = request.asked().user();
			Decision decision = request.decision();
			User by = (decision != null) ? decision.by() : null;
			Optional<ApprovalRequest> similar = similar(request, earlier);
			ApprovalKind kind = request.asked().kind();
			String reason = request.asked().reason();
			return new Item(request.id(), request.asked().tenant().slug(), kind.id(), request.asked().agent().id(),
					ShownArguments.visible(request.asked().agent().name()), (user != null) ? user.name() : null,
					(reason != null) ? ShownArguments.visible(reason) : null, request.asked().risk().id(),
					request.asked().ttl(), request.createdAt(), request.expiresAt(), Row.of(request, similar),
					similar.map(Compared::of).orElse(null),
					request.asked()
						.tenant()
						.users()
						.stream()
						.filter((candidate) -> Approvals.mayDecide(candidate, request))
						.map(User::username)
						.toList(),
					kind != ApprovalKind.PUSH, kind == ApprovalKind.JIT, request.state().id(),
					(decision != null) ? decision.at() : request.expiresAt(), (by != null) ? by.name() : null,
					(decision != null && request.state() == ApprovalState.APPROVED && kind != ApprovalKind.PUSH)
							? decision.grantedTtl() : null,
					(decision != null) ? decision.agentMessage() : null, (decision != null) ? decision.notes() : null);
		}

		/**
		 * The last decided request of the same agent, of the same kind and with the same
		 * kind of action. A request about the same object is preferred.
		 */
		private static Optional<ApprovalRequest> similar(ApprovalRequest request, List<ApprovalRequest> earlier) {
			List<ApprovalRequest> same = earlier.stream()
				.filter((other) -> other.state() == ApprovalState.APPROVED || other.state() == ApprovalState.DENIED)
				.filter((other) -> other.asked().kind() == request.asked().kind()
						&& other.asked().agent() == request.asked().agent() && isSameAction(other, request))
				.toList();
			List<ApprovalRequest> aboutTheSame = same.stream()
				.filter((other) -> equal(other, request, "identifier"))
				.toList();
			List<ApprovalRequest> best = aboutTheSame.isEmpty() ? same : aboutTheSame;
			return best.isEmpty() ? Optional.empty() : Optional.of(best.get(best.size() - 1));
		}

		/**
		 * Requests that don't name their kind are of the same kind if they have the same
		 * member names.
		 */
		private static boolean isSameAction(ApprovalRequest one, ApprovalRequest other) {
			Set<String> names = other.asked().details().keySet();
			return ACTION.stream().allMatch((name) -> equal(one, other, name))
					&& (ACTION.stream().anyMatch(names::contains) || names.equals(one.asked().details().keySet()));
		}

		private static boolean equal(ApprovalRequest one, ApprovalRequest other, String name) {
			return Objects.equals(one.asked().details().get(name), other.asked().details().get(name));
		}

	}

	/**
	 * The request that another one is compared with.
	 */
	record Compared(String state, Instant at) {

		static Compared of(ApprovalRequest request) {
			return new Compared(request.state().id(), request.decided().at());
		}

	}

	/**
	 * An argument.
	 *
	 * @param value the value, {@code null} if it was removed
	 * @param change whether the value was changed, added or removed, {@code null} if it
	 * is the same
	 * @param before the value in the earlier request
	 */
	record Row(String name, @Nullable String value, @Nullable String change, @Nullable String before) {

		static List<Row> of(ApprovalRequest request, Optional<ApprovalRequest> similar) {
			Map<String, String> now = ShownArguments.of(request.asked().details());
			Map<String, String> before = similar.map((other) -> ShownArguments.of(other.asked().details()))
				.orElse(null);
			List<Row> rows = new ArrayList<>();
			now.forEach((name, value) -> rows.add(of(name, value, before)));
			Map<String, String> gone = new LinkedHashMap<>((before != null) ? before : Map.of());
			gone.keySet().removeAll(now.keySet());
			gone.forEach((name, value) -> rows.add(new Row(name, null, "gone", value)));
			return rows;
		}

		private static Row of(String name, String value, @Nullable Map<String, String> before) {
			if (before == null || value.equals(before.get(name))) {
				return new Row(name, value, null, null);
			}
			return new Row(name, value, before.containsKey(name) ? "changed" : "new", before.get(name));
		}

	}

}
