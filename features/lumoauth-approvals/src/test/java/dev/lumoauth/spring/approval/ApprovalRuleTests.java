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

package dev.lumoauth.spring.approval;

import dev.lumoauth.spring.guard.CallArguments;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Which calls need a person. Whatever isn't clear does.
 */
class ApprovalRuleTests {

	@Test
	void appliesToEachCallWithoutACondition() {
		assertThat(rule("").appliesTo(CallArguments.NONE)).isTrue();
		assertThat(rule("  ").appliesTo(CallArguments.NONE)).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = { "#amount > 100 | {\"amount\":100.01} | true",
			"#amount > 100 | {\"amount\":100} | false", "#amount > 100 | {\"amount\":1e2} | false",
			"#amount > 100 | {\"amount\":-1e300} | false", "#amount > 100.5 | {\"amount\":100.5} | false",
			"#amount >= 100.5 | {\"amount\":100.5} | true", "#currency != 'EUR' | {\"currency\":\"EUR\"} | false",
			"#currency != 'EUR' | {\"currency\":\"eur\"} | true",
			"#order.total > 100 | {\"order\":{\"total\":5}} | false",
			"#order.total > 100 | {\"order\":{\"total\":500}} | true",
			"#order['total'] > 100 | {\"order\":{\"total\":5}} | false",
			"#amount > 100 or #currency != 'EUR' | {\"amount\":1,\"currency\":\"EUR\"} | false",
			"#amount > 100 and #currency == 'EUR' | {\"amount\":1,\"currency\":\"EUR\"} | false",
			"#urgent | {\"urgent\":false} | false", "!#safe | {\"safe\":true} | false",
			"#items[0] > 100 | {\"items\":[5]} | false", "#items[0] > 100 | {\"items\":[500]} | true",
			"#order?.total > 100 | {\"order\":{\"total\":5}} | false",
			"#orders[0].items[1] == 5 | {\"orders\":[{\"items\":[5,6]}]} | false",
			"#amount > -5 | {\"amount\":-6} | false", "#amount > -5 | {\"amount\":-4} | true",
			"not #safe | {\"safe\":true} | false", "#day > '2026-12-24' | {\"day\":\"2026-12-01\"} | false",
			"#at == '2026-12-24T00:00:00Z' | {\"at\":\"2026-12-24T00:00:01Z\"} | false",
			"#id == '7b6a1c9e-2f50-4d5e-9a3a-3d4f6c1d2e00' | {\"id\":\"7b6a1c9e-2f50-4d5e-9a3a-3d4f6c1d2e01\"} | false",
			"#order.note != null | {\"order\":{\"note\":null}} | false",
			"!(#to matches '.*@acme[.]com') | {\"to\":\"a@acme.com\"} | false" })
	void asksTheCondition(String when, String json, boolean applies) {
		assertThat(rule(when).appliesTo(CallArguments.read(json))).isEqualTo(applies);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "#amount > 100 | {}", "#amount > 100 | {\"amount\":null}", "#amount == 100 | {\"amount\":null}",
					"#amount > 100 | {\"Amount\":1}", "#order.total > 100 | {\"order\":{}}",
					"#order.total > 100 | {\"order\":{\"total\":null}}", "#order['total'] > 100 | {\"order\":{}}",
					"#order.total == 100 | {\"order\":{\"total\":null}}", "#order.total > 100 | {\"order\":5}",
					"#order.total > 100 | {\"order\":[]}", "#order?.total > 100 | {\"order\":null}",
					"#items[3] > 100 | {\"items\":[1]}", "#a > 1 or #b > 1 | {\"a\":0}",
					"#a > 1 and #b > 1 | {\"a\":0}" })
	void appliesWhereSomethingIsMissing(String when, String json) {
		assertThat(rule(when).appliesTo(CallArguments.read(json))).isTrue();
	}

	/**
	 * A tool reads {@code "500"} as the number that it stands for.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "#amount > 100 | {\"amount\":\"5\"}", "#amount > 100 | {\"amount\":\"500\"}",
					"#amount == 500 | {\"amount\":\"500\"}", "#amount != 5 and false | {\"amount\":\"5\"}",
					"#amount > 100 | {\"amount\":true}", "#amount > 100 | {\"amount\":[500]}",
					"#amount > 100 | {\"amount\":{}}", "#force == true | {\"force\":\"true\"}",
					"#urgent | {\"urgent\":\"false\"}", "#to == 'bob' | {\"to\":[\"bob\"]}",
					"#order.total == 500 | {\"order\":{\"total\":\"500\"}}" })
	void appliesWhereAnArgumentIsOfAnotherType(String when, String json) {
		assertThat(rule(when).appliesTo(CallArguments.read(json))).isTrue();
	}

	@Test
	void appliesWhereAnArgumentIsNotDeclared() {
		Map<String, Object> values = Map.of("amount", 1);
		assertThat(rule("#amount > 100").appliesTo(new CallArguments(values, true))).isFalse();
		assertThat(rule("#amount > 100").appliesTo(new CallArguments(values, false))).isTrue();
	}

	/**
	 * Each would say no, by turning one kind into another.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "#urgent and #vip | {\"urgent\":\"false\",\"vip\":true}",
					"#urgent or #vip | {\"urgent\":false,\"vip\":\"false\"}", "!#safe | {\"safe\":\"true\"}",
					"!(#to matches '5') | {\"to\":5}", "#items != #others | {\"items\":[1],\"others\":[1]}",
					"#order['x'] > null | {\"order\":{}}", "#order['x'] < 5 | {\"order\":{}}" })
	void appliesWhereTheExpressionLanguageIsNotExact(String when, String json) {
		assertThat(rule(when).appliesTo(CallArguments.read(json))).isTrue();
	}

	@Test
	void comparesExactlyWithWhatJavaCallsWith() {
		CallArguments arguments = CallArguments.of(Map.of("count", Integer.MAX_VALUE, "price", 1L << 52));
		assertThat(rule("#count > 2147483647").appliesTo(arguments)).isFalse();
		assertThat(rule("#price < 4503599627370496L").appliesTo(arguments)).isFalse();
		assertThat(rule("#price < 4503599627370497L").appliesTo(arguments)).isTrue();
	}

	/**
	 * A tool that takes a date reads each of these as one that the text differs from.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"#day == '2026-12-25' | {\"day\":\"2026-12-25T00:00:00Z\"}",
			"#at == '2026-12-25T00:00:00Z' | {\"at\":\"2026-12-25T01:00:00+01:00\"}",
			"#at == '2026-12-25T00:00:00Z' | {\"at\":\"2026-12-25T00:00:00.000Z\"}",
			"#at < '2026-12-26T00:00:00Z' | {\"at\":\"2026-12-25T23:00-05:00\"}",
			"#id == '7b6a1c9e-2f50-4d5e-9a3a-3d4f6c1d2e00' | {\"id\":\"7B6A1C9E-2F50-4D5E-9A3A-3D4F6C1D2E00\"}" })
	void appliesWhereATextIsOneOfSeveralOfTheSameValue(String when, String json) {
		assertThat(rule(when).appliesTo(CallArguments.read(json))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "#nothing > 5", "null", "'false'", "0", "#text", "#text.bytes == null" })
	void appliesWhereTheConditionFailsOrSaysNeither(String when) {
		assertThat(rule(when).appliesTo(CallArguments.of(Map.of("amount", 1, "text", "x")))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "T(java.lang.System).exit(3) == null", "new String('x') == 'y'", "@bean != null",
			"#amount.intValue() > 100", "#text.length() > 5", "#items.size() > 5", "#f(1) > 5", "amount > 100",
			"#root.amount > 100", "#this > 100", "#amount = 0", "(#amount = 0) > 5", "#map.x = false", "#amount++ > 5",
			"--#amount > 5", "#amount instanceof T(Integer)", "{1,2}", "{a:1} == 5", "#items.?[#this > 5] != {}",
			"#items.^[true] != null", "#items.![#this > 5] != {}", "#items == {1,2}", "#amount ^ 2 > 100",
			"#amount > 65536 * 65536", "#amount + 1 > 100", "-#amount > 5", "#amount / 2 > 5", "#amount % 2 == 1",
			"#vip ? #a > 5 : true", "(#a ?: 0) > 5", "#amount between {1,5}", "#items[#amount] > 5", "#map[x] > 5",
			"#amount between #items", "#amount between {1}", "#text matches #text" })
	void refusesAConditionThatCannotBeChecked(String when) {
		assertThatIllegalArgumentException().isThrownBy(() -> rule(when))
			.withMessageStartingWith("its 'when' uses '")
			.withMessageContaining("', which ");
	}

	@Test
	void comparesNumbersToTheLastDigit() {
		ApprovalRule rule = rule("#amount > 100");
		assertThat(rule.appliesTo(CallArguments.of(Map.of("amount", new BigDecimal("100.00000000000000001")))))
			.isTrue();
		assertThat(rule.appliesTo(CallArguments.read("{\"amount\":100.00000000000001}"))).isTrue();
		assertThat(rule.appliesTo(CallArguments.read("{\"amount\":99.99999999999999}"))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "1e999999999", "-1e999999999", "1e-999999999", "-1e400", "9007199254740993" })
	void appliesToNumbersThatNobodyCanCountWith(String number) {
		CallArguments arguments = CallArguments.read("{\"amount\":" + number + "}");
		assertThat(rule("#amount > 100").appliesTo(arguments)).isTrue();
	}

	@Test
	void appliesToWhatIsNoJson() {
		assertThat(rule("#amount > 100").appliesTo(CallArguments.of(Map.of("amount", 1, "other", new Object()))))
			.isTrue();
		assertThat(rule("#amount > 100").appliesTo(CallArguments.of(Map.of("amount", Double.NaN)))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "#amount >", "#amount > 100)", "#{amount}", "'", "1 1" })
	void refusesAConditionThatIsNone(String when) {
		assertThatIllegalArgumentException().isThrownBy(() -> rule(when)).withMessageContaining("its 'when'");
	}

	@Test
	void saysWhichArgumentsItNames() {
		ApprovalRule rule = new ApprovalRule("Refund {amount} to {customer.name}", Impact.HIGH,
				"#amount > 100 or #order.items[0].price > #limit", List.of());
		assertThat(rule.argumentNames()).containsExactlyInAnyOrder("amount", "customer", "order", "limit");
		assertThat(rule.reason(CallArguments.of(Map.of("amount", 5)))).isEqualTo("Refund 5 to ?");
	}

	@Test
	void isReadFromTheAnnotation() throws NoSuchMethodException {
		ApprovalRule rule = ApprovalRule
			.of(ApprovalRuleTests.class.getDeclaredMethod("refund").getAnnotation(RequiresApproval.class));
		assertThat(rule).isEqualTo(new ApprovalRule("Refund {amount}", Impact.LOW, "#amount > 5", List.of("bank")))
			.hasSameHashCodeAs(new ApprovalRule("Refund {amount}", Impact.LOW, "#amount > 5", List.of("bank")))
			.hasToString("low Refund {amount} when #amount > 5")
			.isNotEqualTo(rule("#amount > 5"));
		assertThat(rule.audiences()).containsExactly("bank");
		assertThat(rule.impact()).isEqualTo(Impact.LOW);
	}

	@RequiresApproval(reason = "Refund {amount}", impact = Impact.LOW, when = "#amount > 5", audience = "bank")
	private static void refund() {
	}

	@Test
	void listsAndNullsWithinThemDoNotFailIt() {
		CallArguments arguments = CallArguments
			.of(Collections.unmodifiableMap(new HashMap<>(Map.of("items", Arrays.asList(1, null)))));
		assertThat(rule("#items[0] == 5").appliesTo(arguments)).isFalse();
		assertThat(rule("#items[1] == 5").appliesTo(arguments)).isTrue();
	}

	private static ApprovalRule rule(String when) {
		return new ApprovalRule("", Impact.HIGH, when, List.of());
	}

}
