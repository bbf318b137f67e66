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

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.AiServiceContext;
import dev.lumoauth.spring.guard.GuardConfigurationException;

/**
 * What one AI service consists of: its tools and its models are those of one agent.
 */
final class GuardedServiceContext extends AiServiceContext {

	private final GuardedToolService tools;

	private volatile LangChain4jGuard installed = LangChain4jGuard.installed();

	GuardedServiceContext(Class<?> aiServiceClass) {
		super(aiServiceClass);
		if (GuardedTool.FINDER.mentions(aiServiceClass)) {
			throw new GuardConfigurationException(
					"The AI service " + aiServiceClass.getName() + " has an annotation, and no guard stands where it "
							+ "is called: LangChain4j retrieves documents before, and runs default methods itself.",
					"Annotate the tools, or the method of a bean that calls the service.");
		}
		this.tools = new GuardedToolService(this);
		this.toolService = this.tools;
	}

	/**
	 * Return the guard of the agent whose model this service has, or else the one that
	 * was installed when the service was made, or is now.
	 */
	LangChain4jGuard guard() {
		Object model = (this.chatModel instanceof AgentModel) ? this.chatModel : this.streamingChatModel;
		if (model instanceof AgentModel of) {
			return of.guard();
		}
		if (this.installed == LangChain4jGuard.NONE) {
			this.installed = LangChain4jGuard.installed();
		}
		return this.installed;
	}

	/**
	 * Begin a call of the service, whose models are offered what the agent may use.
	 */
	LangChain4jGuard begin() {
		LangChain4jGuard guard = guard();
		if (guard != LangChain4jGuard.NONE) {
			this.chatModel = ModelCalls.ofService(ChatModel.class, this.chatModel, guard, this.tools);
			this.streamingChatModel = ModelCalls.ofService(StreamingChatModel.class, this.streamingChatModel, guard,
					this.tools);
		}
		return guard;
	}

}
