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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import dev.lumoauth.demo.model.Conversation.ToolResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Decides what the scripted model says: one tool after the other, those that it is
 * offered and the question asks for, then an answer made of what they returned. Asked to,
 * it calls a tool that it was offered before and is not any more, as models do.
 */
class Script {

	private static final Pattern INSISTS = Pattern.compile("(?i)\\beven if\\b");

	private final JsonMapper json;

	/** The tools that were offered so far, and the names of the parameters of each. */
	private final Map<String, Set<String>> seen = new ConcurrentHashMap<>();

	Script(JsonMapper json) {
		this.json = json;
	}

	Reply next(Conversation conversation) {
		this.seen.putAll(conversation.tools());
		Map<String, Set<String>> tools = INSISTS.matcher(conversation.question()).find() ? this.seen
				: conversation.tools();
		List<Reply.ToolCall> plan = new ArrayList<>();
		for (Task task : Task.values()) {
			Map<String, String> arguments = task.arguments(conversation.question());
			Optional<Map.Entry<String, Set<String>>> tool = offered(tools, task);
			if (!arguments.isEmpty() && tool.isPresent()) {
				arguments = new LinkedHashMap<>(arguments);
				arguments.keySet().retainAll(tool.get().getValue());
				plan.add(new Reply.ToolCall("call_" + plan.size(), tool.get().getKey(), arguments));
			}
		}
		int done = conversation.results().size();
		return (done < plan.size()) ? plan.get(done) : new Reply.Answer(answer(conversation));
	}

	private static Optional<Map.Entry<String, Set<String>>> offered(Map<String, Set<String>> tools, Task task) {
		return tools.entrySet().stream().filter((tool) -> task.isDoneBy(tool.getKey())).findFirst();
	}

	private String answer(Conversation conversation) {
		List<String> sentences = new ArrayList<>();
		for (Task task : Task.values()) {
			if (!task.arguments(conversation.question()).isEmpty()) {
				sentences.add(sentence(conversation, task));
			}
		}
		return String.join(" ", sentences);
	}

	private String sentence(Conversation conversation, Task task) {
		Optional<String> result = conversation.results()
			.stream()
			.filter((candidate) -> task.isDoneBy(candidate.tool()))
			.map(ToolResult::content)
			.findFirst();
		if (result.isEmpty()) {
			return "I could not " + task.inWords() + ": I was offered no tool for it.";
		}
		String text = result.get();
		JsonNode parsed = parse(text);
		if (parsed != null && parsed.isString()) {
			text = parsed.asString();
		}
		else if (parsed != null && parsed.path(0).has("text")) {
			// What an MCP server returns.
			text = parsed.path(0).path("text").asString("");
			parsed = null;
		}
		if (text.startsWith("Error:")) {
			return "I could not " + task.inWords() + ": " + text.substring("Error:".length()).strip();
		}
		return (parsed != null && parsed.isArray()) ? documents(parsed) : ended(text);
	}

	private static String documents(JsonNode hits) {
		if (hits.isEmpty()) {
			return "I found no document about that.";
		}
		List<String> titles = new ArrayList<>();
		hits.forEach((hit) -> titles.add('"' + hit.path("title").asString("") + '"'));
		String found = (titles.size() == 1) ? "I found 1 document: " : "I found " + titles.size() + " documents: ";
		return found + String.join(", ", titles) + ". The first says: "
				+ ended(hits.path(0).path("snippet").asString(""));
	}

	private static String ended(String sentence) {
		return sentence.endsWith(".") ? sentence : sentence + ".";
	}

	private @Nullable JsonNode parse(String text) {
		try {
			return this.json.readTree(text);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

}
