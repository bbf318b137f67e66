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

import dev.lumoauth.spring.budget.BudgetMonitor;

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
	 * Forget all of it, as if the application had just started: decisions, tokens, what
	 * was used of budgets, and how LumoAuth has failed. An answer that is under way is
	 * not remembered either.
	 */
	public void forget() {
		for (KnownAgent agent : this.agents.all()) {
			agent.http().forget();
			agent.tokens().forget();
			agent.decisions().invalidate();
			BudgetMonitor budget = agent.budget();
			if (budget != null) {
				budget.forget();
			}
		}
	}

}
