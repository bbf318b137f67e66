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

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Reads {@code budget_policy}. The field is documented by one sample, so this is lenient:
 * a number may be a string of digits, and an invalid value is skipped and reported,
 * because one bad field must not switch off the other limits. A skipped limit is unknown,
 * which is not the same as no limit.
 *
 * @param kinds the limits to look for
 * @param invalidField takes the name of each field that was left out
 */
record BudgetPolicyReader(List<BudgetLimit> kinds, Consumer<String> invalidField) {

	/**
	 * The length of the longest number that is read. A longer number can't be a budget,
	 * and an exponent of a billion would take gigabytes to write out.
	 */
	private static final int MAX_NUMBER_LENGTH = 40;

	BudgetPolicy read(@Nullable Map<String, ?> policy) {
		Map<String, Object> fields = new LinkedHashMap<>((policy != null) ? policy : Map.of());
		fields.values().removeIf(Objects::isNull);
		Map<BudgetLimit, Number> limits = new LinkedHashMap<>();
		Map<BudgetLimit, Long> counts = new LinkedHashMap<>();
		Set<String> unreadable = new LinkedHashSet<>();
		for (BudgetLimit kind : this.kinds) {
			BigDecimal limit = number(fields, kind.field(), unreadable);
			if (limit != null) {
				limits.put(kind, kind.limit(limit));
			}
			BigDecimal count = number(fields, kind.countField(), unreadable);
			if (count != null) {
				counts.put(kind, BudgetLimit.count(count));
			}
		}
		Set<String> models = models(fields, unreadable);
		unreadable.forEach(this.invalidField);
		// A count without its limit need not be readable.
		this.kinds.stream()
			.filter((kind) -> !fields.containsKey(kind.field()))
			.forEach((kind) -> unreadable.remove(kind.countField()));
		return new BudgetPolicy(limits, counts, models, Collections.unmodifiableSet(unreadable), Map.copyOf(fields));
	}

	private static @Nullable BigDecimal number(Map<String, Object> fields, @Nullable String name,
			Set<String> unreadable) {
		Object value = fields.get(name);
		if (name == null || value == null) {
			return null;
		}
		BigDecimal number = (value instanceof Number || value instanceof String) ? parse(value.toString().trim())
				: null;
		if (number == null || number.signum() < 0 || Math.abs((long) number.scale()) > MAX_NUMBER_LENGTH) {
			unreadable.add(name);
			return null;
		}
		return number;
	}

	private static @Nullable BigDecimal parse(String text) {
		if (text.isEmpty() || text.length() > MAX_NUMBER_LENGTH) {
			return null;
		}
		try {
			return new BigDecimal(text);
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private static Set<String> models(Map<String, Object> fields, Set<String> unreadable) {
		Object value = fields.get(BudgetPolicy.ALLOWED_MODELS);
		if (value instanceof String model) {
			return Set.of(model);
		}
		if (value instanceof Collection<?> models) {
			// An entry that is not a string stays, as text. If such entries were left
			// out, a list that has nothing else would allow every model.
			Set<String> names = new LinkedHashSet<>();
			models.forEach((model) -> names.add(String.valueOf(model)));
			return Set.copyOf(names);
		}
		if (value != null) {
			unreadable.add(BudgetPolicy.ALLOWED_MODELS);
		}
		return Set.of();
	}

}
