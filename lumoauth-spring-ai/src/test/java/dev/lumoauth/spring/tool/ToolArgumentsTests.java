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

package dev.lumoauth.spring.tool;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import dev.lumoauth.spring.guard.tool.ToolArguments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.util.json.schema.JsonSchemaGenerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Whether a tool's schema declares arguments, with the schemas that Spring AI makes.
 */
class ToolArgumentsTests {

	private static final String OF_METHOD = JsonSchemaGenerator.generateForMethodInput(method());

	private static final String OF_RECORD = JsonSchemaGenerator.generateForType(Order.class);

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "{\"amount\":5}", "{\"amount\":5.25}", "{\"amount\":1e3}", "{\"total\":5}",
			"{\"total\":9007199254740992}", "{\"count\":5.0}", "{\"count\":-5}", "{\"ratio\":0.5}",
			"{\"urgent\":false}", "{\"level\":\"HIGH\"}", "{\"day\":\"2026-12-25\"}", "{\"text\":\"an order\"}",
			"{\"id\":\"7b6a1c9e-2f50-4d5e-9a3a-3d4f6c1d2e00\"}", "{\"tags\":[]}", "{\"tags\":[\"a\",\"b\"]}",
			"{\"levels\":[\"LOW\",\"HIGH\"]}", "{\"scores\":{}}",
			"{\"order\":{\"first\":{\"sku\":\"a\",\"count\":1,\"price\":2.5}}}",
			"{\"order\":{\"lines\":[{\"sku\":\"a\"},{\"count\":1}],\"level\":\"LOW\",\"note\":null}}" })
	void declaresAnOrdinaryCallOfAMethod(String input) {
		assertThat(ToolArguments.read(input, OF_METHOD).areAllDeclared()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"first\":{\"sku\":\"a\",\"count\":1,\"price\":2.5}}",
			"{\"lines\":[{\"sku\":\"a\"},{\"count\":1,\"ratio\":0.5}],\"level\":\"LOW\"}", "{\"note\":\"thanks\"}",
			"{\"parts\":[{\"lines\":[{\"count\":1}]}]}" })
	void declaresAnOrdinaryCallOfAFunction(String input) {
		assertThat(ToolArguments.read(input, OF_RECORD).areAllDeclared()).isTrue();
	}

	/**
	 * Of most of these a tool makes something else than what the condition saw.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "{\"amount\":\"5\"}", "{\"amount\":true}", "{\"amount\":null}", "{\"amount\":[5]}",
			"{\"total\":5.9}", "{\"total\":\"5\"}", "{\"count\":5.9}", "{\"count\":1e999999999}",
			"{\"count\":1e-999999999}", "{\"urgent\":\"false\"}", "{\"urgent\":0}", "{\"level\":\" HIGH \"}",
			"{\"level\":\"high\"}", "{\"level\":\"1\"}", "{\"level\":1}", "{\"level\":\"\"}",
			"{\"day\":\" 2026-12-25\"}", "{\"day\":\"\"}", "{\"day\":20447}", "{\"day\":[2026,12,25]}", "{\"text\":5}",
			"{\"text\":[\"a\"]}", "{\"tags\":\"a\"}", "{\"tags\":[1]}", "{\"levels\":[\" HIGH\"]}",
			"{\"scores\":{\"a\":1}}", "{\"any\":5}", "{\"Amount\":5}", "{\"other\":5}",
			"{\"order\":{\"first\":{\"Count\":1}}}", "{\"order\":{\"first\":{\"count\":1.5}}}",
			"{\"order\":{\"first\":{\"count\":4294967297}}}", "{\"order\":{\"first\":{\"ratio\":5.00000001}}}",
			"{\"order\":{\"lines\":[{\"count\":\"1\"}]}}", "{\"order\":{\"level\":\"1\"}}", "{\"order\":[]}",
			"{\"order\":null}" })
	void doesNotDeclareAnotherForm(String input) {
		assertThat(ToolArguments.read(input, OF_METHOD).areAllDeclared()).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = { "{\"type\":\"integer\"} | 5 | true",
			"{\"type\":\"INTEGER\"} | 5 | true", "{\"type\":[\"integer\",\"null\"]} | null | true",
			"{\"type\":[\"integer\",\"string\"]} | 5 | false",
			"{\"type\":\"integer\",\"format\":\"int64\"} | 9223372036854775808 | false",
			"{\"anyOf\":[{\"type\":\"integer\"}]} | 5 | false",
			"{\"type\":\"integer\",\"oneOf\":[{\"minimum\":1}]} | 5 | false", "{} | 5 | false", "true | 5 | false",
			"{\"type\":\"money\"} | 5 | false", "{\"type\":\"integer\",\"enum\":[1,5]} | 5 | true",
			"{\"type\":\"integer\",\"enum\":[1,5]} | 2 | false", "{\"type\":\"integer\",\"enum\":5} | 5 | false",
			"{\"$ref\":\"#/$defs/no\"} | 5 | false", "{\"$ref\":\"other.json\"} | 5 | false",
			"{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}} | {\"a\":1} | true",
			"{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}} | {\"a\":\"1\"} | false",
			"{\"type\":\"object\",\"additionalProperties\":true} | {\"a\":1} | false" })
	void looksAtWhatAnotherServersSchemaSays(String schema, String value, boolean declared) {
		String all = "{\"type\":\"object\",\"properties\":{\"x\":" + schema + "}}";
		assertThat(ToolArguments.read("{\"x\":" + value + "}", all).areAllDeclared()).isEqualTo(declared);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"text\":1.10}", "{\"text\":1.0}", "{\"text\":1e2}", "{\"other\":5,\"text\":1.10}",
			"{\"tags\":[\"a\",1.0]}", "{\"order\":{\"lines\":[{\"Sku\":1,\"sku\":1.0}]}}" })
	void refusesATextThatIsWrittenAsANumberInAnotherFormThanAPersonSees(String input) {
		assertThatIllegalArgumentException().isThrownBy(() -> ToolArguments.read(input, OF_METHOD))
			.withMessageContaining("write it in quotes");
	}

	@Test
	void takesATextThatIsWrittenAsANumberInTheFormThatAPersonSees() {
		assertThat(
				ToolArguments.read("{\"text\":1.5,\"tags\":[7],\"any\":1.10,\"amount\":1.10}", OF_METHOD).canonical())
			.isEqualTo("{\"amount\":1.1,\"any\":1.1,\"tags\":[7],\"text\":1.5}");
	}

	@Test
	void declaresNothingWithoutASchema() {
		assertThat(ToolArguments.read("{\"x\":1}", "none").areAllDeclared()).isFalse();
		assertThat(ToolArguments.read("{}", "none").areAllDeclared()).isTrue();
		assertThat(ToolArguments.of(Map.of("x", 1), null).areAllDeclared()).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> ToolArguments.read("[1]", OF_METHOD));
	}

	private static Method method() {
		return Arrays.stream(ToolArgumentsTests.class.getDeclaredMethods())
			.filter((method) -> method.getName().equals("order"))
			.findFirst()
			.orElseThrow();
	}

	private static void order(BigDecimal amount, long total, int count, double ratio, boolean urgent, Level level,
			LocalDate day, String text, UUID id, List<String> tags, List<Level> levels, Map<String, Integer> scores,
			Order order, Object any) {
	}

	enum Level {

		LOW, HIGH

	}

	record Line(String sku, int count, BigDecimal price, float ratio) {

	}

	record Order(Line first, Line second, List<Line> lines, Level level, Optional<String> note, List<Order> parts) {

	}

}
