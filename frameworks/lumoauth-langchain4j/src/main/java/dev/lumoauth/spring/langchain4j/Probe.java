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

package dev.lumoauth.spring.langchain4j;

import java.util.List;
import java.util.Map;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolExecutor;

/**
 * An AI service that finds out whether its only tool is called behind the guard.
 */
interface Probe {

	String ask(String question);

	static boolean isGuarded() {
		ToolSpecification tool = ToolSpecification.builder().name("probe").build();
		ToolExecutor executor = (request,
				memoryId) -> Boolean.toString(StackWalker.getInstance()
					.walk((frames) -> frames
						.anyMatch((frame) -> frame.getClassName().equals(GuardedToolExecutor.class.getName()))));
		ChatModel model = new ChatModel() {

			@Override
			public ChatResponse doChat(ChatRequest request) {
				return ChatResponse.builder().aiMessage(answer(request)).build();
			}

		};
		try {
			return Boolean.parseBoolean(
					AiServices.builder(Probe.class).chatModel(model).tools(Map.of(tool, executor)).build().ask("?"));
		}
		catch (LinkageError | RuntimeException ex) {
			return false;
		}
	}

	private static AiMessage answer(ChatRequest request) {
		return (request.messages().get(request.messages().size() - 1) instanceof ToolExecutionResultMessage result)
				? AiMessage.from(result.text())
				: AiMessage.from(List.of(ToolExecutionRequest.builder().id("1").name("probe").arguments("{}").build()));
	}

}
