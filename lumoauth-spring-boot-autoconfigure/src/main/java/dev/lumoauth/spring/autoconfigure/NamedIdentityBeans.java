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

import java.util.Map;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.token.LumoAuthTokens;

/**
 * The parts of the named agents that an application injects.
 */
final class NamedIdentityBeans extends NamedAgentBeans {

	NamedIdentityBeans() {
		super(Map.of("lumoAuthTokens", LumoAuthTokens.class, "lumoAuthCapabilityDecisions", CapabilityDecisions.class,
				"lumoAuthBudgetMonitor", BudgetMonitor.class, "lumoAuthAgent", LumoAuthAgent.class));
	}

}
