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

import java.util.ArrayList;
import java.util.List;

import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.connection.LumoAuthConnections;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.env.Environment;

/**
 * All agents of the application: the default agent and those under
 * {@code lumoauth.agents}.
 */
final class KnownAgents {

	private final BeanFactory beanFactory;

	private final Environment environment;

	KnownAgents(BeanFactory beanFactory, Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	/**
	 * Return the agents, the default agent first if there is one.
	 */
	List<KnownAgent> all() {
		List<KnownAgent> agents = new ArrayList<>();
		String clientId = this.beanFactory.getBean(LumoAuthConnection.class).clientId();
		LumoAuthTokens tokens = unique(LumoAuthTokens.class);
		LumoAuthHttp http = unique(LumoAuthHttp.class);
		CapabilityDecisions decisions = unique(CapabilityDecisions.class);
		if (clientId != null && tokens != null && http != null && decisions != null) {
			agents.add(new KnownAgent(null, clientId, http, tokens, decisions, unique(BudgetMonitor.class),
					unique(LumoAuthApprovals.class), unique(LumoAuthConnections.class)));
		}
		for (String name : NamedAgents.names(this.environment)) {
			NamedAgent agent = this.beanFactory.getBean(NamedAgents.beanName(NamedAgentsRegistrar.PARTS, name),
					NamedAgent.class);
			agents.add(new KnownAgent(name, agent.clientId(), agent.http(), agent.tokens(), agent.decisions(),
					agent.budgetMonitor(), agent.approvals(), agent.connections()));
		}
		return agents;
	}

	private <T> @Nullable T unique(Class<T> type) {
		return this.beanFactory.getBeanProvider(type).getIfUnique();
	}

}
