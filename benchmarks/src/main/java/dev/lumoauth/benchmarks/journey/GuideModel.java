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

package dev.lumoauth.benchmarks.journey;

import java.util.List;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;

/**
 * The model of the guide's run, without the time that a model takes: it calls one tool,
 * then the other, and answers with what they returned.
 */
class GuideModel implements ChatModel {

	private static final List<AssistantMessage.ToolCall> CALLS = List.of(
			new AssistantMessage.ToolCall("1", "function", "searchCompanyDocuments", "{\"query\":\"Q3 performance\"}"),
			new AssistantMessage.ToolCall("2", "function", "queryFinancials", "{\"metric\":\"EBITDA\"}"));

	private final ToolCallingManager manager;

	GuideModel(ToolCallingManager manager) {
		this.manager = manager;
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		if (prompt.getOptions() instanceof ToolCallingChatOptions options) {
			this.manager.resolveToolDefinitions(options);
		}
		StringBuilder results = new StringBuilder();
		int answered = 0;
		for (Message message : prompt.getInstructions()) {
			if (message instanceof ToolResponseMessage response) {
				response.getResponses().forEach((result) -> results.append(result.responseData()).append(' '));
				answered += response.getResponses().size();
			}
		}
		AssistantMessage answer = (answered < CALLS.size())
				? AssistantMessage.builder().content("").toolCalls(List.of(CALLS.get(answered))).build()
				: new AssistantMessage(results.toString().trim());
		return new ChatResponse(List.of(new Generation(answer)),
				ChatResponseMetadata.builder().usage(new DefaultUsage(100, 10)).build());
	}

	@Override
	public ToolCallingChatOptions getOptions() {
		return ToolCallingChatOptions.builder().build();
	}

}
