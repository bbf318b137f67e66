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
package dev.lumoauth.spring.autoconfigure;

import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthBudgetExceededException;
import dev.lumoauth.spring.autoconfigure.LumoAuthProperties.ClientAuthentication;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSettings;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.capability.AnswerLifetimes;
import dev.lumoauth.spring.capability.AskCapabilitySource;
import dev.lumoauth.spring.capability.CachingCapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.capability.CheckCapabilitySource;
import dev.lumoauth.spring.capability.UserinfoCapabilitySource;
import dev.lumoauth.spring.client.AgentsApi;
import dev.lumoauth.spring.client.AuthzApi;
import dev.lumoauth.spring.client.UserInfoApi;
import dev.lumoauth.spring.guard.GuardedCode;
import dev.lumoauth.spring.guard.UnknownCapabilityWatch;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.AgentCredentials;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.SharedTokens;
import dev.lumoauth.spring.token.TokenSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.util.Assert;

/**
 * Makes the parts of an agent as the properties have them, for the agent without a name
 * and for each of the others.
 *
 * @param connection where LumoAuth is
 * @param properties the properties
 * @param requestFactory makes requests to LumoAuth
 * @param observations who observes them, and what agents do
 * @param backgroundWork where tokens and figures are renewed
 * @param clock the time by which tokens end, answers are forgotten and waits are over
 * @param sharedTokens the tokens that replicas share; {@code null} = each has its own
 * @param guarded what guards stand around, as far as is known
 */
record AgentParts(LumoAuthConnection connection, LumoAuthProperties properties,
		Supplier<ClientHttpRequestFactory> requestFactory, AgentObservations observations,
		BackgroundWork backgroundWork, Clock clock, @Nullable SharedTokens sharedTokens,
		Supplier<List<GuardedCode>> guarded) {

	static AgentCredentials credentials(@Nullable String clientId, @Nullable String clientSecret,
			ClientAuthentication method) {
		Assert.state(clientId != null, "There is no client id");
		return new AgentCredentials(clientId, (method != ClientAuthentication.NONE) ? clientSecret : null,
				method.method());
	}

	LumoAuthAgentProperties namedAgent(String name) {
		LumoAuthAgentProperties agent = this.properties.getAgents().get(name);
		Assert.state(agent != null, () -> "There is no agent '" + name + "'");
		return agent;
	}

	LumoAuthHttp http(String clientId, Consumer<LumoAuthBudgetExceededException> budgetListener) {
		LumoAuthAddresses endpoints = this.connection.endpoints().withAuthzPath(this.properties.getAuthzPath());
		return LumoAuthHttp.builder(endpoints, clientId, this.requestFactory.get())
			.observationRegistry(this.observations.registry())
			.clock(this.clock)
			.budgetListener(budgetListener)
			.build();
	}

	LumoAuthTokens tokens(LumoAuthHttp http, AgentCredentials credentials, List<String> scopes) {
		LumoAuthProperties.Exchange exchange = this.properties.getExchange();
		return new LumoAuthTokens(http,
				new TokenSettings(credentials, new LinkedHashSet<>(scopes), exchange.getTargetParameter(),
						exchange.isClientAuthentication(), this.clock, this.backgroundWork.executor(),
						this.observations.token(), this.sharedTokens),
				AudiencesRule.origins(this.properties.getAudiences()));
	}

	CapabilitySource source(AuthzApi authz, AgentsApi agents, UserInfoApi userInfo) {
		return switch (this.properties.getCapabilities().getSource()) {
			case CHECK -> new CheckCapabilitySource(authz);
			case ASK -> new AskCapabilitySource(agents);
			case USERINFO -> new UserinfoCapabilitySource(userInfo);
		};
	}

	CachingCapabilityDecisions decisions(CapabilitySource source, KnownCapabilities known) {
		LumoAuthProperties.Capabilities capabilities = this.properties.getCapabilities();
		LumoAuthProperties.Capabilities.Cache cache = capabilities.getCache();
		AnswerLifetimes lifetimes = new AnswerLifetimes(cache.getAllowTtl(), cache.getDenyTtl(),
				capabilities.getStaleIfUnavailable());
		String clientId = String.valueOf(known.clientId());
		return new CachingCapabilityDecisions(
				new UnknownCapabilityWatch(source, clientId, known::names, () -> known.guarded(this.guarded.get())),
				lifetimes, this.clock, this.observations.capability(clientId));
	}

	BudgetMonitor budgetMonitor(BudgetSource source, @Nullable String clientId) {
		LumoAuthProperties.Budget budget = this.properties.getBudget();
		return new BudgetMonitor(source, new BudgetSettings(budget.isEnforce(), budget.getOnUnavailable()), this.clock,
				this.backgroundWork.executor(), this.observations.budget(String.valueOf(clientId)));
	}

}
