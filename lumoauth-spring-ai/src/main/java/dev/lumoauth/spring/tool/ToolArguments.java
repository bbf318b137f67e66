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

import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.approval.CallArguments;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a tool's call, and whether the tool's schema declares all of them. A
 * tool may take an argument by another name as well, or in another case: a condition over
 * the declared name says nothing about such a call.
 */
final class ToolArguments {

	private static final int MAX_DEPTH = 20;

	private ToolArguments() {
	}

	/**
	 * Read the arguments.
	 * @param input what the model wrote
	 * @param schema the tool's JSON schema
	 * @throws IllegalArgumentException if the input is no JSON object that every reader
	 * understands alike
	 */
	static CallArguments read(String input, String schema) {
		Map<String, @Nullable Object> values = CallArguments.read(input).values();
		return new CallArguments(values, declares(schema, values));
	}

	private static boolean declares(String schema, Map<String, @Nullable Object> values) {
		try {
			Map<String, @Nullable Object> root = CallArguments.read(schema).values();
			return declares(root, root, values, 0);
		}
		catch (IllegalArgumentException ex) {
			return values.isEmpty();
		}
	}

	private static boolean declares(Map<?, ?> root, @Nullable Object schema, @Nullable Object value, int depth) {
		if (depth > MAX_DEPTH) {
			return false;
		}
		if (value instanceof List<?> elements) {
			Object items = (schema instanceof Map<?, ?> map) ? resolved(root, map).get("items") : null;
			return elements.stream().allMatch((each) -> declares(root, items, each, depth + 1));
		}
		if (!(value instanceof Map<?, ?> members) || members.isEmpty()) {
			return true;
		}
		if (!(schema instanceof Map<?, ?> map)) {
			return false;
		}
		Map<?, ?> here = resolved(root, map);
		if (!(here.get("properties") instanceof Map<?, ?> properties) || properties.isEmpty()) {
			// A map, whose names are data: only what is said of its values counts.
			return depth > 0 && here.get("additionalProperties") instanceof Map<?, ?> values
					&& members.values().stream().allMatch((each) -> declares(root, values, each, depth + 1));
		}
		return members.entrySet()
			.stream()
			.allMatch((member) -> properties.containsKey(member.getKey())
					&& declares(root, properties.get(member.getKey()), member.getValue(), depth + 1));
	}

	private static Map<?, ?> resolved(Map<?, ?> root, Map<?, ?> schema) {
		if (schema.get("$ref") instanceof String reference && reference.startsWith("#/")) {
			Object found = root;
			for (String name : reference.substring(2).split("/", -1)) {
				found = (found instanceof Map<?, ?> map) ? map.get(name) : null;
			}
			return (found instanceof Map<?, ?> map) ? map : Map.of();
		}
		return schema;
	}

}
