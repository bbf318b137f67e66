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

package dev.lumoauth.spring.guard.tool;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import dev.lumoauth.spring.guard.CallArguments;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a tool's call, and whether the tool's schema declares all of them, in
 * the form they came in. A tool may take an argument by another name as well, or in
 * another case, and read the text {@code " HIGH "} or {@code "2"} as a constant, or 5.9
 * as 5: a condition over the declared names and forms says nothing about such a call.
 *
 * @since 0.1.0
 */
public final class ToolArguments {

	private static final int MAX_DEPTH = 20;

	/** More digits than a double has. Writing out 1e999999999 would take too long. */
	private static final int MAX_SCALE = 400;

	/** With these keywords, the valid values depend on more than the schema at hand. */
	private static final List<String> UNKNOWN = List.of("anyOf", "oneOf", "allOf", "not", "if", "patternProperties",
			"$dynamicRef");

	private ToolArguments() {
	}

	/**
	 * Read the arguments.
	 * @param input what the model wrote
	 * @param schema the tool's JSON schema
	 * @return the arguments
	 * @throws IllegalArgumentException if the input is not a JSON object that every
	 * reader understands in the same way
	 */
	public static CallArguments read(String input, String schema) {
		return of(CallArguments.read(input).values(), known(schema));
	}

	private static @Nullable Map<String, ?> known(String schema) {
		try {
			return CallArguments.read(schema).values();
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * Take the arguments as they are.
	 * @param values the arguments
	 * @param schema the tool's JSON schema; {@code null} for none
	 * @return the arguments
	 * @throws IllegalArgumentException if a text is written as a number that a person
	 * would see in another form than the tool
	 */
	public static CallArguments of(Map<String, @Nullable Object> values, @Nullable Map<String, ?> schema) {
		if (schema != null) {
			requireTexts(schema, schema, values, 0);
		}
		return new CallArguments(values, values.isEmpty() || (schema != null && declares(schema, schema, values, 0)));
	}

	/**
	 * A tool may read the number 1.10 as the text "1.10". A person sees 1.1, since both
	 * are one number. As texts they are two, such as two versions.
	 */
	private static void requireTexts(Map<?, ?> root, @Nullable Object schema, @Nullable Object value, int depth) {
		if (depth > MAX_DEPTH || !(schema instanceof Map<?, ?> map)) {
			return;
		}
		Map<?, ?> here = resolved(root, map);
		if (value instanceof Number number && isText(types(here.get("type")))
				&& !CallArguments.of(Map.of("", number)).canonical().equals("{\"\":" + number + "}")) {
			throw new IllegalArgumentException(
					"an argument is a number where the tool takes a text: write it in quotes");
		}
		if (value instanceof List<?> elements) {
			elements.forEach((each) -> requireTexts(root, here.get("items"), each, depth + 1));
		}
		if (value instanceof Map<?, ?> members) {
			Map<?, ?> properties = (here.get("properties") instanceof Map<?, ?> declared) ? declared : Map.of();
			members.forEach((name, each) -> requireTexts(root,
					properties.containsKey(name) ? properties.get(name) : here.get("additionalProperties"), each,
					depth + 1));
		}
	}

	private static boolean isText(List<String> types) {
		return types.contains("string") && !types.contains("number") && !types.contains("integer");
	}

	private static boolean declares(Map<?, ?> root, @Nullable Object schema, @Nullable Object value, int depth) {
		if (depth > MAX_DEPTH || !(schema instanceof Map<?, ?> map)) {
			return false;
		}
		Map<?, ?> here = resolved(root, map);
		if (UNKNOWN.stream().anyMatch(here::containsKey)
				|| (here.containsKey("enum") && !(here.get("enum") instanceof List<?> all && all.contains(value)))) {
			return false;
		}
		List<String> types = types(here.get("type"));
		if (value == null) {
			return types.contains("null");
		}
		List<String> others = types.stream().filter((type) -> !"null".equals(type)).toList();
		return others.size() == 1 && switch (others.get(0)) {
			case "string" -> value instanceof String text && isPlain(text);
			case "number" -> value instanceof Number number && isNumber(number, here.get("format"));
			case "integer" -> value instanceof Number number && isInteger(number, here.get("format"));
			case "boolean" -> value instanceof Boolean;
			case "array" -> value instanceof List<?> elements
					&& elements.stream().allMatch((each) -> declares(root, here.get("items"), each, depth + 1));
			case "object" -> value instanceof Map<?, ?> members && declaresMembers(root, here, members, depth);
			default -> false;
		};
	}

	/**
	 * In lower case: a framework may write them in upper case for some models.
	 */
	private static List<String> types(@Nullable Object type) {
		Stream<?> types = (type instanceof List<?> several) ? several.stream() : Stream.ofNullable(type);
		return types.map((each) -> String.valueOf(each).toLowerCase(Locale.ROOT)).toList();
	}

	private static boolean declaresMembers(Map<?, ?> root, Map<?, ?> schema, Map<?, ?> members, int depth) {
		if (members.isEmpty()) {
			return true;
		}
		if (!(schema.get("properties") instanceof Map<?, ?> properties) || properties.isEmpty()) {
			// A map: its names are data, so only the schema of its values counts.
			return depth > 0 && schema.get("additionalProperties") instanceof Map<?, ?> values
					&& members.values().stream().allMatch((each) -> declares(root, values, each, depth + 1));
		}
		return members.entrySet()
			.stream()
			.allMatch((member) -> properties.containsKey(member.getKey())
					&& declares(root, properties.get(member.getKey()), member.getValue(), depth + 1));
	}

	/**
	 * A value that isn't only read as text, such as a date, may lose the blanks around
	 * it, or may become {@code null} if the text is empty. The schema doesn't express
	 * this difference.
	 */
	private static boolean isPlain(String text) {
		return !text.isEmpty() && text.trim().length() == text.length();
	}

	private static boolean isNumber(Number number, @Nullable Object format) {
		return !"float".equals(format)
				|| decimal(Float.toString(number.floatValue())).compareTo(decimal(number.toString())) == 0;
	}

	private static boolean isInteger(Number number, @Nullable Object format) {
		BigDecimal exact = decimal(number.toString());
		if (Math.abs((long) exact.scale()) > MAX_SCALE) {
			return false;
		}
		try {
			int bits = exact.toBigIntegerExact().bitLength();
			return !("int32".equals(format) && bits >= Integer.SIZE) && !("int64".equals(format) && bits >= Long.SIZE);
		}
		catch (ArithmeticException ex) {
			return false;
		}
	}

	private static BigDecimal decimal(String number) {
		return new BigDecimal(number);
	}

	private static Map<?, ?> resolved(Map<?, ?> root, Map<?, ?> schema) {
		if (!schema.containsKey("$ref")) {
			return schema;
		}
		if (!(schema.get("$ref") instanceof String reference) || !reference.startsWith("#")) {
			return Map.of();
		}
		Object found = root;
		for (String name : reference.substring(1).split("/", -1)) {
			found = name.isEmpty() ? found : (found instanceof Map<?, ?> map) ? map.get(name) : null;
		}
		return (found instanceof Map<?, ?> map) ? map : Map.of();
	}

}
