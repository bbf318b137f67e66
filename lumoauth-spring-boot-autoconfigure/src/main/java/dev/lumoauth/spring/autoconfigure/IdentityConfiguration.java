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

import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.BudgetStatus;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.agent.DefaultLumoAuthAgent;
import dev.lumoauth.spring.approval.ApprovalChannel;
import dev.lumoauth.spring.approval.Approvals;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.approval.ResumableCalls;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.connection.LumoAuthConnections;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.util.StringUtils;

/**
 * The identity: tokens, the API, decisions and the agent. No bean here sends a request
 * before it is used.
 */
@Lazy
@Configuration(proxyBeanMethods = false)
@ConditionalOnActivation(Activation.CONFIGURED)
final class IdentityConfiguration {

	/**
	 * For an application that has excluded the auto-configuration of the budget.
	 */
	private static final BudgetStatus NO_BUDGET = new BudgetStatus(BudgetStatus.State.UNKNOWN, "budget_not_configured",
			List.of(), Set.of(), Map.of(), null);

	/**
	 * Not lazy: a key, a certificate, a platform or a module that is missing shows at
	 * start. A client secret is checked with the connection.
	 */
	@Bean
	@Lazy(false)
	SmartInitializingSingleton lumoAuthIdentityStart(LumoAuthProperties properties,
			ObjectProvider<LumoAuthTokens> tokens) {
		return () -> {
			if (!hasOnlyASecret(properties)) {
				tokens.ifUnique((created) -> {
				});
			}
		};
	}

	private static boolean hasOnlyASecret(LumoAuthProperties properties) {
		return !StringUtils.hasText(properties.getSslBundle()) && !properties.getDpop().isEnabled()
				&& switch (properties.authentication()) {
					case CLIENT_SECRET_POST, CLIENT_SECRET_BASIC -> true;
					default -> false;
				};
	}

	@Bean
	@ConditionalOnMissingBean
	LumoAuthHttp lumoAuthHttp(AgentParts parts, ObjectProvider<BudgetMonitor> budgetMonitor) {
		return parts.http(parts.unnamed(),
				(exceeded) -> budgetMonitor.ifAvailable((monitor) -> monitor.exceeded(exceeded)));
	}

	@Bean
	@ConditionalOnMissingBean
	LumoAuthTokens lumoAuthTokens(AgentParts parts, LumoAuthHttp http) {
		return parts.tokens(parts.unnamed(), http);
	}

	@Bean
	@ConditionalOnMissingBean
	LumoAuthClient lumoAuthClient(LumoAuthHttp http, LumoAuthTokens tokens) {
		return new LumoAuthClient(http, tokens);
	}

	@Bean
	@ConditionalOnMissingBean
	BudgetSource lumoAuthBudgetSource(LumoAuthClient client) {
		return client::budgetPolicy;
	}

	@Bean
	@ConditionalOnMissingBean
	CapabilitySource lumoAuthCapabilitySource(AgentParts parts, LumoAuthClient client) {
		return parts.source(client);
	}

	@Bean
	@ConditionalOnMissingBean
	CapabilityDecisions lumoAuthCapabilityDecisions(AgentParts parts, CapabilitySource source, LumoAuthTokens tokens,
			LumoAuthClient client) {
		return parts.decisions(parts.unnamed(), source, tokens, client);
	}

	@Bean
	@ConditionalOnMissingBean(LumoAuthApprovals.class)
	Approvals lumoAuthApprovals(AgentParts parts, LumoAuthClient client, ObjectProvider<ApprovalChannel> channel,
			ObjectProvider<ResumableCalls> resumable) {
		return parts.approvals()
			.approvals(parts.unnamed().clientId(), client, channel::getIfAvailable,
					() -> resumable.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	LumoAuthConnections lumoAuthConnections(AgentParts parts, LumoAuthClient client, LumoAuthTokens tokens) {
		return parts.connections(client, tokens);
	}

	@Bean
	@ConditionalOnMissingBean(LumoAuthAgent.class)
	DefaultLumoAuthAgent lumoAuthAgent(CapabilityDecisions decisions, LumoAuthTokens tokens, LumoAuthClient client,
			ObjectProvider<BudgetMonitor> budgetMonitor, LumoAuthApprovals approvals, LumoAuthConnections connections) {
		return new DefaultLumoAuthAgent(decisions, tokens, client, () -> {
			BudgetMonitor monitor = budgetMonitor.getIfAvailable();
			return (monitor != null) ? monitor.status() : NO_BUDGET;
		}, approvals, connections);
	}

}
