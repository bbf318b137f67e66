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

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What an agent may spend and has spent, as far as that is known. The figures are
 * LumoAuth's ({@code budget_policy} of userinfo) plus what this application has used
 * since they were read.
 *
 * @param state whether something may still be spent
 * @param reason a code that says why the state is {@link State#UNKNOWN unknown}, such as
 * {@code openid_scope_missing}, or which limit is reached when it is
 * {@link State#EXHAUSTED exhausted}; {@code null} otherwise
 * @param limits the known limits, in a stable order; empty if there is no policy
 * @param allowedModels the names of the models the agent may call; empty = all
 * @param policy every field of LumoAuth's {@code budget_policy} as received, including
 * unknown fields
 * @param asOf when LumoAuth last gave figures; {@code null} if it never did
 * @since 0.1.0
 */
public record BudgetStatus(State state, @Nullable String reason, List<Limit> limits, Set<String> allowedModels,
		Map<String, Object> policy, @Nullable Instant asOf) {

	public BudgetStatus {
		limits = List.copyOf(limits);
		allowedModels = Set.copyOf(allowedModels);
		policy = Map.copyOf(policy);
	}

	/**
	 * Return whether a known limit is reached.
	 * @return whether a known limit is reached; {@code false} also if the budget is
	 * unknown
	 */
	public boolean isExhausted() {
		return this.state == State.EXHAUSTED;
	}

	/**
	 * Return the limit with a name of the policy.
	 * @param name the name, such as {@code max_tokens_per_day}
	 * @return the limit, or {@code null} if the policy has no limit of that name
	 */
	public @Nullable Limit limit(String name) {
		return this.limits.stream().filter((limit) -> limit.name().equals(name)).findFirst().orElse(null);
	}

	/**
	 * Whether something may still be spent.
	 */
	public enum State {

		/**
		 * No known limit is reached.
		 */
		AVAILABLE,

		/**
		 * LumoAuth has no budget policy for this agent.
		 */
		UNLIMITED,

		/**
		 * A limit is reached.
		 */
		EXHAUSTED,

		/**
		 * The budget, or one of its limits, could not be read.
		 */
		UNKNOWN

	}

	/**
	 * One limit of the policy and how much of it is used.
	 *
	 * @param name the field of {@code budget_policy}: {@code max_tokens_per_day}
	 * (tokens), {@code max_api_calls_per_hour} (calls) or {@code max_cost_per_month_usd}
	 * (US dollars)
	 * @param used the amount used, in the limit's unit; {@code null} if neither LumoAuth
	 * nor this application counts it
	 * @param limit the limit, in the same unit
	 */
	public record Limit(String name, @Nullable Number used, Number limit) {

		/**
		 * Return what is left.
		 * @return what is left, never below 0; {@code null} if the amount used is not
		 * known
		 */
		public @Nullable Number remaining() {
			if (this.used == null) {
				return null;
			}
			if (isWhole(this.used) && isWhole(this.limit)) {
				return Math.max(0L, this.limit.longValue() - this.used.longValue());
			}
			return Math.max(0d, this.limit.doubleValue() - this.used.doubleValue());
		}

		/**
		 * Return the share of the limit that is used.
		 * @return the share in percent, 100 for a limit of 0; {@code null} if the amount
		 * used is not known
		 */
		public @Nullable Double percentage() {
			if (this.used == null) {
				return null;
			}
			double limit = this.limit.doubleValue();
			return (limit > 0) ? this.used.doubleValue() / limit * 100 : 100d;
		}

		/**
		 * Return whether the limit is reached.
		 * @return whether the limit is reached; {@code false} also if the amount used is
		 * not known
		 */
		public boolean isReached() {
			return this.used != null && this.used.doubleValue() >= this.limit.doubleValue();
		}

		private static boolean isWhole(Number number) {
			return number instanceof Long || number instanceof Integer;
		}

	}

}
