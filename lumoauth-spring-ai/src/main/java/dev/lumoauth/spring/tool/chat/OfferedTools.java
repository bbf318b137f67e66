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

package dev.lumoauth.spring.tool.chat;

import java.util.List;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

/**
 * The tool callbacks in the options of a prompt.
 */
final class OfferedTools {

	private OfferedTools() {
	}

	static List<ToolCallback> of(Prompt prompt) {
		return (prompt.getOptions() instanceof ToolCallingChatOptions options) ? of(options) : List.of();
	}

	static List<ToolCallback> of(ToolCallingChatOptions options) {
		List<ToolCallback> tools = options.getToolCallbacks();
		return (tools != null) ? tools : List.of();
	}

	/**
	 * Replace the tools that a prompt offers. If the options of a prompt can't have
	 * tools, the prompt gets other options: it is for the code that executes the calls,
	 * and not for a model.
	 */
	static Prompt replace(Prompt prompt, List<ToolCallback> tools) {
		if (!(prompt.getOptions() instanceof ToolCallingChatOptions options)) {
			return new Prompt(prompt.getInstructions(), ToolCallingChatOptions.builder().toolCallbacks(tools).build());
		}
		return new Prompt(prompt.getInstructions(), options.mutate().toolCallbacks(tools).build());
	}

	static ChatClientRequest replace(ChatClientRequest request, List<ToolCallback> tools) {
		return request.mutate().prompt(replace(request.prompt(), tools)).build();
	}

}
