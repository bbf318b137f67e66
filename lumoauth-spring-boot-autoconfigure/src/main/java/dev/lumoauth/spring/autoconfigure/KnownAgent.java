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

import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.connection.LumoAuthConnections;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.jspecify.annotations.Nullable;

/**
 * An agent of the application and its parts, for information.
 *
 * @param name its name under {@code lumoauth.agents}; {@code null} for the default agent
 * @param clientId its client id
 * @param http its connection to LumoAuth
 * @param tokens its tokens
 * @param decisions its decisions
 * @param budget its budget, or {@code null} if the application has none
 * @param approvals its approvals; {@code null} if the application has several
 * @param connections its tokens of third parties; {@code null} if the application has
 * several
 */
record KnownAgent(@Nullable String name, String clientId, LumoAuthHttp http, LumoAuthTokens tokens,
		CapabilityDecisions decisions, @Nullable BudgetMonitor budget, @Nullable LumoAuthApprovals approvals,
		@Nullable LumoAuthConnections connections) {

	/**
	 * Create an agent without third parties.
	 */
	KnownAgent(@Nullable String name, String clientId, LumoAuthHttp http, LumoAuthTokens tokens,
			CapabilityDecisions decisions, @Nullable BudgetMonitor budget, @Nullable LumoAuthApprovals approvals) {
		this(name, clientId, http, tokens, decisions, budget, approvals, null);
	}

}
