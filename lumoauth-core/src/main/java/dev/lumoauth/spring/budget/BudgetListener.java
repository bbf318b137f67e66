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

package dev.lumoauth.spring.budget;

import org.jspecify.annotations.Nullable;

/**
 * Listener that is called once for each model call that the budget refuses, on the thread
 * that makes the call. An exception of the listener does not change the refusal.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BudgetListener {

	/**
	 * The reason of a refusal because the budget is unknown
	 * ({@code lumoauth.budget.on-unavailable=refuse}).
	 */
	String BUDGET_UNKNOWN = "budget_unknown";

	/**
	 * Called with a refusal.
	 * @param agent the client id of the agent
	 * @param reason the limit that was hit, as
	 * {@link BudgetExhaustedException#getLimitName()} names it, or
	 * {@link #BUDGET_UNKNOWN}
	 * @param model the model's name, or {@code null} if the call named none
	 */
	void refused(String agent, String reason, @Nullable String model);

}
