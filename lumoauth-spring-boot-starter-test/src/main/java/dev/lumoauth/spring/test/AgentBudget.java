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

package dev.lumoauth.spring.test;

/**
 * LumoAuth's answer about an agent's budget.
 *
 * @since 0.1.0
 */
public enum AgentBudget {

	/**
	 * There is a limit, and none of it is used.
	 */
	AVAILABLE,

	/**
	 * All of it is used: no model call may be made.
	 */
	EXHAUSTED,

	/**
	 * LumoAuth does not give the budget: the agent's token lacks the scope
	 * {@code openid}.
	 */
	UNKNOWN

}
