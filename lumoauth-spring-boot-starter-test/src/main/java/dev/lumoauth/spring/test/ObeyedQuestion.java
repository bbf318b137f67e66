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

package dev.lumoauth.spring.test;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.http.LumoAuthJson;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * A question that names a tool and its argument, as in {@code searchDocuments Q3}.
 *
 * @param tool the tool's name: the first word
 * @param rest the text after the tool's name
 */
record ObeyedQuestion(String tool, String rest) {

	static ObeyedQuestion of(@Nullable String question) {
		String[] words = ((question != null) ? question : "").strip().split("\\s+", 2);
		return new ObeyedQuestion(words[0], (words.length > 1) ? words[1] : "");
	}

	/**
	 * Return the arguments: the rest if it is JSON, or else the rest for each parameter
	 * that the tool requires, or for all if it requires none.
	 * @param definition the tool, or {@code null} if it is not known
	 * @return the arguments, as JSON
	 */
	String arguments(@Nullable ToolDefinition definition) {
		if (this.rest.startsWith("{")) {
			return this.rest;
		}
		Map<String, Object> arguments = new LinkedHashMap<>();
		if (definition != null && !this.rest.isEmpty()) {
			Map<String, Object> schema = LumoAuthJson.read(definition.inputSchema().getBytes(StandardCharsets.UTF_8));
			parameters(schema).forEach((name) -> arguments.put(String.valueOf(name), this.rest));
		}
		return new String(LumoAuthJson.write(arguments), StandardCharsets.UTF_8);
	}

	private static Collection<?> parameters(Map<String, Object> schema) {
		if (schema.get("required") instanceof List<?> required && !required.isEmpty()) {
			return required;
		}
		return (schema.get("properties") instanceof Map<?, ?> properties) ? properties.keySet() : List.of();
	}

}
