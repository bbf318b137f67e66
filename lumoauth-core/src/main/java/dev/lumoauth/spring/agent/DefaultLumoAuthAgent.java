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

package dev.lumoauth.spring.agent;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import dev.lumoauth.spring.AgentInfo;
import dev.lumoauth.spring.AskResult;
import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenSubject;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.util.Assert;

/**
 * The agent, built from the same parts that guards use, so that both always get the same
 * answer.
 */
final class DefaultLumoAuthAgent implements LumoAuthAgent {

	private final CapabilityDecisions decisions;

	private final LumoAuthTokens tokens;

	private final LumoAuthClient client;

	private final Supplier<BudgetStatus> budget;

	/** The subject of a view's exchanges. */
	private final @Nullable Supplier<TokenSubject> behalf;

	/**
	 * Create the agent.
	 * @param decisions decides about capabilities
	 * @param tokens the agent's tokens
	 * @param client sends the agent's requests
	 * @param budget returns the status of the budget and never throws
	 */
	DefaultLumoAuthAgent(CapabilityDecisions decisions, LumoAuthTokens tokens, LumoAuthClient client,
			Supplier<BudgetStatus> budget) {
		this(decisions, tokens, client, budget, null);
	}

	private DefaultLumoAuthAgent(CapabilityDecisions decisions, LumoAuthTokens tokens, LumoAuthClient client,
			Supplier<BudgetStatus> budget, @Nullable Supplier<TokenSubject> behalf) {
		this.decisions = decisions;
		this.tokens = tokens;
		this.client = client;
		this.budget = budget;
		this.behalf = behalf;
	}

	/**
	 * Create the agent from its parts.
	 */
	static DefaultLumoAuthAgent of(AgentRuntime parts) {
		return new DefaultLumoAuthAgent(parts.get(CapabilityDecisions.class), parts.get(LumoAuthTokens.class),
				parts.get(LumoAuthClient.class), () -> parts.get(BudgetMonitor.class).status());
	}

	@Override
	public boolean hasCapability(String capability) {
		return isAllowed(this.decisions.decide(CapabilityRequirement.of(capability)));
	}

	@Override
	public Map<String, Boolean> hasCapabilities(Collection<String> capabilities) {
		Map<String, Boolean> allowed = new LinkedHashMap<>();
		this.decisions.decideEach(capabilities)
			.forEach((capability, decision) -> allowed.put(capability, isAllowed(decision)));
		return allowed;
	}

	private static boolean isAllowed(CapabilityDecision decision) {
		return switch (decision.outcome()) {
			case ALLOW -> true;
			case DENY -> false;
			case UNAVAILABLE -> throw (decision.cause() != null) ? decision.cause()
					: new LumoAuthUnavailableException("There is no decision about a capability", null);
		};
	}

	@Override
	public OAuth2AccessToken accessToken() {
		return this.tokens.agentToken();
	}

	@Override
	public OAuth2AccessToken mcpToken(String audience) {
		return (this.behalf != null) ? this.tokens.exchange(audience, this.behalf.get())
				: this.tokens.exchange(audience);
	}

	@Override
	public LumoAuthAgent onBehalfOf(OAuth2Token userToken) {
		Assert.isTrue(!(userToken instanceof OidcIdToken || userToken instanceof OAuth2RefreshToken),
				"An ID token or a refresh token can't be used at another server: pass the user's access token");
		return onBehalfOf(UserToken.of(userToken));
	}

	@Override
	public LumoAuthAgent onBehalfOf(String userToken) {
		return onBehalfOf(UserToken.of(userToken));
	}

	private LumoAuthAgent onBehalfOf(UserToken user) {
		Assert.state(this.behalf == null, "The agent already acts on behalf of someone: name the user first, "
				+ "as in orchestrator.onBehalfOf(userToken).delegateTo(specialist)");
		TokenSubject subject = TokenSubject.of(user);
		return view(() -> subject);
	}

	@Override
	public LumoAuthAgent delegateTo(LumoAuthAgent specialist) {
		Assert.isTrue(specialist instanceof DefaultLumoAuthAgent,
				() -> "Tasks are delegated to an agent of this library, not to a " + specialist.getClass().getName());
		DefaultLumoAuthAgent actor = (DefaultLumoAuthAgent) specialist;
		Assert.isTrue(actor.behalf == null,
				"The specialist already acts on behalf of someone: delegate to the agent itself");
		Assert.isTrue(actor.tokens != this.tokens, "An agent does not delegate to itself");
		return actor.view(() -> this.tokens.asSubject(subject()));
	}

	/**
	 * The party for whom this agent acts: the view's subject, or else the user of the
	 * calling thread. A delegation keeps that user.
	 */
	private @Nullable TokenSubject subject() {
		if (this.behalf != null) {
			return this.behalf.get();
		}
		UserToken user = UserScope.current();
		return (user != null) ? TokenSubject.of(user) : null;
	}

	private DefaultLumoAuthAgent view(Supplier<TokenSubject> behalf) {
		return new DefaultLumoAuthAgent(this.decisions, this.tokens, this.client, this.budget, behalf);
	}

	@Override
	public BudgetStatus budget() {
		return this.budget.get();
	}

	@Override
	public boolean isBudgetExhausted() {
		return budget().isExhausted();
	}

	@Override
	public AgentInfo info() {
		return this.client.me();
	}

	@Override
	public AskResult ask(String action, Map<String, ?> context) {
		return this.client.ask(action, context);
	}

}
