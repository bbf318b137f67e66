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
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.client.AgentsApi;
import dev.lumoauth.spring.token.LumoAuthTokens;

import org.springframework.security.oauth2.core.OAuth2AccessToken;

/**
 * The agent put together from the parts that guards use as well, so that both always come
 * to the same answer.
 *
 * @since 0.1.0
 */
public final class DefaultLumoAuthAgent implements LumoAuthAgent {

	private final CapabilityDecisions decisions;

	private final LumoAuthTokens tokens;

	private final AgentsApi agents;

	private final Supplier<BudgetStatus> budget;

	/**
	 * Create the agent.
	 * @param decisions decides about capabilities
	 * @param tokens holds the agent's tokens
	 * @param agents asks about the agent
	 * @param budget gives the status of the budget and never throws
	 */
	public DefaultLumoAuthAgent(CapabilityDecisions decisions, LumoAuthTokens tokens, AgentsApi agents,
			Supplier<BudgetStatus> budget) {
		this.decisions = decisions;
		this.tokens = tokens;
		this.agents = agents;
		this.budget = budget;
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
		return this.tokens.exchange(audience);
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
		return this.agents.me();
	}

	@Override
	public AskResult ask(String action, Map<String, ?> context) {
		return this.agents.ask(action, context);
	}

}
