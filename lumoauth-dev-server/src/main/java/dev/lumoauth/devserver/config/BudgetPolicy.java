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

package dev.lumoauth.devserver.config;

import java.math.BigDecimal;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The limits of an agent's budget, with the names that LumoAuth gives them in
 * {@code budget_policy}. If a limit is absent, there is no limit.
 *
 * @param maxTokensPerDay Tokens of language models per day (UTC).
 * @param maxApiCallsPerHour Calls per hour (UTC).
 * @param maxCostPerMonthUsd Cost per month, in US dollars. Reported, never counted.
 * @param allowedModels Language models that the agent may use. Reported, never checked.
 * @param requireApprovalAboveUsd Cost, in US dollars, above which a person has to
 * approve. Reported, never checked.
 * @since 0.1.0
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BudgetPolicy(@JsonProperty("max_tokens_per_day") @Nullable Long maxTokensPerDay,
		@JsonProperty("max_api_calls_per_hour") @Nullable Long maxApiCallsPerHour,
		@JsonProperty("max_cost_per_month_usd") @Nullable BigDecimal maxCostPerMonthUsd,
		@JsonProperty("allowed_models") @Nullable List<String> allowedModels,
		@JsonProperty("require_approval_above_usd") @Nullable BigDecimal requireApprovalAboveUsd) {

	public BudgetPolicy {
		if (negative(maxTokensPerDay) || negative(maxApiCallsPerHour)
				|| (maxCostPerMonthUsd != null && maxCostPerMonthUsd.signum() < 0)
				|| (requireApprovalAboveUsd != null && requireApprovalAboveUsd.signum() < 0)) {
			throw new IllegalArgumentException("a limit of a budget policy is negative");
		}
		allowedModels = (allowedModels != null) ? List.copyOf(allowedModels) : null;
	}

	private static boolean negative(@Nullable Long limit) {
		return limit != null && limit < 0;
	}

	/**
	 * Returns this policy with higher limits.
	 * @param tokens what to add to the tokens per day, if they are limited
	 * @param apiCalls what to add to the calls per hour, if they are limited
	 * @return the raised policy
	 */
	public BudgetPolicy raisedBy(long tokens, long apiCalls) {
		if (tokens < 0 || apiCalls < 0) {
			throw new IllegalArgumentException("a budget is raised by a positive number");
		}
		return new BudgetPolicy((this.maxTokensPerDay != null) ? Math.addExact(this.maxTokensPerDay, tokens) : null,
				(this.maxApiCallsPerHour != null) ? Math.addExact(this.maxApiCallsPerHour, apiCalls) : null,
				this.maxCostPerMonthUsd, this.allowedModels, this.requireApprovalAboveUsd);
	}

}
