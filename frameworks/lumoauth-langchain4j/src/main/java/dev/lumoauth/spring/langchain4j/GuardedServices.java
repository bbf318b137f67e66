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

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServiceContext;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolExecutor;
import dev.langchain4j.spi.services.AiServiceContextFactory;
import dev.langchain4j.spi.services.AiServicesFactory;
import dev.lumoauth.spring.guard.GuardConfigurationException;

/**
 * Gives each AI service a tool service with a guard, whatever builder makes the service.
 * LangChain4j finds this factory by {@code META-INF/services}.
 *
 * @since 0.1.0
 */
public final class GuardedServices implements AiServiceContextFactory {

	@Override
	public AiServiceContext create(Class<?> aiServiceClass) {
		return new GuardedServiceContext(aiServiceClass);
	}

	/**
	 * Refuse to go on if AI services are not guarded: a service calls a tool, which has
	 * to be behind the guard. That is so if this version of LangChain4j collects and
	 * calls tools where it did before, and if no other library makes its services,
	 * whichever comes first.
	 */
	static void requireGuarded() {
		List<String> others = Stream
			.concat(ServiceLoader.load(AiServiceContextFactory.class).stream(),
					ServiceLoader.load(AiServicesFactory.class).stream())
			.map((provider) -> provider.type().getName())
			.filter((name) -> !name.equals(GuardedServices.class.getName()))
			.toList();
		ToolExecutor tool = (request, memoryId) -> Boolean.toString(StackWalker.getInstance()
			.walk((frames) -> frames.map(StackFrame::getClassName).anyMatch(GuardedTool.class.getName()::equals)));
		String guarded = AiServices.builder(Probe.class)
			.chatModel(new ProbeModel())
			.tools(Map.of(ToolSpecification.builder().name("probe").build(), tool))
			.build()
			.ask("?");
		if (!guarded.equals("true") || !others.isEmpty()) {
			throw new GuardConfigurationException(
					"The tools of LangChain4j's AI services would not be guarded: this version calls tools in another way, "
							+ "or another factory makes the services: " + others + ".",
					"Use LangChain4j 1.19, remove other libraries that make AI services, and if several jars are put "
							+ "together to one, append their META-INF/services.");
		}
	}

	interface Probe {

		String ask(String question);

	}

	/**
	 * Calls the tool once, and answers what the tool has returned.
	 */
	private static final class ProbeModel implements ChatModel {

		@Override
		public ChatResponse doChat(ChatRequest request) {
			ChatMessage last = request.messages().get(request.messages().size() - 1);
			return ChatResponse.builder()
				.aiMessage((last instanceof ToolExecutionResultMessage result) ? AiMessage.from(result.text())
						: AiMessage.from(ToolExecutionRequest.builder().id("1").name("probe").arguments("{}").build()))
				.build();
		}

	}

}
