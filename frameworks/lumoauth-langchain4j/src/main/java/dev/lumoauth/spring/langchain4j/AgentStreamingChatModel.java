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

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import org.jspecify.annotations.Nullable;

/**
 * A streaming model as one agent calls it, by the agent's budget. A refusal is the error
 * of the stream.
 *
 * @param plain the model
 * @param guard the guard of the agent
 * @param service the tools of the AI service that calls the model; {@code null} if
 * something else does
 */
record AgentStreamingChatModel(StreamingChatModel plain, LangChain4jGuard guard,
		@Nullable GuardedToolService service) implements StreamingChatModel, AgentModel {

	static AgentStreamingChatModel of(StreamingChatModel model, LangChain4jGuard guard,
			@Nullable GuardedToolService service) {
		return new AgentStreamingChatModel((model instanceof AgentModel of) ? (StreamingChatModel) of.plain() : model,
				guard, service);
	}

	@Override
	public void chat(ChatRequest request, ChatRequestOptions options, StreamingChatResponseHandler handler) {
		ChatRequest offered;
		BudgetedCall call;
		try {
			offered = (this.service != null) ? this.service.offered(request, this.guard) : request;
			call = BudgetedCall.begin(this.guard.budget(), offered, defaultRequestParameters());
		}
		catch (RuntimeException ex) {
			handler.onError(ex);
			return;
		}
		StreamingChatResponseHandler counting = counting(call, handler);
		try {
			if (ChatRequestOptions.EMPTY.equals(options)) {
				this.plain.chat(offered, counting);
			}
			else {
				this.plain.chat(offered, options, counting);
			}
		}
		catch (RuntimeException | Error ex) {
			call.failed();
			throw ex;
		}
	}

	/**
	 * A proxy, so that each method of a later version reaches the handler too.
	 */
	private static StreamingChatResponseHandler counting(BudgetedCall call, StreamingChatResponseHandler handler) {
		InvocationHandler counting = (proxy, method, arguments) -> {
			for (int i = 0; arguments != null && i < arguments.length; i++) {
				arguments[i] = counted(call, arguments[i]);
			}
			try {
				return method.invoke(handler, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		};
		return (StreamingChatResponseHandler) Proxy.newProxyInstance(
				StreamingChatResponseHandler.class.getClassLoader(),
				new Class<?>[] { StreamingChatResponseHandler.class }, counting);
	}

	private static Object counted(BudgetedCall call, Object event) {
		if (event instanceof ChatResponse answer) {
			call.answered(answer);
		}
		else if (event instanceof Throwable) {
			call.failed();
		}
		else if (event instanceof String text) {
			call.received(text);
		}
		else if (event instanceof PartialResponse part) {
			call.received(part.text());
		}
		else if (event instanceof PartialResponseContext context) {
			return new PartialResponseContext(new CountedHandle(context.streamingHandle(), call));
		}
		else if (event instanceof PartialThinkingContext context) {
			return new PartialThinkingContext(new CountedHandle(context.streamingHandle(), call));
		}
		else if (event instanceof PartialToolCallContext context) {
			return new PartialToolCallContext(new CountedHandle(context.streamingHandle(), call));
		}
		return event;
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

	private record CountedHandle(StreamingHandle handle, BudgetedCall call) implements StreamingHandle {

		@Override
		public void cancel() {
			this.handle.cancel();
			this.call.failed();
		}

		@Override
		public boolean isCancelled() {
			return this.handle.isCancelled();
		}

	}

}
