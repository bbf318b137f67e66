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
import java.math.RoundingMode;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

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

	private static final JsonMapper PLAIN = new JsonMapper();

	private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {
	};

	/** The same depth as Jackson's limit, which is far from a stack overflow. */
	private static final int MAX_DEPTH = 500;

	/** The number of digits that identify a double. */
	private static final int MAX_DIGITS = 17;

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
		StringBuilder json = new StringBuilder();
		write(value, json, 0);
		return json.toString();
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

	private static void write(@Nullable Object value, StringBuilder json, int depth) {
		if (depth > MAX_DEPTH) {
			throw new IllegalArgumentException("A value is nested more than " + MAX_DEPTH + " deep");
		}
		if (value == null || value instanceof Boolean) {
			json.append(value);
		}
		else if (value instanceof CharSequence text) {
			writeText(text.toString(), json);
		}
		else if (value instanceof Number number) {
			json.append(number(number));
		}
		else if (value instanceof Map<?, ?> map) {
			writeObject(map, json, depth);
		}
		else if (value instanceof Collection<?> values) {
			json.append('[');
			String separator = "";
			for (Object each : values) {
				json.append(separator);
				write(each, json, depth + 1);
				separator = ",";
			}
			json.append(']');
		}
		else {
			throw new IllegalArgumentException("A value is no JSON: " + value.getClass().getName());
		}
	}

	/**
	 * Sorted by the UTF-16 code units of the names (section 3.2.3), as Java compares
	 * strings.
	 */
	private static void writeObject(Map<?, ?> map, StringBuilder json, int depth) {
		TreeMap<String, @Nullable Object> sorted = new TreeMap<>();
		map.forEach((name, value) -> {
			if (name == null) {
				throw new IllegalArgumentException("A member has no name");
			}
			sorted.put(name.toString(), value);
		});
		if (sorted.size() < map.size()) {
			throw new IllegalArgumentException("Two members have one name");
		}
		json.append('{');
		String separator = "";
		for (Map.Entry<String, @Nullable Object> member : sorted.entrySet()) {
			json.append(separator);
			writeText(member.getKey(), json);
			json.append(':');
			write(member.getValue(), json, depth + 1);
			separator = ",";
		}
		json.append('}');
	}

	/**
	 * Section 3.2.2.2.
	 */
	private static void writeText(String text, StringBuilder json) {
		json.append('"');
		for (int i = 0; i < text.length(); i++) {
			char each = text.charAt(i);
			switch (each) {
				case '"' -> json.append("\\\"");
				case '\\' -> json.append("\\\\");
				case '\b' -> json.append("\\b");
				case '\f' -> json.append("\\f");
				case '\n' -> json.append("\\n");
				case '\r' -> json.append("\\r");
				case '\t' -> json.append("\\t");
				default -> {
					if (each < ' ') {
						json.append("\\u%04x".formatted((int) each));
					}
					else {
						requirePaired(text, i);
						json.append(each);
					}
				}
			}
		}
		json.append('"');
	}

	private static void requirePaired(String text, int index) {
		char each = text.charAt(index);
		boolean alone = (Character.isHighSurrogate(each)
				&& (index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1))))
				|| (Character.isLowSurrogate(each)
						&& (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1))));
		if (alone) {
			throw new IllegalArgumentException("A text is no Unicode");
		}
	}

	/**
	 * Section 3.2.2.3: as ECMAScript writes a double. Some readers would see a number
	 * that is not a double as another number, and two numbers must not look the same.
	 */
	private static String number(Number number) {
		if (number instanceof Double value) {
			if (value.isNaN() || value.isInfinite()) {
				throw new IllegalArgumentException("NaN and the infinities are no JSON");
			}
			return (value == 0) ? "0" : ecmaScript(shortest(value));
		}
		BigDecimal exact = exact(number);
		double value = exact.doubleValue();
		if (Double.isInfinite(value) || (value == 0 && exact.signum() != 0)) {
			throw new IllegalArgumentException("A number is too large or too small to be read by everyone");
		}
		if (value == 0) {
			return "0";
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
		if (number instanceof Float value) {
			if (value.isNaN() || value.isInfinite()) {
				throw new IllegalArgumentException("NaN and the infinities are no JSON");
			}
			return new BigDecimal(value.toString());
		}
		if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
			return BigDecimal.valueOf(number.longValue());
		}
		throw new IllegalArgumentException("A value is no JSON: " + number.getClass().getName());
	}

	/**
	 * Find the shortest number by trying, because Java 17 sometimes writes one digit too
	 * many. The doubles above a power of two are twice as far away as the doubles below
	 * it. So the nearest number with that many digits may be another double, although the
	 * next number above is the right one.
	 */
	private static BigDecimal shortest(double value) {
		BigDecimal exact = new BigDecimal(value);
		for (int digits = 1; digits < MAX_DIGITS; digits++) {
			BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
			if (nearest.doubleValue() == value) {
				return nearest;
			}
			BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
			if (above.doubleValue() == value) {
				return above;
			}
		}
		return exact.round(new MathContext(MAX_DIGITS, RoundingMode.HALF_EVEN));
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
