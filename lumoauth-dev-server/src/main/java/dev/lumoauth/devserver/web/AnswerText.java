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

package dev.lumoauth.devserver.web;

import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of an answer, for people to read. It contains no tokens and secrets, whatever
 * field they are in.
 */
final class AnswerText {

	/** Longer answers are left out. */
	private static final int MAX_BYTES = 16_384;

	private static final String LEFT_OUT = "(left out)";

	/** Three parts. The first part is the beginning of a JSON object. */
	private static final Pattern JWT = Pattern.compile("eyJ[\\w-]*\\.[\\w-]+\\.[\\w-]*");

	/** A token in the query of an address. */
	private static final Pattern IN_URL = Pattern.compile("([?&]\\w*token=)[^&#]+");

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private AnswerText() {
	}

	static @Nullable String of(@Nullable String contentType, byte[] body) {
		if (contentType == null || !contentType.contains("json") || body.length == 0) {
			return null;
		}
		if (body.length > MAX_BYTES) {
			return "(%,d bytes)".formatted(body.length);
		}
		try {
			return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(without(JSON.readTree(body)));
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private static JsonNode without(JsonNode node) {
		if (node.isObject()) {
			ObjectNode object = JsonNodeFactory.instance.objectNode();
			for (Map.Entry<String, JsonNode> entry : node.properties()) {
				boolean secret = entry.getKey().endsWith("_token") || entry.getKey().endsWith("secret");
				object.set(entry.getKey(),
						secret ? JsonNodeFactory.instance.stringNode(LEFT_OUT) : without(entry.getValue()));
			}
			return object;
		}
		if (node.isArray()) {
			ArrayNode array = JsonNodeFactory.instance.arrayNode();
			node.forEach((element) -> array.add(without(element)));
			return array;
		}
		if (!node.isString()) {
			return node;
		}
		String text = node.asString();
		return JsonNodeFactory.instance
			.stringNode(JWT.matcher(text).find() ? LEFT_OUT : IN_URL.matcher(text).replaceAll("$1" + LEFT_OUT));
	}

}
