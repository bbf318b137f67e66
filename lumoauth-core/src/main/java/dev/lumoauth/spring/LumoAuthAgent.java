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

package dev.lumoauth.spring;

import java.util.Collection;
import java.util.Map;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2Token;

/**
 * An AI agent's identity at LumoAuth: its token, its capabilities, its budget. Inject it
 * where application code asks LumoAuth or acts as the agent.
 * <p>
 * Thread-safe. Answers come from memory while they are fresh. A method blocks only while
 * it sends a request, at most for the configured timeouts. A method that asks LumoAuth
 * throws {@link LumoAuthUnavailableException}, or a more specific subclass, if there is
 * no answer. It throws {@link LumoAuthDeniedException} if LumoAuth does not let the agent
 * ask. Neither case counts as an allow.
 *
 * @since 0.1.0
 */
public interface LumoAuthAgent {

	/**
	 * Return whether the agent has a capability.
	 * @param capability the name of the capability, such as {@code read:documents}; at
	 * most 256 characters, without blanks and control characters
	 * @return {@code true} only if LumoAuth allowed it, within the allow lifetime
	 * ({@code lumoauth.capabilities.cache.allow-ttl})
	 * @throws IllegalArgumentException if the name is not valid
	 * @throws LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	boolean hasCapability(String capability);

	/**
	 * Return which of several capabilities the agent has. One request asks for all
	 * capabilities that are not known yet (in batches of 100).
	 * @param capabilities the names of the capabilities
	 * @return an entry for each name, in the order given
	 * @throws IllegalArgumentException if a name is not valid
	 * @throws LumoAuthUnavailableException if LumoAuth gave no answer for one of the
	 * capabilities
	 */
	Map<String, Boolean> hasCapabilities(Collection<String> capabilities);

	/**
	 * Return the agent's own access token (client credentials grant, RFC 6749 section
	 * 4.4), from memory or fetched. A view ({@link #onBehalfOf}, {@link #delegateTo})
	 * also returns the acting agent's own token, which speaks for no one else.
	 * @return a token that has not expired
	 * @throws LumoAuthAuthenticationException if LumoAuth rejects the agent's credentials
	 * @throws LumoAuthDeniedException if LumoAuth refuses the scopes of
	 * {@code lumoauth.scopes}
	 * @throws LumoAuthUnavailableException if no token could be obtained
	 */
	OAuth2AccessToken accessToken();

	/**
	 * Return a token for an MCP server or another protected resource. The token is
	 * exchanged for the agent's own token (RFC 8693), or on behalf of the user if a tool
	 * with {@code @OnBehalfOfUser} is running.
	 * @param audience the server's id ({@code urn:mcp:financial-data}) or its resource
	 * URI; {@code lumoauth.exchange.target-parameter} decides in which parameter it is
	 * sent
	 * @return a token for that audience that has not expired
	 * @throws LumoAuthDeniedException if LumoAuth refuses the exchange or does not know
	 * the audience
	 * @throws LumoAuthUnavailableException if no token could be obtained
	 */
	OAuth2AccessToken mcpToken(String audience);

	/**
	 * Return a view of this agent that acts on behalf of a user: each exchange sends the
	 * user's token as the subject and the agent's as the actor (RFC 8693 sections 1.1 and
	 * 2.1), so that the new token names the user in {@code sub} and the agent in
	 * {@code act}. The view's tokens expire no later than the user's token.
	 * {@link #accessToken()}, capabilities, budget and {@link #info()} are the agent's
	 * own. Creating the view sends no request, and the view may be kept.
	 * @param userToken the user's access token, opaque or a JWT, that LumoAuth issued
	 * @return the view; its {@link #mcpToken} throws {@link LumoAuthDeniedException} with
	 * the code {@code invalid_grant} once the user's token has expired, without sending a
	 * request
	 * @throws IllegalArgumentException if it is an ID token or a refresh token
	 * @throws IllegalStateException if this agent is a view already
	 */
	LumoAuthAgent onBehalfOf(OAuth2Token userToken);

	/**
	 * Return a view as {@link #onBehalfOf(OAuth2Token)} does.
	 * @param userToken the user's access token; its expiry is known if it is a JWT
	 * @return the view
	 * @throws IllegalArgumentException if the token is blank
	 * @throws IllegalStateException if this agent is a view already
	 */
	LumoAuthAgent onBehalfOf(String userToken);

	/**
	 * Return a view of another agent that acts for this one: each exchange sends this
	 * agent's token as the subject and the specialist's as the actor, so that the new
	 * token names both (RFC 8693 section 4.1, nested {@code act}). If this agent acts on
	 * behalf of a user, because it is a view or because a tool with
	 * {@code @OnBehalfOfUser} is running, the user remains the subject. Everything else
	 * is the specialist's own.
	 * @param specialist the agent that is to act
	 * @return the view; its {@link #mcpToken} throws {@link LumoAuthDeniedException} with
	 * the code {@code delegation_depth_exceeded} if more than 3 agents would act for one
	 * another, without sending a request
	 * @throws IllegalArgumentException if the specialist is not an agent of this library,
	 * is this agent, or is a view itself
	 */
	LumoAuthAgent delegateTo(LumoAuthAgent specialist);

	/**
	 * Return what the agent may spend and has spent, as far as that is known. The method
	 * does not throw if LumoAuth can't be asked: the status then says that the budget is
	 * unknown.
	 * @return the budget's status with local usage added. If LumoAuth's figures are older
	 * than 30 seconds, a call of this method refreshes them in the background;
	 * {@link BudgetStatus#asOf()} says how old they are
	 */
	BudgetStatus budget();

	/**
	 * Return whether any known limit of the budget is reached.
	 * @return whether a known limit is reached; {@code false} also if the budget is
	 * unknown
	 */
	boolean isBudgetExhausted();

	/**
	 * Return what LumoAuth knows about this agent ({@code GET agents/me}).
	 * @return the agent
	 * @throws LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	AgentInfo info();

	/**
	 * Ask whether an action is allowed ({@code POST agents/ask}), without a cache.
	 * @param action the action, such as {@code document.read}
	 * @param context what the decision may depend on; may be empty
	 * @return the answer, with its reason and audit id; a denial is an answer
	 * @throws LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	AskResult ask(String action, Map<String, ?> context);

}
