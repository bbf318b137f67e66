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

package dev.lumoauth.spring.guard;

import dev.lumoauth.spring.approval.Impact;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * RFC 8785, and what has no form under it.
 */
class CanonicalJsonTests {

	/**
	 * Appendix B: the bits of a double, and how it is written.
	 */
	@ParameterizedTest
	@CsvSource({ "0000000000000000, 0", "8000000000000000, 0", "0000000000000001, 5e-324", "8000000000000001, -5e-324",
			"7fefffffffffffff, 1.7976931348623157e+308", "ffefffffffffffff, -1.7976931348623157e+308",
			"4340000000000000, 9007199254740992", "c340000000000000, -9007199254740992",
			"4430000000000000, 295147905179352830000", "44b52d02c7e14af5, 9.999999999999997e+22",
			"44b52d02c7e14af6, 1e+23", "44b52d02c7e14af7, 1.0000000000000001e+23",
			"444b1ae4d6e2ef4e, 999999999999999700000", "444b1ae4d6e2ef4f, 999999999999999900000",
			"444b1ae4d6e2ef50, 1e+21", "3eb0c6f7a0b5ed8c, 9.999999999999997e-7", "3eb0c6f7a0b5ed8d, 0.000001",
			"41b3de4355555553, 333333333.3333332", "41b3de4355555554, 333333333.33333325",
			"41b3de4355555555, 333333333.3333333", "41b3de4355555556, 333333333.3333334",
			"41b3de4355555557, 333333333.33333343", "becbf647612f3696, -0.0000033333333333333333",
			"43143ff3c1cb0959, 1424953923781206.2" })
	void writesADoubleAsTheRfcDoes(String bits, String expected) {
		assertThat(CanonicalJson.of(doubleOf(bits))).isEqualTo(expected);
	}

	/**
	 * Powers of two, as V8 writes them: the doubles next to them lie unevenly.
	 */
	@ParameterizedTest
	@CsvSource({ "0060000000000000, 7.120236347223045e-307", "0420000000000000, 8.209073602596753e-289",
			"20f0000000000000, 4.887898181599368e-150", "0010000000000000, 2.2250738585072014e-308",
			"000fffffffffffff, 2.225073858507201e-308", "3d30000000000000, 5.684341886080802e-14",
			"43e0000000000000, 9223372036854776000" })
	void writesAPowerOfTwoWithAsFewDigitsAsThereAre(String bits, String expected) {
		assertThat(CanonicalJson.of(doubleOf(bits))).isEqualTo(expected);
	}

	@Test
	void writesTheOtherNumbersOfTheRfc() {
		assertThat(canonical("{\"n\":[1E30,4.50,6,2e-3,0.000000000000000000000000001,56.0,-0,-0.0,0e10]}"))
			.isEqualTo("{\"n\":[1e+30,4.5,6,0.002,1e-27,56,0,0,0]}");
	}

	/**
	 * Sections 3.2.2 and 3.2.4, but for the one number that is no double.
	 */
	@Test
	void writesTheSampleOfTheRfcToTheByte() {
		String json = """
				{
				  "numbers": [333333333.3333333, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
				  "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
				  "literals": [null, true, false]
				}""";
		assertThat(HexFormat.of().formatHex(canonical(json).getBytes(StandardCharsets.UTF_8))).isEqualTo(HexFormat.of()
			.formatHex(("{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
					+ "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}")
				.getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Section 3.2.3: by UTF-16, where an emoji comes before U+FB33.
	 */
	@Test
	void sortsByCodeUnits() {
		Map<String, Object> fields = new LinkedHashMap<>();
		List.of("€", "\r", "\ufb33", "1", "😀", "\u0080", "ö", "\n", "</script>")
			.forEach((name) -> fields.put(name, 1));
		assertThat(CanonicalJson.of(fields)).isEqualTo(
				"{\"\\n\":1,\"\\r\":1,\"1\":1,\"</script>\":1,\"\u0080\":1,\"ö\":1,\"€\":1,\"😀\":1,\"\ufb33\":1}");
	}

	@Test
	void sortsWithoutALocaleAndAtEachDepth() {
		assertThat(canonical("{\"peach\":1,\"péché\":2,\"pêche\":3,\"sin\":4}"))
			.isEqualTo("{\"peach\":1,\"péché\":2,\"pêche\":3,\"sin\":4}");
		assertThat(canonical("{\"1\":{\"f\":{\"f\":\"hi\",\"F\":5},\"\\n\":56.0},\"10\":{},\"\":0,\"a\":{},"
				+ "\"111\":[{\"e\":1,\"E\":2}],\"A\":{}}"))
			.isEqualTo("{\"\":0,\"1\":{\"\\n\":56,\"f\":{\"F\":5,\"f\":\"hi\"}},\"10\":{},"
					+ "\"111\":[{\"E\":2,\"e\":1}],\"A\":{},\"a\":{}}");
		assertThat(CanonicalJson.of(Arrays.asList(56, Map.of("d", true, "1", List.of()), null)))
			.isEqualTo("[56,{\"1\":[],\"d\":true},null]");
	}

	@Test
	void leavesUnicodeAsItIs() {
		assertThat(canonical("{\"a\":\"A\\u030a\"}")).isEqualTo("{\"a\":\"A\u030a\"}");
		assertThat(canonical("{\"a\":\"\\u007f\\u2028\\ud83d\\ude02/\"}")).isEqualTo("{\"a\":\"\u007f\u2028😂/\"}");
	}

	@Test
	void escapesControlCharactersInTheShortestWay() {
		StringBuilder all = new StringBuilder();
		for (char each = 0; each < ' '; each++) {
			all.append(each);
		}
		assertThat(CanonicalJson.of(all))
			.isEqualTo("\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f"
					+ "\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d"
					+ "\\u001e\\u001f\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "{\"b\":{\"a\":1,\"a\":1}}",
			"{\"b\":[{\"a\":1,\"a\":null}]}", "[]", "1", "\"x\"", "null", "{", "{}x", "{} {}", "{\"a\":NaN}",
			"{\"a\":Infinity}", "{'a':1}", "{a:1}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}",
			"{\"a\":\"\n\"}", "// no\n{}", "{\"a\":1e99999999999}" })
	void readsNothingThatIsNoObject(String json) {
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.readObject(json))
			.withMessageStartingWith("The arguments are no JSON object")
			.withNoCause();
	}

	@Test
	void quotesNothingOfWhatItCannotRead() {
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.readObject("{\"s3cret\":s3cret}"))
			.satisfies((ex) -> assertThat(ex.toString()).doesNotContain("s3cret"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "1e400", "-1e400", "1e-400", "100.00000000000000001",
			"0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827021181583404541015625",
			"9007199254740993", "295147905179352825856", "333333333.33333329", "9223372036854775807", "1e999999999",
			"1e-999999999" })
	void hasNoFormForANumberThatOthersReadAsAnother(String number) {
		Map<String, Object> fields = CanonicalJson.readObject("{\"a\":" + number + "}");
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.of(fields))
			.withMessageStartingWith("A number ");
	}

	@ParameterizedTest
	@CsvSource({ "1.50, 1.5", "100, 100", "1e2, 100", "100.0, 100", "-0, 0", "-0.0, 0", "0e999999999, 0",
			"9007199254740991, 9007199254740991", "1e21, 1e+21", "1e20, 100000000000000000000", "1e-6, 0.000001",
			"1e-7, 1e-7", "0.30, 0.3", "-12.5e-1, -1.25" })
	void hasOneFormForTheSameNumber(String number, String expected) {
		assertThat(canonical("{\"a\":" + number + "}")).isEqualTo("{\"a\":" + expected + "}");
	}

	@Test
	void hasOneFormForTheSameNumberOfAnotherType() {
		for (Number each : new Number[] { 12, 12L, (short) 12, (byte) 12, 12f, 12d, BigInteger.valueOf(12),
				new BigDecimal("12.000") }) {
			assertThat(CanonicalJson.of(each)).isEqualTo("12");
		}
		assertThat(CanonicalJson.of(0.1f)).isEqualTo("0.1");
	}

	@Test
	void hasNoFormForWhatIsNoJson() {
		Map<String, Object> noName = new HashMap<>();
		noName.put(null, 1);
		Map<Object, Object> sameName = new HashMap<>();
		sameName.put(1, 1);
		sameName.put("1", 2);
		for (Object each : new Object[] { Double.NaN, Double.POSITIVE_INFINITY, Float.NaN, Float.NEGATIVE_INFINITY,
				new Object(), new int[] { 1 }, Impact.LOW, new DoubleAdder(), new LongAdder(), noName, sameName,
				List.of('x') }) {
			assertThatIllegalArgumentException().as("%s", each.getClass()).isThrownBy(() -> CanonicalJson.of(each));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "\\ud800", "\\udc00", "x\\ud83dx", "\\ude00\\ud83d", "\\ud83d\\ud83d\\ude00" })
	void hasNoFormForHalfACharacter(String text) {
		Map<String, Object> value = CanonicalJson.readObject("{\"a\":\"" + text + "\"}");
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.of(value))
			.withMessage("A text is no Unicode");
		Map<String, Object> name = CanonicalJson.readObject("{\"" + text + "\":1}");
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.of(name));
	}

	@Test
	void endsBeforeTheStackDoes() {
		for (int depth : new int[] { 1_000, 100_000 }) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> CanonicalJson.readObject("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)));
			assertThatIllegalArgumentException()
				.isThrownBy(() -> CanonicalJson.readObject("{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}"));
		}
		List<Object> itself = new ArrayList<>();
		itself.add(itself);
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.of(itself)).withMessageContaining("deep");
		Map<String, Object> ring = new HashMap<>();
		ring.put("a", Collections.singletonList(ring));
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.of(ring)).withMessageContaining("deep");
	}

	@Test
	void writesAsDeepAsItReads() {
		String deep = "{\"a\":".repeat(500) + "1" + "}".repeat(500);
		assertThat(canonical(deep)).isEqualTo(deep);
		List<Object> lists = List.of();
		for (int i = 1; i < 500; i++) {
			lists = List.of(lists);
		}
		assertThat(CanonicalJson.of(lists)).hasSize(1000);
		List<Object> deeper = List.of(lists);
		assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.of(deeper)).withMessageContaining("deep");
	}

	@Test
	void refusesANumberOfMoreDigitsThanAnybodyNeeds() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CanonicalJson.readObject("{\"a\":" + "1".repeat(100_000) + "}"));
		assertThatIllegalArgumentException().isThrownBy(() -> canonical("{\"a\":" + "1".repeat(900) + "}"));
	}

	@Test
	void hasNoArgumentsWhereThereIsNothing() {
		assertThat(CanonicalJson.readObject("")).isEmpty();
		assertThat(CanonicalJson.readObject(" \n")).isEmpty();
		assertThat(canonical("{}")).isEqualTo("{}");
	}

	@Property
	void everyDoubleComesBackAndHasNoDigitTooMany(@ForAll("doubles") double value) {
		String json = CanonicalJson.of(value);
		assertThat(Double.parseDouble(json)).isEqualTo((value == 0) ? 0d : value);
		assertThat(json).matches("-?(0|[1-9]\\d{0,20})(\\.\\d*[1-9])?(e[+-][1-9]\\d{0,2})?");
		assertThat(digits(json)).isLessThanOrEqualTo(digits(Double.toString(value)));
		assertThat(CanonicalJson.of(new BigDecimal(json))).isEqualTo(json);
	}

	@Provide
	Arbitrary<Double> doubles() {
		Arbitrary<Double> bits = Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite);
		Arbitrary<Double> money = Arbitraries.integers().map((cents) -> cents / 100d);
		Arbitrary<Double> powers = Arbitraries.integers().between(-1074, 1023).map((power) -> Math.scalb(1d, power));
		return Arbitraries.oneOf(bits, money, powers);
	}

	@Property
	void whatItWritesIsReadAsTheSame(@ForAll("objects") Map<String, Object> object) {
		String json = CanonicalJson.of(object);
		Map<String, Object> read = CanonicalJson.readObject(json);
		assertThat(CanonicalJson.of(read)).isEqualTo(json);
	}

	@Property
	void theOrderOfMembersDoesNotMatter(@ForAll("objects") Map<String, Object> object) {
		List<String> names = new ArrayList<>(object.keySet());
		Collections.reverse(names);
		Map<String, Object> reversed = new LinkedHashMap<>();
		names.forEach((name) -> reversed.put(name, object.get(name)));
		assertThat(CanonicalJson.of(reversed)).isEqualTo(CanonicalJson.of(object));
	}

	@Property
	void otherArgumentsHaveAnotherForm(@ForAll("objects") Map<String, Object> one,
			@ForAll("objects") Map<String, Object> other) {
		assertThat(CanonicalJson.of(one).equals(CanonicalJson.of(other))).isEqualTo(one.equals(other));
	}

	@Provide
	Arbitrary<Map<String, Object>> objects() {
		Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(8).map(CanonicalJsonTests::paired);
		return objects(texts, 3);
	}

	private Arbitrary<Map<String, Object>> objects(Arbitrary<String> texts, int depth) {
		Arbitrary<Object> scalars = Arbitraries.oneOf(texts.map((text) -> text),
				doubles().map(CanonicalJsonTests::positive), Arbitraries.of(true, false));
		Arbitrary<Object> values = scalars;
		if (depth > 0) {
			Arbitrary<Map<String, Object>> inner = objects(texts, depth - 1);
			values = Arbitraries.oneOf(scalars, inner.map((map) -> map),
					Combinators.combine(scalars, inner).as((scalar, map) -> List.of(scalar, map)));
		}
		return Arbitraries.maps(texts, values).ofMaxSize(4);
	}

	private static Object positive(double value) {
		return (value == 0) ? 0d : value;
	}

	private static String paired(String text) {
		return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
	}

	private static int digits(String number) {
		return new BigDecimal(number).stripTrailingZeros().precision();
	}

	private static double doubleOf(String bits) {
		return Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));
	}

	private static String canonical(String json) {
		return CanonicalJson.of(CanonicalJson.readObject(json));
	}

}
