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

package dev.lumoauth.spring;

import org.jspecify.annotations.Nullable;

/**
 * LumoAuth refused a request because the agent's budget is spent (HTTP 429 with
 * {@code budget_exceeded}). Waiting as for a rate limit does not help: either the
 * budget's period has to end or the budget has to be raised.
 *
 * @since 0.1.0
 */
public class LumoAuthBudgetExceededException extends LumoAuthUnavailableException {

	public LumoAuthBudgetExceededException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
