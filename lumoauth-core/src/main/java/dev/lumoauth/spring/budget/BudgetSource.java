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

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Reads the agent's budget: {@code budget_policy} of LumoAuth's userinfo.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface BudgetSource {

	/**
	 * Ask LumoAuth. Blocks, at most for the configured timeouts.
	 * @return the fields of {@code budget_policy} as received, or {@code null} if the
	 * agent has none
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException with the code
	 * {@code insufficient_scope} if the agent's token lacks the scope {@code openid}
	 * @throws dev.lumoauth.spring.LumoAuthUnavailableException if LumoAuth gave no answer
	 */
	@Nullable Map<String, Object> budgetPolicy();

}
