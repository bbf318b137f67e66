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

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.io.NumberOutput;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/**
 * JSON in canonical form (RFC 8785, JSON Canonicalization Scheme), so that the same
 * arguments have the same hash. Ambiguous JSON has no such form: two members with the
 * same name, numbers that are not doubles (RFC 7493 sections 2.2 and 2.3), and texts that
 * are not Unicode.
 */
public final class CanonicalJson {

	private static final JsonMapper READER = JsonMapper
		.builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	/** Writes texts as section 3.2.2.2 says. */
	private static final JsonMapper PLAIN = JsonMapper.builder()
		.disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES, JsonWriteFeature.WRITE_HEX_UPPER_CASE)
		.build();

	private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {
	};

	/** Jackson's limit for lists and objects, which is far from a stack overflow. */
	private static final int MAX_DEPTH = 500;

	private CanonicalJson() {
	}

	/**
	 * Read an object.
	 * @param json the text; blank for an object without members
	 * @return its members
	 * @throws IllegalArgumentException if the text is not an object. The message quotes
	 * nothing of it
	 */
	public static Map<String, @Nullable Object> readObject(String json) {
		if (json.isBlank()) {
			return Map.of();
		}
		try {
			Map<String, @Nullable Object> fields = READER.readValue(json, OBJECT);
			if (fields == null) {
				throw new IllegalArgumentException("The arguments are no JSON object");
			}
			return fields;
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The arguments are no JSON object, or have two members of one name");
		}
	}

	/**
	 * Write a value.
	 * @param value the value
	 * @return its canonical form
	 * @throws IllegalArgumentException if it has no canonical form. The message quotes
	 * nothing of it
	 */
	public static String of(@Nullable Object value) {
		return PLAIN.writeValueAsString(written(value, 0));
	}

	/**
	 * Return an object as everybody reads it from its canonical form.
	 * @param object its members
	 * @return its members
	 * @throws IllegalArgumentException if it has no canonical form
	 */
	public static Map<String, @Nullable Object> normalized(Map<String, @Nullable Object> object) {
		return PLAIN.readValue(of(object), OBJECT);
	}

	/**
	 * Return a value as a person reads it: a text without quotes.
	 * @param value the value
	 * @return the text
	 */
	public static String text(Object value) {
		return (value instanceof CharSequence text) ? text.toString() : of(value);
	}

	/**
	 * Return a value as Jackson has to write it: texts of Unicode, numbers as they are
	 * written, and members in their order.
	 */
	private static @Nullable Object written(@Nullable Object value, int depth) {
		if (value == null || value instanceof Boolean) {
			return value;
		}
		if (value instanceof CharSequence text) {
			return unicode(text.toString());
		}
		if (value instanceof Number number) {
			return new RawValue(number(number));
		}
		if (depth == MAX_DEPTH) {
			throw new IllegalArgumentException("A value is nested more than " + MAX_DEPTH + " deep");
		}
		if (value instanceof Map<?, ?> map) {
			return sorted(map, depth);
		}
		if (value instanceof Collection<?> values) {
			List<@Nullable Object> elements = new ArrayList<>();
			values.forEach((each) -> elements.add(written(each, depth + 1)));
			return elements;
		}
		throw new IllegalArgumentException("A value is no JSON: " + value.getClass().getName());
	}

	/**
	 * By the UTF-16 code units of the names (section 3.2.3), as Java compares strings.
	 */
	private static Map<String, @Nullable Object> sorted(Map<?, ?> map, int depth) {
		TreeMap<String, @Nullable Object> sorted = new TreeMap<>();
		map.forEach((name, value) -> {
			if (name == null) {
				throw new IllegalArgumentException("A member has no name");
			}
			sorted.put(unicode(name.toString()), written(value, depth + 1));
		});
		if (sorted.size() < map.size()) {
			throw new IllegalArgumentException("Two members have one name");
		}
		return sorted;
	}

	private static String unicode(String text) {
		if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
			throw new IllegalArgumentException("A text is no Unicode");
		}
		return text;
	}

	/**
	 * Section 3.2.2.3: as ECMAScript writes a double. Some readers would see a number
	 * that is not a double as another number, and two numbers must not look the same.
	 */
	private static String number(Number number) {
		BigDecimal exact = exact(number);
		double value = exact.doubleValue();
		if (Double.isInfinite(value) || (value == 0 && exact.signum() != 0)) {
			throw new IllegalArgumentException("A number is too large or too small to be read by everyone");
		}
		BigDecimal digits = shortest(value);
		if (digits.compareTo(exact) != 0) {
			throw new IllegalArgumentException("A number has more digits than everyone reads");
		}
		return ecmaScript(digits);
	}

	private static BigDecimal exact(Number number) {
		if (number instanceof BigDecimal decimal) {
			return decimal;
		}
		if (number instanceof BigInteger integer) {
			return new BigDecimal(integer);
		}
		if (number instanceof Double || number instanceof Float) {
			if (!Double.isFinite(number.doubleValue())) {
				throw new IllegalArgumentException("NaN and the infinities are no JSON");
			}
			return (number instanceof Double value) ? shortest(value) : new BigDecimal(number.toString());
		}
		if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
			return BigDecimal.valueOf(number.longValue());
		}
		throw new IllegalArgumentException("A value is no JSON: " + number.getClass().getName());
	}

	/**
	 * Java 17 itself sometimes writes one digit too many. Jackson writes at least two
	 * digits, of which one may be enough.
	 */
	private static BigDecimal shortest(double value) {
		BigDecimal digits = new BigDecimal(NumberOutput.toString(value, true));
		BigDecimal first = digits.round(new MathContext(1));
		return (first.doubleValue() == value) ? first : digits;
	}

	/**
	 * ECMA-262, Number::toString.
	 */
	private static String ecmaScript(BigDecimal value) {
		BigDecimal stripped = value.stripTrailingZeros();
		String digits = stripped.unscaledValue().abs().toString();
		int point = digits.length() - stripped.scale();
		String sign = (value.signum() < 0) ? "-" : "";
		if (digits.length() <= point && point <= 21) {
			return sign + digits + "0".repeat(point - digits.length());
		}
		if (0 < point && point <= 21) {
			return sign + digits.substring(0, point) + "." + digits.substring(point);
		}
		if (-6 < point && point <= 0) {
			return sign + "0." + "0".repeat(-point) + digits;
		}
		int exponent = point - 1;
		String fraction = (digits.length() > 1) ? "." + digits.substring(1) : "";
		return sign + digits.charAt(0) + fraction + "e" + ((exponent < 0) ? "-" : "+") + Math.abs(exponent);
	}

}
