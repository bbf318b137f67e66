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

package dev.lumoauth.demo.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import tools.jackson.databind.JsonNode;

/**
 * The content of a request to {@code /v1/chat/completions}, as far as the script needs
 * it.
 *
 * @param question the last message of the user
 * @param tools the tools offered: their names, and the names of the parameters of each
 * @param results the results of tools since the question, in order
 */
record Conversation(String question, Map<String, Set<String>> tools, List<ToolResult> results) {

	/**
	 * Read a request.
	 * @param request the body of the request
	 * @return the conversation
	 * @throws IllegalArgumentException if it has no message of a user
	 */
	static Conversation of(JsonNode request) {
		String question = null;
		Map<String, String> callNames = new LinkedHashMap<>();
		List<ToolResult> results = new ArrayList<>();
		for (JsonNode message : request.path("messages")) {
			switch (message.path("role").asString("")) {
				case "user" -> {
					question = text(message.path("content"));
					results.clear();
				}
				case "assistant" -> message.path("tool_calls")
					.forEach((call) -> callNames.put(call.path("id").asString(""),
							call.path("function").path("name").asString("")));
				case "tool" ->
					results.add(new ToolResult(callNames.getOrDefault(message.path("tool_call_id").asString(""), ""),
							text(message.path("content"))));
				default -> {
				}
			}
		}
		if (question == null) {
			throw new IllegalArgumentException("'messages' has no message with the role 'user'");
		}
		return new Conversation(question, tools(request.path("tools")), List.copyOf(results));
	}

	private static Map<String, Set<String>> tools(JsonNode tools) {
		Map<String, Set<String>> names = new LinkedHashMap<>();
		for (JsonNode tool : tools) {
			JsonNode function = tool.path("function");
			names.put(function.path("name").asString(""),
					Set.copyOf(function.path("parameters").path("properties").propertyNames()));
		}
		return names;
	}

	/**
	 * The content is a string, or a list of parts with a text.
	 */
	private static String text(JsonNode content) {
		if (content.isArray()) {
			StringBuilder text = new StringBuilder();
			content.forEach((part) -> text.append(part.path("text").asString("")));
			return text.toString();
		}
		return content.asString("");
	}

	/**
	 * The result of a tool.
	 *
	 * @param tool the name of the tool; empty if the call is not in the conversation
	 * @param content the result
	 */
	record ToolResult(String tool, String content) {
	}

}
