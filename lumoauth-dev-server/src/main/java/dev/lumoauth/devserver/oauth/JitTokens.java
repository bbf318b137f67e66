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

package dev.lumoauth.devserver.oauth;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

import dev.lumoauth.devserver.approval.ApprovalRequest;
import dev.lumoauth.devserver.approval.AuthorizationDetails;
import dev.lumoauth.devserver.approval.JitTask;
import dev.lumoauth.devserver.approval.JitTasks;
import dev.lumoauth.devserver.web.ApiException;

/**
 * Creates the tokens of approved just-in-time permissions. A token is for one task and
 * one object of authorization details. It is valid for the granted time, and never longer
 * than the task.
 *
 * @since 0.1.0
 */
@Component
public class JitTokens {

	static final String JIT = "jit";

	static final String TASK = "task_id";

	static final String ON_BEHALF_OF = "on_behalf_of";

	private static final AuthorizationGrantType GRANT = new AuthorizationGrantType("urn:lumoauth:grant-type:jit");

	private final TokenIssuer issuer;

	private final RegisteredClientRepository clients;

	private final TokenStore store;

	private final JitTasks tasks;

	private final Clock clock;

	JitTokens(TokenIssuer issuer, RegisteredClientRepository clients, TokenStore store, JitTasks tasks, Clock clock) {
		this.issuer = issuer;
		this.clients = clients;
		this.store = store;
		this.tasks = tasks;
		this.clock = clock;
		tasks.onEnd((task) -> revoke(task.id()));
	}

	/**
	 * Creates a token, in the tenant of the current request.
	 * @param request the approved request
	 * @param task its task
	 * @return the token
	 * @throws ApiException if the request is not approved, or the approval has expired
	 */
	public OAuth2AccessToken issue(ApprovalRequest request, JitTask task) {
		Instant now = this.clock.instant();
		if (!request.isRedeemable(now) || !this.tasks.isActive(task.id())) {
			throw notRedeemable();
		}
		AuthorizationDetails details = AuthorizationDetails.of(request.asked().details());
		String agent = request.asked().agent().id();
		RegisteredClient client = this.clients.findByClientId(agent);
		Assert.state(client != null, "An agent is a client");
		Instant end = Collections.min(List.of(request.grantEnd(), task.expiresAt()));
		OAuth2AccessToken token = this.issuer
			.issue(client,
					new TokenIssuer.Grant(GRANT, "agent:%s:task:%s".formatted(agent, task.id()), details.capabilities(),
							details.locations().isEmpty() ? List.of(agent) : List.copyOf(details.locations()), null,
							// A token's moments are whole seconds, and none is longer
							// than granted.
							Collections.max(List.of(end.truncatedTo(ChronoUnit.SECONDS),
									now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1))),
							claims(request, task, details)));
		if (!this.tasks.isActive(task.id())) {
			// It has ended meanwhile, and what is revoked then may have been less than
			// all.
			revoke(task.id());
			throw notRedeemable();
		}
		return token;
	}

	private static Map<String, Object> claims(ApprovalRequest request, JitTask task, AuthorizationDetails details) {
		Map<String, Object> claims = new LinkedHashMap<>();
		claims.put("agent_id", request.asked().agent().id());
		claims.put(TASK, task.id());
		if (task.parentId() != null) {
			claims.put("parent_task_id", task.parentId());
		}
		claims.put(JIT, true);
		claims.put("jit_request_id", request.id());
		claims.put("authorization_details", List.of(details.all()));
		if (request.asked().user() != null) {
			claims.put(ON_BEHALF_OF, request.asked().user().id());
		}
		return claims;
	}

	private void revoke(String taskId) {
		this.store.revoke((token) -> taskId.equals(token.taskId()));
	}

	private static ApiException notRedeemable() {
		return ApiException.api(HttpStatus.FORBIDDEN, "access_denied",
				"The request is not approved, or no longer: it was not decided, the time is over, or its task has ended");
	}

}
