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
import java.util.TreeSet;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Connection;
import dev.lumoauth.devserver.state.Connection.State;
import dev.lumoauth.devserver.state.Tenants;
import dev.lumoauth.devserver.state.User;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.ApiPaths;
import dev.lumoauth.devserver.web.RequestLog;
import dev.lumoauth.devserver.web.WireTime;

/**
 * Gives agents the tokens of third parties (token vault).
 */
@RestController
@RequestMapping(ApiPaths.TENANT + "/agents/me/connections")
class ConnectionController {

	private static final String RETRY_AFTER = "2";

	private final Tenants tenants;

	ConnectionController(Tenants tenants) {
		this.tenants = tenants;
	}

	/** LumoAuth's documents do not say what the list looks like. */
	@GetMapping
	Map<String, Object> list(Caller caller) {
		Agent agent = agent(caller);
		List<Map<String, Object>> connections = caller.tenant()
			.connections()
			.stream()
			.filter((connection) -> connection.permits(agent))
			.map(ConnectionController::describe)
			.toList();
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("connections", connections);
		answer.put("count", connections.size());
		answer.put("data", connections);
		return answer;
	}

	@PostMapping("/{id}/token")
	ResponseEntity<Map<String, @Nullable Object>> token(Caller caller, @PathVariable String id,
			@RequestBody(required = false) @Nullable Wanted wanted, HttpServletRequest request) {
		Agent agent = agent(caller);
		Connection connection = find(caller, id);
		if (!connection.permits(agent)) {
			throw forbidden("agent_not_allowed", "The connection is not for this agent");
		}
		User user = user(caller, agent, connection, (wanted != null) ? wanted.userId() : null);
		check(connection.nextState());
		Connection.Token token = connection.token((user != null) ? "user " + user.id() : "agent " + agent.id());
		RequestLog.note(request,
				"%s: token of %s%s".formatted(caller, connection, (user != null) ? " for " + user.username() : ""));
		Map<String, @Nullable Object> answer = new LinkedHashMap<>();
		answer.put("access_token", token.value());
		answer.put("token_type", "Bearer");
		answer.put("expires_at", WireTime.of(token.expiresAt()));
		answer.put("scopes", new TreeSet<>(connection.settings().scopes()));
		return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
	}

	private Connection find(Caller caller, String id) {
		return caller.tenant().connection(id).orElseThrow(() -> {
			boolean isElsewhere = this.tenants.all().stream().anyMatch((tenant) -> tenant.connection(id).isPresent());
			return isElsewhere ? forbidden("cross_tenant", "The connection is another tenant's")
					: ApiException.api(HttpStatus.NOT_FOUND, "not_found", "There is no such connection");
		});
	}

	/**
	 * Returns whose token is wanted: that of the user whom the request names, or of the
	 * user for whom the agent acts by its token. Without a user, it is the agent's token.
	 */
	private static @Nullable User user(Caller caller, Agent agent, Connection connection, @Nullable Object userId) {
		User acting = JitCallers.user(caller);
		if (userId == null && acting == null) {
			if (!connection.settings().users().isEmpty()) {
				throw ApiException.api(HttpStatus.NOT_FOUND, "not_found",
						"The connection has grants of users only, and no user is named");
			}
			return null;
		}
		if (!agent.hasCapability("delegate:on_behalf")) {
			throw forbidden("delegation_not_permitted", "The agent lacks the capability delegate:on_behalf");
		}
		if (!connection.settings().delegation()) {
			throw forbidden("delegation_not_allowed", "The connection lets no agent have a user's token");
		}
		User user = (userId != null) ? caller.tenant().userByHint(userId.toString()).orElse(null) : acting;
		if (user != null && acting != null && !acting.equals(user)) {
			throw forbidden("delegation_not_allowed", "The agent's token is for another user");
		}
		if (user == null || !connection.settings().users().contains(user.username())) {
			throw ApiException.api(HttpStatus.NOT_FOUND, "not_found", "The user has granted no access");
		}
		return user;
	}

	private static void check(State state) {
		if (state == State.ACTIVE) {
			return;
		}
		ApiException refusal = ApiException.api(HttpStatus.valueOf(state.status()), state.error(),
				"The console has switched this on");
		throw (state == State.RATE_LIMITED || state == State.REFRESH_IN_PROGRESS)
				? refusal.with(HttpHeaders.RETRY_AFTER, RETRY_AFTER) : refusal;
	}

	private static Agent agent(Caller caller) {
		if (caller.taskId() != null) {
			throw forbidden("agent_token_required", "A just-in-time token gives no other token");
		}
		return caller.agent()
			.orElseThrow(() -> forbidden("agent_token_required", "The token is a user's and not an agent's"));
	}

	private static Map<String, Object> describe(Connection connection) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("id", connection.id());
		answer.put("provider", connection.id());
		answer.put("status", connection.state().id());
		answer.put("scopes", new TreeSet<>(connection.settings().scopes()));
		return answer;
	}

	private static ApiException forbidden(String error, String message) {
		return ApiException.api(HttpStatus.FORBIDDEN, error, message);
	}

	record Wanted(@JsonProperty("user_id") @Nullable Object userId) {
	}

}
