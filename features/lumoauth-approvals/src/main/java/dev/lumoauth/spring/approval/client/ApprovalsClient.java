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

package dev.lumoauth.spring.approval.client;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.client.ApiCalls;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenAttachment;
import dev.lumoauth.spring.token.TokenSubject;

/**
 * LumoAuth's API by which one agent asks people: just-in-time permissions, push
 * approvals, and OpenID Connect CIBA. The client remembers nothing.
 *
 * @since 0.1.0
 */
public class ApprovalsClient {

	private static final Duration SHORTEST_PACED = Duration.ofSeconds(1);

	private final LumoAuthHttp http;

	private final LumoAuthTokens tokens;

	private final JitApi jit;

	private final PushApprovalsApi approvals;

	private final CibaApi ciba;

	/**
	 * Create the client.
	 * @param http the connection to LumoAuth
	 * @param tokens the agent's tokens
	 */
	public ApprovalsClient(LumoAuthHttp http, LumoAuthTokens tokens) {
		this.http = http;
		this.tokens = tokens;
		ApiCalls calls = new ApiCalls(http, tokens);
		this.jit = new JitApi(calls, http.endpoints());
		this.approvals = new PushApprovalsApi(calls, http.endpoints());
		this.ciba = new CibaApi(calls, tokens, http.endpoints());
	}

	/**
	 * Start a task for which permissions are requested just in time ({@code jit/task}).
	 * Sent once.
	 * @param name what the agent does
	 * @param subject the user on whose behalf the agent acts; {@code null} if it acts for
	 * itself
	 * @return the task, to be completed by {@link #completeTask}
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not, or not
	 * for this subject
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer without an id does not count
	 */
	public JitTask beginTask(String name, @Nullable TokenSubject subject) {
		return this.jit.begin(name, subject);
	}

	/**
	 * Request a permission just in time ({@code jit/request}). Sent once.
	 * @param request what to request
	 * @param subject the user on whose behalf the agent acts; {@code null} if it acts for
	 * itself
	 * @return the state of the request: a rule at LumoAuth may have decided at once
	 * @throws IllegalArgumentException if a value can't be written as JSON
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another task, or without an id or a status, does not count
	 */
	public JitPermission requestPermission(JitPermissionRequest request, @Nullable TokenSubject subject) {
		return this.jit.request(request, subject);
	}

	/**
	 * Read the state of a request for a permission ({@code jit/request/{id}/status}).
	 * @param requestId the request's id
	 * @return the state of the request
	 * @throws IllegalArgumentException if the id is not valid
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if it belongs to another agent,
	 * or LumoAuth does not know it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another request, or without a status, does not count
	 */
	public JitPermission permission(String requestId) {
		return this.jit.status(requestId);
	}

	/**
	 * Return the token of an approved request ({@code jit/request/{id}/token}). The token
	 * is not kept here.
	 * @param requestId the request's id
	 * @return the token
	 * @throws IllegalArgumentException if the id is not valid
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the request is not approved,
	 * or not any more
	 * @throws dev.lumoauth.spring.LumoAuthBudgetExceededException if the agent's budget
	 * is spent
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public OAuth2AccessToken permissionToken(String requestId) {
		return this.jit.token(requestId);
	}

	/**
	 * Say that a task is over ({@code jit/task/{id}/complete}): its tokens are no longer
	 * valid, and its pending requests are cancelled.
	 * @param taskId the task's id
	 * @throws IllegalArgumentException if the id is not valid
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if it belongs to another agent,
	 * or LumoAuth does not know it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public void completeTask(String taskId) {
		this.jit.complete(taskId);
	}

	/**
	 * Ask a user for an approval on a device ({@code agents/me/approvals}). Sent once.
	 * @param request what to request
	 * @return the state of the approval; without a token if the user was only sent an
	 * e-mail
	 * @throws IllegalArgumentException if a value can't be written as JSON
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask; with
	 * the error code {@code precondition_required} if the user has no device, and
	 * {@code not_found} if there is no such user
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another task, or without a status, does not count
	 */
	public PushApproval requestApproval(PushApprovalRequest request) {
		return this.approvals.request(request);
	}

	/**
	 * Read the state of a user's approval ({@code agents/me/approvals/{token}/status}).
	 * @param token the approval's token
	 * @return the state of the approval
	 * @throws IllegalArgumentException if the token is not valid
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if it belongs to another agent,
	 * or LumoAuth does not know it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another approval, or without a status, does not count
	 */
	public PushApproval approval(String token) {
		return this.approvals.status(token);
	}

	/**
	 * Return how long {@link #permission} and {@link #approval} have to wait when they
	 * are called again and again. LumoAuth allows 100 requests a minute with the agent's
	 * token, and the agent's checks come first.
	 * @return zero to read one state now; otherwise, ask again after that time, or before
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if the agent has no token
	 */
	public Duration untilPoll() {
		return this.http.untilPoll(TokenAttachment.authorization(this.tokens.agentToken()));
	}

	/**
	 * Return how long {@link #permission} has to wait, as {@link #untilPoll()} does.
	 * @param interval how often the state is read. Below a second is for a LumoAuth on
	 * this machine that limits nothing
	 * @return zero to read one state now; otherwise, ask again after that time, or before
	 */
	public Duration untilPoll(Duration interval) {
		return (interval.compareTo(SHORTEST_PACED) < 0) ? Duration.ZERO : untilPoll();
	}

	/**
	 * Return how long {@link #userDecision} has to wait when it is called again and
	 * again. LumoAuth's token endpoint allows 30 requests a minute, and the agent's
	 * tokens come first.
	 * @return zero to read one decision now; otherwise, ask again after that time, or
	 * before
	 */
	public Duration untilDecisionPoll() {
		return this.http.untilTokenPoll();
	}

	/**
	 * Ask a user by CIBA ({@code oauth/bc-authorize}). Sent once.
	 * @param question what to ask, and which user
	 * @return the request
	 * @throws IllegalArgumentException if a value can't be written as JSON
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses; with the
	 * error code {@code unknown_user_id} if there is no such user
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer without an id does not count
	 */
	public BackchannelRequest askUser(BackchannelQuestion question) {
		return this.ciba.ask(question);
	}

	/**
	 * Ask whether a user has decided ({@code oauth/token}, OpenID Connect CIBA Core 1.0
	 * section 10). LumoAuth allows an agent 30 requests a minute at its token endpoint,
	 * for tokens of all kinds. The token of an approved request is returned once and is
	 * not kept here.
	 * @param authReqId the request's id
	 * @return the state of the request
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth doesn't know the
	 * request, or its token was already returned
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public BackchannelDecision userDecision(String authReqId) {
		return this.ciba.poll(authReqId);
	}

}
