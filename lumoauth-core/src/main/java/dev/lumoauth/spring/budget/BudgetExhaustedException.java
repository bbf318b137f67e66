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
 * A model call was refused because the agent's budget does not allow it. The message is
 * always the same and can be shown to a user; the getters say which limit was hit.
 *
 * @since 0.1.0
 */
public class BudgetExhaustedException extends RuntimeException {

	static final String MESSAGE = "Agent budget exhausted for today.";

	private final String limitName;

	private final @Nullable Number used;

	private final @Nullable Number limit;

	private final @Nullable String model;

	BudgetExhaustedException(String limitName, @Nullable Number used, @Nullable Number limit, @Nullable String model) {
		super(MESSAGE);
		this.limitName = limitName;
		this.used = used;
		this.limit = limit;
		this.model = model;
	}

	/**
	 * Return the limit that was hit.
	 * @return the limit's name in {@code budget_policy}: {@code max_tokens_per_day},
	 * {@code max_api_calls_per_hour} or {@code allowed_models}; {@code budget_exceeded}
	 * if LumoAuth said so without naming the limit
	 */
	public String getLimitName() {
		return this.limitName;
	}

	/**
	 * Return the amount that was used when the call was refused, including what was
	 * reserved for calls in progress.
	 * @return the amount, in the limit's unit (tokens or calls); {@code null} if unknown
	 * or if the limit is not an amount
	 */
	public @Nullable Number getUsed() {
		return this.used;
	}

	/**
	 * Return the limit.
	 * @return the limit in its unit (tokens or calls); {@code null} if unknown or if the
	 * limit is not an amount
	 */
	public @Nullable Number getLimit() {
		return this.limit;
	}

	/**
	 * Return the model that the call named.
	 * @return the model's name, or {@code null} if the call named none
	 */
	public @Nullable String getModel() {
		return this.model;
	}

}
