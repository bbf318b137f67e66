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

package dev.lumoauth.spring.client;

import java.time.Clock;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

import dev.lumoauth.spring.AgentInfo;
import dev.lumoauth.spring.AskResult;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenSubject;

/**
 * LumoAuth's HTTP API as one agent asks it. Nothing is remembered here but what
 * {@link #lastCapabilities()} says.
 *
 * @since 0.1.0
 */
public class LumoAuthClient {

	private final AgentsApi agents;

	private final AuthzApi authz;

	private final UserInfoApi userInfo;

	private final JitApi jit;

	private final PushApprovalsApi approvals;

	private final CibaApi ciba;

	private final ConnectionsApi connections;

	private final EventStreamsApi eventStreams;

	/**
	 * Create the client.
	 * @param http the way to LumoAuth
	 * @param tokens the agent's tokens
	 */
	public LumoAuthClient(LumoAuthHttp http, LumoAuthTokens tokens) {
		ApiCalls calls = new ApiCalls(http, tokens);
		this.agents = new AgentsApi(calls, http.endpoints());
		this.authz = new AuthzApi(calls, http);
		this.userInfo = new UserInfoApi(calls, http.endpoints());
		this.jit = new JitApi(calls, http.endpoints());
		this.approvals = new PushApprovalsApi(calls, http.endpoints());
		this.ciba = new CibaApi(calls, tokens, http.endpoints());
		this.connections = new ConnectionsApi(calls, http.endpoints(), Clock.systemUTC());
		this.eventStreams = new EventStreamsApi(calls, http.endpoints());
	}

	/**
	 * Return what LumoAuth knows of the agent ({@code agents/me}).
	 * @return the agent
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; one without an id is none
	 */
	public AgentInfo me() {
		return this.agents.me();
	}

	/**
	 * Ask whether an action is allowed ({@code agents/ask}).
	 * @param action the action
	 * @param context what the decision may depend on; may be empty
	 * @return the answer, allowed only for a JSON {@code true}
	 * @throws IllegalArgumentException if the context can't be written as JSON
	 * @throws dev.lumoauth.spring.LumoAuthBudgetExceededException if the agent's budget
	 * is spent
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another action, or without a boolean {@code allowed}, is
	 * none
	 */
	public AskResult ask(String action, Map<String, ?> context) {
		return this.agents.ask(action, context);
	}

	/**
	 * Ask whether the agent may call a tool of an MCP server
	 * ({@code agents/me/mcp/authorize}).
	 * @param question which tool of which server
	 * @return {@code true} only for HTTP 200 and a JSON {@code true}, {@code false} for
	 * HTTP 403
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; one about another server, tool or agent, or without a boolean
	 * {@code allowed}, is none
	 * @throws dev.lumoauth.spring.LumoAuthException if LumoAuth did not take the question
	 */
	public boolean mcpAuthorize(McpToolQuestion question) {
		return this.agents.mcpAuthorize(question);
	}

	/**
	 * Return whether the agent has a permission ({@code authz/check}).
	 * @param permission the permission
	 * @return {@code true} only for a JSON {@code true}
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; an answer about another permission, or without a boolean {@code allowed},
	 * is none
	 */
	public boolean check(String permission) {
		return this.authz.check(permission);
	}

	/**
	 * Find out which permissions the agent has, with one request for each 100
	 * ({@code authz/check-bulk}), and hand over the answer to each with the request that
	 * brought it: those that came before a failure are answers all the same.
	 * @param permissions the permissions
	 * @param results takes each permission that LumoAuth answered with a JSON boolean.
	 * Whoever asked for one that is missing there has no answer to it
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public void checkBulk(Collection<String> permissions, BiConsumer<String, Boolean> results) {
		this.authz.checkBulk(permissions, results);
	}

	/**
	 * Return the capabilities that the agent's claims name ({@code oauth/userinfo}).
	 * @return their names; {@code null} if LumoAuth lists none, which is not the same as
	 * an empty list
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException with the error code
	 * {@code insufficient_scope} if {@code openid} is missing
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; one without {@code sub} is none
	 */
	public @Nullable Set<String> capabilities() {
		return this.userInfo.userinfo().capabilities();
	}

	/**
	 * Return the capabilities that the last answer to {@link #capabilities()} or
	 * {@link #budgetPolicy()} named, whoever asked. Asks nobody.
	 * @return their names as LumoAuth wrote them; {@code null} if there was no answer
	 * yet, or it named none
	 */
	public @Nullable Set<String> lastCapabilities() {
		return this.userInfo.lastCapabilities();
	}

	/**
	 * Return the budget that the agent's claims have ({@code oauth/userinfo}).
	 * @return limits and counters, those this library does not know included, without the
	 * fields that are JSON {@code null}; {@code null} if the agent has no policy or
	 * LumoAuth does not say
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException as {@link #capabilities()} does
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException as {@link #capabilities()}
	 * does
	 */
	public @Nullable Map<String, Object> budgetPolicy() {
		return this.userInfo.userinfo().budgetPolicy();
	}

	/**
	 * Begin a task for which permissions are asked for just in time ({@code jit/task}).
	 * Sent once.
	 * @param name what the agent does
	 * @param subject on whose behalf; {@code null}: the agent's own
	 * @return the task, to be completed by {@link #completeTask}
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not, or not
	 * for this subject
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; one without an id is none
	 */
	public JitTask beginTask(String name, @Nullable TokenSubject subject) {
		return this.jit.begin(name, subject);
	}

	/**
	 * Ask for a permission just in time ({@code jit/request}). Sent once.
	 * @param request what for
	 * @param subject on whose behalf; {@code null}: the agent's own
	 * @return how it stands: a rule at LumoAuth may have decided at once
	 * @throws IllegalArgumentException if a value can't be written as JSON
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; one about another task, or without an id or a status, is none
	 */
	public JitPermission requestPermission(JitPermissionRequest request, @Nullable TokenSubject subject) {
		return this.jit.request(request, subject);
	}

	/**
	 * Ask how a request for a permission stands ({@code jit/request/{id}/status}).
	 * @param requestId its id
	 * @return how it stands
	 * @throws IllegalArgumentException if that can't be an id
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if it is another agent's, or
	 * LumoAuth does not know it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; one about another request, or without a status, is none
	 */
	public JitPermission permission(String requestId) {
		return this.jit.status(requestId);
	}

	/**
	 * Return the token of an approved request ({@code jit/request/{id}/token}). It is not
	 * kept here.
	 * @param requestId its id
	 * @return the token
	 * @throws IllegalArgumentException if that can't be an id
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if it is not approved, or not
	 * any more
	 * @throws dev.lumoauth.spring.LumoAuthBudgetExceededException if the agent's budget
	 * is spent
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public OAuth2AccessToken permissionToken(String requestId) {
		return this.jit.token(requestId);
	}

	/**
	 * Say that a task is over ({@code jit/task/{id}/complete}): its tokens are worth
	 * nothing from now on, and what waits for a decision is taken back.
	 * @param taskId its id
	 * @throws IllegalArgumentException if that can't be an id
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if it is another agent's, or
	 * LumoAuth does not know it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public void completeTask(String taskId) {
		this.jit.complete(taskId);
	}

	/**
	 * Ask a user for an approval on a device ({@code agents/me/approvals}). Sent once.
	 * @param request what for
	 * @return how it stands; without a token if the user was only sent an e-mail
	 * @throws IllegalArgumentException if a value can't be written as JSON
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not ask; with
	 * the error code {@code precondition_required} if the user has no device, and
	 * {@code not_found} if there is no such user
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; one about another task, or without a status, is none
	 */
	public PushApproval requestApproval(PushApprovalRequest request) {
		return this.approvals.request(request);
	}

	/**
	 * Ask how a user's approval stands ({@code agents/me/approvals/{token}/status}).
	 * @param token its token
	 * @return how it stands
	 * @throws IllegalArgumentException if that can't be a token
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if it is another agent's, or
	 * LumoAuth does not know it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; one about another approval, or without a status, is none
	 */
	public PushApproval approval(String token) {
		return this.approvals.status(token);
	}

	/**
	 * Have LumoAuth send its events ({@code ssf/stream}). Sent once.
	 * @param endpoint where to
	 * @param authorizationToken what LumoAuth shows there
	 * @param audience for whom the events are
	 * @param events the events to ask for, by their URIs
	 * @return the stream
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if the agent may not
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; one without an id is none
	 */
	public EventStream createEventStream(URI endpoint, String authorizationToken, String audience,
			List<String> events) {
		return this.eventStreams.create(endpoint, authorizationToken, audience, events);
	}

	/**
	 * Ask how a stream of events stands ({@code ssf/stream}).
	 * @param id its id
	 * @return the stream
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth does not know it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public EventStream eventStream(String id) {
		return this.eventStreams.get(id);
	}

	/**
	 * Have LumoAuth send an event that shows whether a stream works ({@code ssf/verify}).
	 * @param id its id
	 * @param state what the event is to say
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth does not know it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public void verifyEventStream(String id, String state) {
		this.eventStreams.verify(id, state);
	}

	/**
	 * End a stream of events ({@code ssf/stream}).
	 * @param id its id
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth does not know it
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public void deleteEventStream(String id) {
		this.eventStreams.delete(id);
	}

	/**
	 * Ask a user by CIBA ({@code oauth/bc-authorize}). Sent once.
	 * @param question what and whom
	 * @return the request
	 * @throws IllegalArgumentException if a value can't be written as JSON
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses; with the
	 * error code {@code unknown_user_id} if there is no such user
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; one without an id is none
	 */
	public BackchannelRequest askUser(BackchannelQuestion question) {
		return this.ciba.ask(question);
	}

	/**
	 * Ask whether a user has decided ({@code oauth/token}, OpenID Connect CIBA Core 1.0
	 * section 10). LumoAuth lets an agent ask its token endpoint 30 times a minute, for
	 * tokens of all kinds. The token of an approved request comes once, and is not kept
	 * here.
	 * @param authReqId the request's id
	 * @return how it stands
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth doesn't know the
	 * request, or its token was given out
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	public BackchannelDecision userDecision(String authReqId) {
		return this.ciba.poll(authReqId);
	}

	/**
	 * Return a token of a third party from LumoAuth's token vault
	 * ({@code agents/me/connections/{id}/token}). It is not kept here.
	 * @param connectionId the connection's id
	 * @param userId the user who has connected an account there; {@code null}: the
	 * agent's own
	 * @return the token; without an end if LumoAuth doesn't know it
	 * @throws IllegalArgumentException if that can't be an id
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if LumoAuth refuses, doesn't
	 * know the connection ({@code not_found}), or has nothing good any more (HTTP 409)
	 * @throws dev.lumoauth.spring.http.TemporaryFailureException if LumoAuth can't get it
	 * for the time being
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no
	 * answer; one about another connection or user, or without a token, is none
	 */
	public OAuth2AccessToken connectionToken(String connectionId, @Nullable String userId) {
		return this.connections.token(connectionId, userId);
	}

}
