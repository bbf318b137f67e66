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

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.config.RiskLevel;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;

/**
 * The content of an agent's request.
 *
 * @param kind the kind of request
 * @param tenant the tenant
 * @param agent the agent
 * @param user the user on whose behalf, if there is one
 * @param taskId the task: one of {@link JitTasks}, or the agent's name for it
 * @param reason the reason, in the agent's words
 * @param risk the risk
 * @param details the details: authorization details (RFC 9396), or the {@code meta} of a
 * push approval
 * @param ttl for how many seconds the agent asks
 * @param lifetime how long the request waits for a decision
 * @param callback the address at which the decision is announced, if there is one
 * @since 0.1.0
 */
public record Asked(ApprovalKind kind, Tenant tenant, Agent agent, @Nullable User user, String taskId,
		@Nullable String reason, RiskLevel risk, Map<String, Object> details, int ttl, Duration lifetime,
		@Nullable URI callback) {

	private static final int MAX_DEPTH = 20;

	private static final int MAX_CHARACTERS = 65_536;

	public Asked {
		// Otherwise a request of one agent could keep the requests of others from being
		// shown.
		if (measure(details, 0) > MAX_CHARACTERS || ((reason != null) && reason.length() > MAX_CHARACTERS)) {
			throw new IllegalArgumentException("The request is longer than %,d characters".formatted(MAX_CHARACTERS));
		}
	}

	private static long measure(@Nullable Object value, int depth) {
		if (depth > MAX_DEPTH) {
			throw new IllegalArgumentException("The request has more than %d levels".formatted(MAX_DEPTH));
		}
		if (value instanceof Map<?, ?> map) {
			return map.entrySet()
				.stream()
				.mapToLong((entry) -> String.valueOf(entry.getKey()).length() + measure(entry.getValue(), depth + 1))
				.sum();
		}
		if (value instanceof Collection<?> list) {
			return list.stream().mapToLong((entry) -> 1 + measure(entry, depth + 1)).sum();
		}
		return String.valueOf(value).length();
	}

}
