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

package dev.lumoauth.devserver.state;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.config.BudgetPolicy;

/**
 * The limits and counters at one moment: LumoAuth's {@code budget_policy} object.
 *
 * @param policy the limits, in the same JSON object as the counters
 * @param tokensUsedToday tokens used since midnight (UTC)
 * @param apiCallsThisHour calls since the hour began (UTC)
 * @since 0.1.0
 */
public record BudgetStatus(@JsonUnwrapped BudgetPolicy policy, @JsonProperty("tokens_used_today") long tokensUsedToday,
		@JsonProperty("api_calls_this_hour") long apiCallsThisHour) {

	/**
	 * Returns whether a counter has reached its limit.
	 * @return whether nothing is left of at least one limit
	 */
	@JsonIgnore
	public boolean isExhausted() {
		return reached(this.tokensUsedToday, this.policy.maxTokensPerDay())
				|| reached(this.apiCallsThisHour, this.policy.maxApiCallsPerHour());
	}

	private static boolean reached(long used, @Nullable Long limit) {
		return limit != null && used >= limit;
	}

}
