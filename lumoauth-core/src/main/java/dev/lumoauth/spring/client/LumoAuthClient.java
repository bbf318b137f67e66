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

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.AgentInfo;
import dev.lumoauth.spring.AskResult;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;

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

}
