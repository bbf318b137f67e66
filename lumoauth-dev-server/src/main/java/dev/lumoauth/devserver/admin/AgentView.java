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

package dev.lumoauth.devserver.admin;

import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.aauth.AuthTokens;
import dev.lumoauth.devserver.oauth.TokenStore;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.BudgetStatus;
import dev.lumoauth.devserver.state.Tenant;

/**
 * An agent as the admin API shows it: without its secret and its tokens.
 */
record AgentView(@JsonProperty("client_id") String clientId, String name, String status, Set<String> capabilities,
		@JsonProperty("budget_policy") @Nullable BudgetStatus budgetPolicy,
		@JsonProperty("budget_exhausted") boolean budgetExhausted, @JsonProperty("active_tokens") long activeTokens,
		@Nullable AAuthView aauth) {

	static AgentView of(Agent agent, Tenant tenant, TokenStore store, AuthTokens authTokens) {
		BudgetStatus budget = agent.budget().status();
		long tokens = Stream.concat(store.list().stream(), authTokens.list().stream())

			.filter((token) -> token.tenant().equals(tenant.slug()) && token.clientId().equals(agent.id()))
			.count();
		return new AgentView(agent.id(), agent.name(), agent.isEnabled() ? "active" : "disabled", agent.capabilities(),
				budget, budget != null && budget.isExhausted(), tokens,
				(agent.aauth() != null) ? AAuthView.of(agent.aauth()) : null);
	}

}
