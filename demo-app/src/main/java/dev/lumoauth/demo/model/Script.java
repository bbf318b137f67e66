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
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.lumoauth.demo.model.Conversation.ToolResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Decides what the scripted model says: first it calls the offered tools that the
 * question asks for, one after the other; then it answers with their results. If the
 * question asks for it, the model calls a tool that was offered before and is no longer
 * offered, as real models do. If the model is told the result of a call that a person has
 * decided, it repeats the result.
 */
class Script {

	private static final Pattern INSISTS = Pattern.compile("(?i)\\beven if\\b");

	/**
	 * The form in which {@link dev.lumoauth.spring.approval.springai.DecidedChat} tells
	 * the result.
	 */
	private static final Pattern DECIDED = Pattern.compile(
			"The call of the tool '(.{1,100}?)' with the arguments .* is decided\\. Its outcome:\\R(.*)",
			Pattern.DOTALL);

	private static final Pattern PENDING = Pattern.compile("Approval pending: (.*?) Tell the user, and call .*",
			Pattern.DOTALL);

	private final JsonMapper json;

	/** The tools that were offered so far, and the names of the parameters of each. */
	private final Map<String, Set<String>> seen = new ConcurrentHashMap<>();

	Script(JsonMapper json) {
		this.json = json;
	}

	Reply next(Conversation conversation) {
		this.seen.putAll(conversation.tools());
		Matcher decided = DECIDED.matcher(conversation.question());
		if (decided.matches()) {
			return new Reply.Answer(decided(decided.group(1), decided.group(2)));
		}
		Map<String, Set<String>> tools = INSISTS.matcher(conversation.question()).find() ? this.seen
				: conversation.tools();
		List<Reply.ToolCall> plan = new ArrayList<>();
		for (Task task : Task.values()) {
			Map<String, String> arguments = arguments(task, conversation);
			Optional<Map.Entry<String, Set<String>>> tool = offered(tools, task);
			if (!arguments.isEmpty() && tool.isPresent()) {
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

	private Map<String, String> arguments(Task task, Conversation conversation) {
		Map<String, String> arguments = new LinkedHashMap<>(task.arguments(conversation.question()));
		if (task == Task.REPORT && !arguments.isEmpty()) {
			String found = answer(conversation, EnumSet.complementOf(EnumSet.of(Task.REPORT)));
			arguments.put("text", found.isEmpty() ? "Nothing was looked up for this report." : found);
		}
		return arguments;
	}

	private String answer(Conversation conversation) {
		boolean reports = conversation.results().stream().anyMatch((result) -> Task.REPORT.isDoneBy(result.tool()));
		// The report contains the results.
		return answer(conversation, reports ? EnumSet.of(Task.REPORT) : EnumSet.allOf(Task.class));
	}

	private String answer(Conversation conversation, Set<Task> tasks) {
		List<String> sentences = new ArrayList<>();
		for (Task task : tasks) {
			if (!task.arguments(conversation.question()).isEmpty()) {
				sentences.add(sentence(conversation, task));
			}
		}
		return String.join(" ", sentences);
	}

	private String decided(String tool, String outcome) {
		for (Task task : Task.values()) {
			if (task.isDoneBy(tool)) {
				return sentence(task, outcome);
			}
		}
		return "The call of " + tool + " is decided: " + ended(outcome);
	}

	private String sentence(Conversation conversation, Task task) {
		return conversation.results()
			.stream()
			.filter((candidate) -> task.isDoneBy(candidate.tool()))
			.map(ToolResult::content)
			.findFirst()
			.map((result) -> sentence(task, result))
			.orElseGet(() -> "I could not " + task.inWords() + ": I was offered no tool for it.");
	}

	private String sentence(Task task, String result) {
		String text = result;
		JsonNode parsed = parse(text);
		if (parsed != null && parsed.isString()) {
			text = parsed.asString();
			parsed = null;
		}
		else if (parsed != null && parsed.path(0).has("text")) {
			// A result of an MCP server.
			text = parsed.path(0).path("text").asString("");
			parsed = null;
		}
		if (text.startsWith("Error:")) {
			return "I could not " + task.inWords() + ": " + text.substring("Error:".length()).strip();
		}
		Matcher pending = PENDING.matcher(text);
		if (pending.matches()) {
			return "A person has to approve this first: " + pending.group(1) + " I go on when it is decided.";
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
