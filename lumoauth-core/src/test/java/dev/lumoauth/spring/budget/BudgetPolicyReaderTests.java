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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BudgetPolicyReader}.
 */
class BudgetPolicyReaderTests {

	private final List<String> invalid = new ArrayList<>();

	private final BudgetPolicyReader reader = new BudgetPolicyReader(BudgetLimit.ALL, this.invalid::add);

	@Test
	void readsEveryFieldAndKeepsUnknownOnes() {
		Map<String, Object> fields = Map.of("max_tokens_per_day", 100_000, "max_api_calls_per_hour", 500L,
				"max_cost_per_month_usd", 49.5, "allowed_models", List.of("gpt-5-mini", "gpt-5"),
				"require_approval_above_usd", 10, "tokens_used_today", 42, "api_calls_this_hour", 7, "x_new", "kept");
		BudgetPolicy policy = this.reader.read(fields);
		assertThat(limit(policy, "max_tokens_per_day")).isEqualTo(100_000L);
		assertThat(limit(policy, "max_api_calls_per_hour")).isEqualTo(500L);
		assertThat(limit(policy, "max_cost_per_month_usd")).isEqualTo(49.5);
		assertThat(policy.allowedModels()).containsExactlyInAnyOrder("gpt-5-mini", "gpt-5");
		assertThat(policy.counts().values()).containsExactly(42L, 7L);
		assertThat(policy.fields()).isEqualTo(fields);
		assertThat(policy.unreadable()).isEmpty();
		assertThat(this.invalid).isEmpty();
	}

	@Test
	void anAgentWithoutAPolicyHasNone() {
		assertThat(this.reader.read(null).isNone()).isTrue();
		assertThat(this.reader.read(Map.of()).isNone()).isTrue();
		Map<String, Object> nothing = new HashMap<>();
		nothing.put("max_tokens_per_day", null);
		assertThat(this.reader.read(nothing).isNone()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "1000, 1000", "' 1000 ', 1000", "1e3, 1000", "1000.9, 1000",
			"99999999999999999999, 9223372036854775807", "0, 0" })
	void readsALimitFromTextAndRoundsItDown(String text, long limit) {
		assertThat(limit(this.reader.read(Map.of("max_tokens_per_day", text)), "max_tokens_per_day")).isEqualTo(limit);
		assertThat(this.invalid).isEmpty();
	}

	@Test
	void roundsAUsedFigureUp() {
		assertThat(this.reader.read(Map.of("tokens_used_today", 10.1)).counts().values()).containsExactly(11L);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "NaN", "Infinity", "", "many", "1e999999999", "1e-999999999", "0x10" })
	void leavesOutANumberThatMakesNoSense(String text) {
		BudgetPolicy policy = this.reader.read(Map.of("max_tokens_per_day", text, "max_api_calls_per_hour", 5));
		assertThat(limit(policy, "max_tokens_per_day")).isNull();
		assertThat(limit(policy, "max_api_calls_per_hour")).isEqualTo(5L);
		assertThat(policy.unreadable()).containsExactly("max_tokens_per_day");
		assertThat(this.invalid).containsExactly("max_tokens_per_day");
	}

	@Test
	void leavesOutNumbersThatAreNone() {
		BudgetPolicy policy = this.reader.read(Map.of("max_tokens_per_day", true, "max_api_calls_per_hour", List.of(1),
				"max_cost_per_month_usd", Double.NaN, "tokens_used_today", Double.NEGATIVE_INFINITY));
		assertThat(policy.unreadable()).containsExactlyInAnyOrder("max_tokens_per_day", "max_api_calls_per_hour",
				"max_cost_per_month_usd", "tokens_used_today");
		assertThat(this.invalid).containsExactlyInAnyOrder("max_tokens_per_day", "max_api_calls_per_hour",
				"max_cost_per_month_usd", "tokens_used_today");
	}

	@Test
	void aListOfModelsWithForeignEntriesNeverMeansAllModels() {
		assertThat(this.reader.read(Map.of("allowed_models", Arrays.asList(1, null))).allowedModels())
			.containsExactlyInAnyOrder("1", "null");
	}

	@Test
	void readsASingleModel() {
		assertThat(this.reader.read(Map.of("allowed_models", "gpt-5")).allowedModels()).containsExactly("gpt-5");
	}

	@Test
	void leavesOutModelsOfAnotherType() {
		BudgetPolicy policy = this.reader.read(Map.of("allowed_models", 5));
		assertThat(policy.allowedModels()).isEmpty();
		assertThat(policy.unreadable()).containsExactly("allowed_models");
		assertThat(this.invalid).containsExactly("allowed_models");
	}

	private static @Nullable Number limit(BudgetPolicy policy, String name) {
		return policy.limits()
			.entrySet()
			.stream()
			.filter((limit) -> limit.getKey().field().equals(name))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
	}

}
