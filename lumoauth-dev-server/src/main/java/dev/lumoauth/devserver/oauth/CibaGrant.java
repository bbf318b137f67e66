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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.stereotype.Component;

import dev.lumoauth.devserver.approval.ApprovalKind;
import dev.lumoauth.devserver.approval.ApprovalRequest;
import dev.lumoauth.devserver.approval.Approvals;
import dev.lumoauth.devserver.approval.JitTask;
import dev.lumoauth.devserver.approval.JitTasks;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.web.ApiException;
import dev.lumoauth.devserver.web.CurrentTenant;
import dev.lumoauth.devserver.web.RequestLog;

/**
 * The grant of OpenID Connect CIBA Core 1.0, section 10 and 11, in its poll mode. The
 * token is that of a just-in-time permission, and is issued once.
 */
@Component
class CibaGrant implements AuthenticationProvider {

	private final Approvals approvals;

	private final JitTasks tasks;

	private final JitTokens tokens;

	private final CibaPolls polls;

	private final Clock clock;

	CibaGrant(Approvals approvals, JitTasks tasks, JitTokens tokens, CibaPolls polls, Clock clock) {
		this.approvals = approvals;
		this.tasks = tasks;
		this.tokens = tokens;
		this.polls = polls;
		this.clock = clock;
	}

	@Override
	public Authentication authenticate(Authentication authentication) {
		CibaRequest poll = (CibaRequest) authentication;
		OAuth2ClientAuthenticationToken principal = Clients.principal(poll);
		RegisteredClient client = Clients.registered(principal);
		Tenant tenant = CurrentTenant.get();
		ApprovalRequest request = this.approvals.find(tenant, ApprovalKind.CIBA, poll.authReqId())
			.filter((found) -> found.asked().agent().id().equals(client.getClientId()))
			.orElseThrow(() -> OAuthErrors.error(OAuth2ErrorCodes.INVALID_GRANT,
					"The auth_req_id is unknown or another client's"));
		if (!this.polls.isInTime(request.id())) {
			throw OAuthErrors.error("slow_down", "The interval is now 5 seconds longer");
		}
		checkDecision(request);
		JitTask task = this.tasks.find(tenant, request.asked().taskId()).orElseThrow(CibaGrant::over);
		if (!this.polls.redeem(request.id())) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_GRANT, "The auth_req_id was already used");
		}
		OAuth2AccessToken token = issue(request, task);
		RequestLog.note(CurrentTenant.request(), "ciba " + client.getClientId());
		Map<String, Object> more = new LinkedHashMap<>();
		more.put("authorization_details", List.of(request.asked().details()));
		more.put("jit_request_id", request.id());
		more.put("task_id", task.id());
		return new OAuth2AccessTokenAuthenticationToken(client, principal, token, null, more);
	}

	private void checkDecision(ApprovalRequest request) {
		switch (request.state()) {
			case PENDING -> throw OAuthErrors.error("authorization_pending", "The user has not decided yet");
			case DENIED, CANCELLED -> throw OAuthErrors.error(OAuth2ErrorCodes.ACCESS_DENIED, "The user has denied it");
			case EXPIRED -> throw over();
			case APPROVED -> {
				if (!request.isRedeemable(this.clock.instant())) {
					throw over();
				}
			}
		}
	}

	private OAuth2AccessToken issue(ApprovalRequest request, JitTask task) {
		try {
			return this.tokens.issue(request, task);
		}
		catch (ApiException ex) {
			throw over();
		}
	}

	private static RuntimeException over() {
		return OAuthErrors.error("expired_token", "The request has expired; ask the user again");
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return CibaRequest.class.isAssignableFrom(authentication);
	}

}
