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

import dev.lumoauth.spring.agent.DefaultLumoAuthAgent;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CachingCapabilityDecisions;
import dev.lumoauth.spring.client.AgentsApi;
import dev.lumoauth.spring.client.AuthzApi;
import dev.lumoauth.spring.client.UserInfoApi;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.AgentCredentials;
import dev.lumoauth.spring.token.LumoAuthTokens;

/**
 * A further agent, put together from parts of its own: tokens, rate limit, decisions and
 * budget are shared with no other agent.
 */
final class NamedAgent {

	private final String clientId;

	private final LumoAuthHttp http;

	private final LumoAuthTokens tokens;

	private final CachingCapabilityDecisions decisions;

	private final BudgetMonitor budgetMonitor;

	private final DefaultLumoAuthAgent agent;

	NamedAgent(String name, AgentParts parts) {
		LumoAuthAgentProperties properties = parts.namedAgent(name);
		AgentCredentials credentials = AgentParts.credentials(properties.getClientId(), properties.getClientSecret(),
				properties.getClientAuthenticationMethod());
		this.clientId = credentials.clientId();
		this.http = parts.http(credentials.clientId(), (exceeded) -> budgetMonitor().exceeded(exceeded));
		this.tokens = parts.tokens(this.http, credentials, properties.getScopes());
		AgentsApi agents = new AgentsApi(this.http, this.tokens);
		UserInfoApi userInfo = new UserInfoApi(this.http, this.tokens);
		this.decisions = parts.decisions(parts.source(new AuthzApi(this.http, this.tokens), agents, userInfo),
				new KnownCapabilities(name, credentials.clientId(), this.tokens, userInfo));
		this.budgetMonitor = parts.budgetMonitor(() -> userInfo.userinfo().budgetPolicy(), credentials.clientId());
		this.agent = new DefaultLumoAuthAgent(this.decisions, this.tokens, agents, this.budgetMonitor::status);
	}

	String clientId() {
		return this.clientId;
	}

	LumoAuthHttp http() {
		return this.http;
	}

	LumoAuthTokens tokens() {
		return this.tokens;
	}

	CachingCapabilityDecisions decisions() {
		return this.decisions;
	}

	BudgetMonitor budgetMonitor() {
		return this.budgetMonitor;
	}

	DefaultLumoAuthAgent agent() {
		return this.agent;
	}

}
