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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.model.tool.ToolExecutionResult;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * Runs the calls of one answer at the same time.
 */
public final class ParallelManager implements ToolCallingManager {

	private final ToolCallingManager manager = ToolCallingManager.builder().build();

	private volatile ExecutorService threads = Executors.newFixedThreadPool(4);

	/**
	 * Use other threads.
	 * @return those that were used before
	 */
	ExecutorService runOn(ExecutorService threads) {
		ExecutorService before = this.threads;
		this.threads = threads;
		return before;
	}

	@Override
	public List<ToolDefinition> resolveToolDefinitions(ToolCallingChatOptions options) {
		return this.manager.resolveToolDefinitions(options);
	}

	@Override
	public ToolExecutionResult executeToolCalls(Prompt prompt, ChatResponse response) {
		AssistantMessage asked = response.getResult().getOutput();
		List<Future<ToolResponseMessage>> results = new ArrayList<>();
		for (AssistantMessage.ToolCall call : asked.getToolCalls()) {
			AssistantMessage one = AssistantMessage.builder().toolCalls(List.of(call)).build();
			results.add(this.threads.submit(() -> {
				ToolExecutionResult result = this.manager.executeToolCalls(prompt,
						new ChatResponse(List.of(new Generation(one))));
				List<Message> history = result.conversationHistory();
				return (ToolResponseMessage) history.get(history.size() - 1);
			}));
		}
		List<ToolResponseMessage.ToolResponse> responses = new ArrayList<>();
		for (Future<ToolResponseMessage> result : results) {
			try {
				responses.addAll(result.get(1, TimeUnit.MINUTES).getResponses());
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}
		List<Message> history = new ArrayList<>(prompt.getInstructions());
		history.add(asked);
		history.add(ToolResponseMessage.builder().responses(responses).build());
		return ToolExecutionResult.builder().conversationHistory(history).build();
	}

}
