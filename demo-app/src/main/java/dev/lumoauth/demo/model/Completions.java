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

import tools.jackson.databind.json.JsonMapper;

/**
 * Writes replies as OpenAI's chat completions do, whole or as a stream of chunks.
 */
class Completions {

	private static final String ID = "chatcmpl-scripted";

	private final JsonMapper json;

	Completions(JsonMapper json) {
		this.json = json;
	}

	/**
	 * Write a reply in one piece.
	 * @param model the model that the request named
	 * @param reply the reply
	 * @param requestChars the length of the request, for the usage
	 * @return a {@code chat.completion}
	 */
	String whole(String model, Reply reply, int requestChars) {
		Map<String, Object> message = (reply instanceof Reply.ToolCall call)
				? Map.of("role", "assistant", "content", "", "tool_calls",
						List.of(Map.of("id", call.id(), "type", "function", "function",
								Map.of("name", call.tool(), "arguments", arguments(call)))))
				: Map.of("role", "assistant", "content", ((Reply.Answer) reply).text());
		return this.json.writeValueAsString(Map.of("id", ID, "object", "chat.completion", "created", 0, "model", model,
				"choices", List.of(Map.of("index", 0, "finish_reason", finishReason(reply), "message", message)),
				"usage", usage(reply, requestChars)));
	}

	/**
	 * Write a reply in chunks.
	 * @param model the model that the request named
	 * @param reply the reply
	 * @param requestChars the length of the request, for the usage
	 * @return the {@code chat.completion.chunk}s, the last one with the usage
	 */
	List<String> chunks(String model, Reply reply, int requestChars) {
		List<String> chunks = new ArrayList<>();
		if (reply instanceof Reply.ToolCall call) {
			chunks.add(delta(model, Map.of("role", "assistant", "tool_calls", List.of(Map.of("index", 0, "id",
					call.id(), "type", "function", "function", Map.of("name", call.tool(), "arguments", ""))))));
			chunks.add(delta(model, Map.of("tool_calls",
					List.of(Map.of("index", 0, "function", Map.of("arguments", arguments(call)))))));
		}
		else {
			for (String word : ((Reply.Answer) reply).text().split("(?<= )", -1)) {
				chunks.add(delta(model, Map.of("role", "assistant", "content", word)));
			}
		}
		chunks.add(chunk(model, List.of(Map.of("index", 0, "finish_reason", finishReason(reply), "delta", Map.of())),
				Map.of()));
		chunks.add(chunk(model, List.of(), Map.of("usage", usage(reply, requestChars))));
		return chunks;
	}

	private String delta(String model, Map<String, Object> delta) {
		return chunk(model, List.of(Map.of("index", 0, "delta", delta)), Map.of());
	}

	private String chunk(String model, List<Object> choices, Map<String, Object> more) {
		Map<String, Object> chunk = new LinkedHashMap<>(
				Map.of("id", ID, "object", "chat.completion.chunk", "created", 0, "model", model, "choices", choices));
		chunk.putAll(more);
		return this.json.writeValueAsString(chunk);
	}

	private String arguments(Reply.ToolCall call) {
		return this.json.writeValueAsString(call.arguments());
	}

	private static String finishReason(Reply reply) {
		return (reply instanceof Reply.ToolCall) ? "tool_calls" : "stop";
	}

	/**
	 * About four characters for each token, as in English text.
	 */
	private Map<String, Object> usage(Reply reply, int requestChars) {
		int prompt = requestChars / 4;
		int completion = 1 + ((reply instanceof Reply.ToolCall call) ? arguments(call).length() + call.tool().length()
				: ((Reply.Answer) reply).text().length()) / 4;
		return Map.of("prompt_tokens", prompt, "completion_tokens", completion, "total_tokens", prompt + completion);
	}

}
