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
import dev.lumoauth.spring.approval.Approvals;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.connection.LumoAuthConnections;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;

/**
 * A named agent and its parts, which are beans qualified by its name.
 *
 * @param clientId its client id
 * @param http its connection to LumoAuth
 * @param tokens its tokens
 * @param decisions its decisions
 * @param budgetMonitor its budget
 * @param approvals its approvals
 * @param connections its tokens of third parties
 * @param agent the agent
 */
record NamedAgent(String clientId, LumoAuthHttp http, LumoAuthTokens tokens, CapabilityDecisions decisions,
		BudgetMonitor budgetMonitor, Approvals approvals, LumoAuthConnections connections, DefaultLumoAuthAgent agent) {

}
