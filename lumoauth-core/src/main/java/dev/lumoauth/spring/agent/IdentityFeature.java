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

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.BudgetSource;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.token.LumoAuthTokens;

/**
 * What follows from the settings of an agent: who provides {@link LumoAuthHttp},
 * {@link LumoAuthTokens}, {@link CapabilityDecisions}, {@link BudgetMonitor} and
 * {@link BackgroundWork} gets the {@link LumoAuthAgent} from here, and an agent that
 * forgets.
 *
 * @since 0.1.0
 */
public final class IdentityFeature implements AgentFeature {

	@Override
	public void addTo(AgentBuilder agent) {
		if (agent.identity() == null) {
			return;
		}
		agent.provide(LumoAuthClient.class,
				(runtime) -> new LumoAuthClient(runtime.get(LumoAuthHttp.class), runtime.get(LumoAuthTokens.class)));
		agent.provide(BudgetSource.class, (runtime) -> runtime.get(LumoAuthClient.class)::budgetPolicy);
		agent.provide(LumoAuthAgent.class, DefaultLumoAuthAgent::of);
		agent.forgets((runtime) -> keptOnRevocation(() -> runtime.get(LumoAuthHttp.class).forget()));
		agent.forgets(IdentityMemory::new);
		agent.forgets((runtime) -> keptOnRevocation(() -> runtime.get(BudgetMonitor.class).forget()));
	}

	/**
	 * LumoAuth's failures, and the used part of a budget, stay when something is revoked.
	 */
	private static Forgetting keptOnRevocation(Runnable forget) {
		return new Forgetting() {

			@Override
			public void forget() {
				forget.run();
			}

			@Override
			public void forget(Revocation revocation) {
				// stays
			}

		};
	}

}
