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

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.client.ApiAnswer;
import dev.lumoauth.spring.client.ApiCalls;
import dev.lumoauth.spring.client.ApiRequest;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.http.NoTokenYetException;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenAttachment;
import dev.lumoauth.spring.token.TokenSubject;
import dev.lumoauth.spring.token.grant.TokenResponse;

/**
 * LumoAuth's API by which one agent asks people: just-in-time permissions, push
 * approvals, and OpenID Connect CIBA. The client remembers nothing. Addresses in
 * LumoAuth's answers are not used: addresses are built from ids.
 *
 * @since 0.1.0
 */
public class ApprovalsClient {

	private static final Log logger = LogFactory.getLog(ApprovalsClient.class);

	private static final Duration SHORTEST_PACED = Duration.ofSeconds(1);

	/** CIBA Core 1.0 section 7.3: for a server that does not name an interval. */
	private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

	private static final AuthorizationGrantType CIBA = new AuthorizationGrantType("urn:openid:params:grant-type:ciba");

	private static final String TASK_ID = "task_id";

	private static final String REQUEST_ID = "request_id";

	private static final String EXPIRES_AT = "expires_at";

	private static final String TOKEN = "approval_token";

	/** The status of an approval without a token: nothing can be decided by e-mail. */
	private static final String EMAIL = "email_fallback_sent";

	private final LumoAuthHttp http;

	private final LumoAuthTokens tokens;

	private final ApiCalls calls;

	/**
	 * Create the client.
	 * @param http the connection to LumoAuth
	 * @param tokens the agent's tokens
	 */
	public ApprovalsClient(LumoAuthHttp http, LumoAuthTokens tokens) {
		this.http = http;
		this.tokens = tokens;
		this.calls = new ApiCalls(http, tokens);
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
		return this.calls.call(ApiRequest.create(endpoint("jit/task"), Map.of("name", name)).onBehalfOf(subject),
				(answer) -> new JitTask(answer.requireId(TASK_ID), answer.time(EXPIRES_AT)));
	}

	/**
	 * Request a permission just in time ({@code jit/request}). Sent once.
	 * @param wanted what to request
	 * @param subject the user on whose behalf the agent acts; {@code null} if it acts for
	 * itself
	 * @return the state of the request: a rule at LumoAuth may have decided at once
	 * @throws IllegalArgumentException if a value can't be written as JSON
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another task, or without an id or a status, does not count
	 */
	public JitPermission requestPermission(JitPermissionRequest wanted, @Nullable TokenSubject subject) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put(TASK_ID, wanted.taskId());
		body.put("authorization_details", wanted.authorizationDetails());
		if (wanted.justification() != null) {
			body.put("justification", wanted.justification());
		}
		if (wanted.ttl() != null) {
			body.put("requested_ttl", wanted.ttl().toSeconds());
		}
		if (wanted.callback() != null) {
			body.put("callback_url", wanted.callback().toString());
		}
		return this.calls.call(ApiRequest.create(endpoint("jit/request"), body).onBehalfOf(subject), (answer) -> {
			answer.requireSameId(TASK_ID, wanted.taskId());
			return permission(answer);
		});
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
		return this.calls.call(ApiRequest.get(endpoint("jit/request/:id/status")).withId(requestId), (answer) -> {
			answer.requireSameId(REQUEST_ID, requestId);
			return permission(answer);
		});
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
		return this.calls.call(ApiRequest.post(endpoint("jit/request/:id/token")).withId(requestId), (answer) -> {
			try {
				return TokenResponse.read(answer.fields()).getAccessToken();
			}
			catch (IllegalArgumentException ex) {
				throw answer.malformed(String.valueOf(ex.getMessage()));
			}
		});
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
		this.calls.call(ApiRequest.post(endpoint("jit/task/:id/complete")).withId(taskId), (answer) -> {
			answer.requireSameId(TASK_ID, taskId);
			return taskId;
		});
	}

	/**
	 * Say that a task is over, as {@link #completeTask} does. That a task can't be
	 * completed is logged only, since tasks expire.
	 * @param taskId the task's id; {@code null} = there is none
	 */
	public void endTask(@Nullable String taskId) {
		if (taskId == null) {
			return;
		}
		try {
			completeTask(taskId);
		}
		catch (LumoAuthException | IllegalArgumentException ex) {
			logger.debug("The task " + taskId + " was not completed at LumoAuth", ex);
		}
	}

	/**
	 * Ask a user for an approval on a device ({@code agents/me/approvals}). Sent once.
	 * @param wanted what to request
	 * @return the state of the approval; without a token if the user was only sent an
	 * e-mail
	 * @throws IllegalArgumentException if a value can't be written as JSON
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask; with
	 * the error code {@code precondition_required} if the user has no device, and
	 * {@code not_found} if there is no such user
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another task, or without a status, does not count
	 */
	public PushApproval requestApproval(PushApprovalRequest wanted) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put(TASK_ID, wanted.taskId());
		body.put("reason", wanted.reason());
		body.put("impact", wanted.impact());
		body.put("on_behalf_of", wanted.onBehalfOf());
		body.put("meta", wanted.meta());
		return this.calls.call(ApiRequest.create(endpoint("agents/me/approvals"), body), (answer) -> {
			answer.requireSameId(TASK_ID, wanted.taskId());
			String status = answer.requireText("status");
			return approval(status.equals(EMAIL) ? null : answer.requireId(TOKEN), status, answer);
		});
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
		return this.calls.call(ApiRequest.get(endpoint("agents/me/approvals/:id/status")).withId(token), (answer) -> {
			answer.requireSameId(TOKEN, token);
			return approval(token, answer.requireText("status"), answer);
		});
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
	 * @param interval how often the state is read. Below a second, a LumoAuth on this
	 * machine is asked at once, since it limits nothing
	 * @return zero to read one state now; otherwise, ask again after that time, or before
	 */
	public Duration untilPoll(Duration interval) {
		boolean atOnce = interval.compareTo(SHORTEST_PACED) < 0
				&& Origin.isLoopback(this.http.endpoints().token().getHost());
		return atOnce ? Duration.ZERO : untilPoll();
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
		Map<String, String> form = new LinkedHashMap<>();
		form.put("login_hint", question.loginHint());
		form.put("binding_message", question.message());
		form.put("authorization_details", LumoAuthJson.writeList(question.authorizationDetails()));
		return this.calls.call(ApiRequest.createByForm(endpoint("oauth/bc-authorize"), form), (answer) -> {
			Duration interval = answer.seconds("interval");
			return new BackchannelRequest(answer.requireId("auth_req_id"), answer.seconds("expires_in"),
					(interval != null) ? interval : DEFAULT_INTERVAL);
		});
	}

	/**
	 * Ask whether a user has decided ({@code oauth/token}, OpenID Connect CIBA Core 1.0
	 * section 10). LumoAuth allows an agent 30 requests a minute at its token endpoint,
	 * for tokens of all kinds. The token of an approved request is not returned:
	 * {@link #permissionToken} fetches one when it is needed.
	 * @param authReqId the request's id
	 * @return the state of the request
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth doesn't know the
	 * request, or its token was already returned
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public BackchannelDecision userDecision(String authReqId) {
		try {
			return approved(this.tokens.request(CIBA, Map.of("auth_req_id", authReqId)));
		}
		catch (NoTokenYetException ex) {
			return BackchannelDecision.of(switch (ex.getErrorCode()) {
				case NoTokenYetException.DENIED -> BackchannelDecision.Status.DENIED;
				case NoTokenYetException.EXPIRED -> BackchannelDecision.Status.EXPIRED;
				case NoTokenYetException.SLOW_DOWN -> BackchannelDecision.Status.SLOW_DOWN;
				default -> BackchannelDecision.Status.PENDING;
			});
		}
	}

	private static JitPermission permission(ApiAnswer answer) {
		String status = answer.requireText("status");
		boolean approved = status.equals(JitPermission.APPROVED);
		return new JitPermission(answer.requireId(REQUEST_ID), status, answer.text("risk_level"),
				approved ? answer.requireReadableTime(EXPIRES_AT) : answer.time(EXPIRES_AT),
				approved ? answer.requireReadableSeconds("granted_ttl") : null, answer.text("agent_message"));
	}

	private static PushApproval approval(@Nullable String token, String status, ApiAnswer answer) {
		Map<?, ?> approvedBy = answer.object("approved_by");
		String user = ApiAnswer.text(approvedBy, "user_id");
		boolean approved = status.equals(JitPermission.APPROVED);
		return new PushApproval(token, status,
				approved ? answer.requireReadableTime(EXPIRES_AT) : answer.time(EXPIRES_AT),
				(user != null) ? user : ApiAnswer.text(approvedBy, "email"));
	}

	private static BackchannelDecision approved(OAuth2AccessTokenResponse response) {
		OAuth2AccessToken token = response.getAccessToken();
		boolean known = token.getIssuedAt() != null && token.getExpiresAt() != null;
		return new BackchannelDecision(BackchannelDecision.Status.APPROVED,
				known ? Duration.between(token.getIssuedAt(), token.getExpiresAt()) : null, id(response, TASK_ID),
				id(response, "jit_request_id"));
	}

	/**
	 * An invalid id counts as missing.
	 */
	private static @Nullable String id(OAuth2AccessTokenResponse response, String name) {
		String id = ApiAnswer.text(response.getAdditionalParameters(), name);
		return (id != null && LumoAuthAddresses.isPlainId(id)) ? id : null;
	}

	private URI endpoint(String path) {
		return this.http.endpoints().endpoint(path);
	}

}
