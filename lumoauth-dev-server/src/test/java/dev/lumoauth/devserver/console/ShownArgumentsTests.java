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

package dev.lumoauth.devserver.console;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link ShownArguments}.
 */
class ShownArgumentsTests {

	@Test
	void hasARowForEachValueOfObjectsInObjects() {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("type", "payment");
		details.put("arguments", Map.of("to", Map.of("iban", "DE00")));
		details.put("items", List.of(Map.of("sku", "a"), Map.of("sku", "b")));
		details.put("amount", 4500);
		details.put("actions", List.of("initiate", "approve"));
		details.put("numbers", List.of(1, 2));
		details.put("nothing", null);
		details.put("empty", Map.of());
		assertThat(ShownArguments.of(details)).containsExactly(entry("type", "payment"),
				entry("arguments.to.iban", "DE00"), entry("items[0].sku", "a"), entry("items[1].sku", "b"),
				entry("amount", "4500"), entry("actions", "initiate, approve"), entry("numbers", "[1,2]"),
				entry("nothing", "null"), entry("empty", "{}"));
	}

	@Test
	void hidesNothingBehindANameThatLooksLikeAnother() {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("to.iban", "first");
		details.put("to", Map.of("iban", "second"));
		assertThat(ShownArguments.of(details)).containsExactly(entry("to.iban", "first, second"));
	}

	@ParameterizedTest
	@CsvSource({ "'a\u202eb', a<U+202E>b", "'a\u200bb', a<U+200B>b", "'a\rb', a<U+000D>b", "'ä€𝄞', ä€𝄞" })
	void showsWhatCantBeSeen(String text, String shown) {
		assertThat(ShownArguments.of(Map.of("x", text))).containsEntry("x", shown);
	}

	@Test
	void cutsNothing() {
		Map<String, Object> details = new LinkedHashMap<>();
		for (int i = 0; i < 500; i++) {
			details.put("name" + i, i);
		}
		details.put("x".repeat(500), "y".repeat(9_000) + " to eve");
		assertThat(ShownArguments.of(details)).hasSize(501)
			.containsEntry("name499", "499")
			.containsEntry("x".repeat(500), "y".repeat(9_000) + " to eve");
	}

	@Test
	void showsWhatIsVeryDeepAsJson() {
		Object deep = "end";
		for (int i = 0; i < 100; i++) {
			deep = (i % 2 == 0) ? Map.of("m", deep) : Arrays.asList(deep);
		}
		assertThat(ShownArguments.of(Map.of("deep", deep))).hasSize(1);
	}

}
