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

import java.util.stream.Stream;

import dev.lumoauth.spring.approval.Approvals;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.connection.LumoAuthConnections;

/**
 * What the application's agents remember, for tests that share an application context.
 *
 * @since 0.1.0
 */
public final class AgentMemory {

	private final KnownAgents agents;

	AgentMemory(KnownAgents agents) {
		this.agents = agents;
	}

	/**
	 * Forget everything, as after a start of the application: decisions, tokens, the
	 * usage of budgets, and LumoAuth's failures. The answer to a request in progress is
	 * not remembered either.
	 */
	public void forget() {
		for (KnownAgent agent : this.agents.all()) {
			agent.http().forget();
			agent.tokens().forget();
			agent.decisions().invalidate();
			LumoAuthConnections connections = agent.connections();
			if (connections != null) {
				connections.forget();
			}
			BudgetMonitor budget = agent.budget();
			if (budget != null) {
				budget.forget();
			}
		}
	}

	/**
	 * Forget which calls wait for a person, as after a start of the application. The
	 * requests stay in the approval store.
	 */
	public void forgetWaitingCalls() {
		approvals().forEach(Approvals::forget);
	}

	/**
	 * Make the agents read the states of their pending approvals at once.
	 */
	public void refreshApprovals() {
		approvals().forEach((approvals) -> approvals.pending().forEach((approval) -> approvals.refresh(approval.id())));
	}

	private Stream<Approvals> approvals() {
		return this.agents.all()
			.stream()
			.map(KnownAgent::approvals)
			.filter(Approvals.class::isInstance)
			.map(Approvals.class::cast);
	}

}
