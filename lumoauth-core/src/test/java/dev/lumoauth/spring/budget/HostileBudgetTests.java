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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.HostileJson;
import dev.lumoauth.spring.StrictJson;
import dev.lumoauth.spring.http.LumoAuthJson;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever a budget looks like, its limits are those that are there, and what makes no
 * sense is reported and switches no other off.
 */
class HostileBudgetTests {

	private static final List<String> NUMBERS = List.of("max_tokens_per_day", "max_api_calls_per_hour",
			"tokens_used_today", "api_calls_this_hour");

	private static final List<String> LIMITS = List.of("max_tokens_per_day", "max_api_calls_per_hour",
			"max_cost_per_month_usd", "allowed_models");

	@Provide
	Arbitrary<byte[]> policies() {
		return HostileJson.near(
				"{\"max_tokens_per_day\":1000,\"tokens_used_today\":10,\"allowed_models\":[\"a\",\"b\"],\"x\":1}",
				"{\"max_api_calls_per_hour\":\"100\",\"api_calls_this_hour\":0.5,\"max_cost_per_month_usd\":12.5}",
				"{\"max_tokens_per_day\":0,\"allowed_models\":\"a\",\"require_approval_above_usd\":1}");
	}

	@Property(seed = HostileJson.SEED)
	void limitsAreThoseThatAreThere(@ForAll("policies") byte[] json) {
		Map<String, Object> read;
		try {
			read = LumoAuthJson.read(json);
		}
		catch (IllegalArgumentException ex) {
			return;
		}
		Map<String, Object> fields = StrictJson.object(json).orElseThrow();
		List<String> invalid = new ArrayList<>();
		BudgetPolicy policy = new BudgetPolicyReader(BudgetLimit.ALL, invalid::add).read(read);
		Map<String, Number> numbers = new HashMap<>();
		policy.limits().forEach((kind, limit) -> numbers.put(kind.field(), limit));
		policy.counts().forEach((kind, count) -> numbers.put(String.valueOf(kind.countField()), count));
		for (String name : NUMBERS) {
			Number number = numbers.get(name);
			assertThat(number == null).as(name).isEqualTo(fields.get(name) == null || invalid.contains(name));
			if (number != null) {
				assertThat(number.longValue()).isNotNegative();
			}
			if (fields.get(name) instanceof StrictJson.Num written && written.text().matches("[0-9]{1,18}")) {
				assertThat(number).isEqualTo(Long.parseLong(written.text()));
			}
		}
		if (fields.get("allowed_models") instanceof List<?> models && !models.isEmpty()) {
			assertThat(policy.allowedModels()).isNotEmpty();
		}
		for (String limit : LIMITS) {
			assertThat(policy.unreadable().contains(limit)).as(limit).isEqualTo(invalid.contains(limit));
		}
		assertThat(invalid).containsAll(policy.unreadable());
		assertThat(policy.isNone()).isEqualTo(fields.values().stream().allMatch((value) -> value == null));
	}

}
