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
import java.util.Set;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import org.jspecify.annotations.Nullable;

/**
 * A model as one agent calls it, by the agent's budget.
 *
 * @param plain the model
 * @param guard the guard of the agent
 * @param service the tools of the AI service that calls the model; {@code null} if
 * something else does
 */
record AgentChatModel(ChatModel plain, LangChain4jGuard guard,
		@Nullable GuardedToolService service) implements ChatModel, AgentModel {

	static AgentChatModel of(ChatModel model, LangChain4jGuard guard, @Nullable GuardedToolService service) {
		return new AgentChatModel((model instanceof AgentModel of) ? (ChatModel) of.plain() : model, guard, service);
	}

	@Override
	public ChatResponse chat(ChatRequest request, ChatRequestOptions options) {
		ChatRequest offered = (this.service != null) ? this.service.offered(request, this.guard) : request;
		BudgetedCall call = BudgetedCall.begin(this.guard.budget(), offered, defaultRequestParameters());
		try {
			// A model may have no other method than the one without options.
			ChatResponse answer = ChatRequestOptions.EMPTY.equals(options) ? this.plain.chat(offered)
					: this.plain.chat(offered, options);
			call.answered(answer);
			return answer;
		}
		catch (RuntimeException | Error ex) {
			call.failed();
			throw ex;
		}
	}

	@Override
	public ChatRequestParameters defaultRequestParameters() {
		return this.plain.defaultRequestParameters();
	}

	@Override
	public List<ChatModelListener> listeners() {
		return this.plain.listeners();
	}

	@Override
	public ModelProvider provider() {
		return this.plain.provider();
	}

	@Override
	public Set<Capability> supportedCapabilities() {
		return this.plain.supportedCapabilities();
	}

}
