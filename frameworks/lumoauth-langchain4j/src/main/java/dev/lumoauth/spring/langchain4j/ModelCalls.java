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
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.lumoauth.spring.call.CallContext;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;

/**
 * The calls of a model by one agent: each {@code chat} method, blocking or streaming, is
 * offered what the agent may use, and counts for its budget. A proxy of the model's
 * interface, so that each method of a later version of LangChain4j reaches the model.
 *
 * @param plain the model
 * @param guard the guard of the agent
 * @param service the tools of the AI service that calls the model; {@code null} if
 * something else does
 */
record ModelCalls(Object plain, LangChain4jGuard guard,
		@Nullable GuardedToolService service) implements InvocationHandler {

	static <M> M of(Class<M> type, M model, LangChain4jGuard guard, @Nullable GuardedToolService service) {
		return proxy(type, new ModelCalls((model instanceof AgentModel of) ? of.plain() : model, guard, service));
	}

	private static <T> T proxy(Class<T> type, InvocationHandler calls) {
		return type.cast(Proxy.newProxyInstance(AgentModel.class.getClassLoader(),
				new Class<?>[] { type, AgentModel.class }, calls));
	}

	/**
	 * Return the model of an AI service, once.
	 */
	static <M> @Nullable M ofService(Class<M> type, @Nullable M model, LangChain4jGuard guard,
			GuardedToolService service) {
		if (model == null || (Proxy.isProxyClass(model.getClass())
				&& Proxy.getInvocationHandler(model) instanceof ModelCalls calls && calls.service == service)) {
			return model;
		}
		return of(type, model, guard, service);
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given) throws Throwable {
		Object[] arguments = (given != null) ? given.clone() : new Object[0];
		if (method.getDeclaringClass() == AgentModel.class) {
			return method.getName().equals("guard") ? this.guard : this.plain;
		}
		if (arguments.length > 0 && arguments[0] instanceof ChatRequest request && method.getName().equals("chat")) {
			return chat(method, request, arguments);
		}
		return (method.isDefault() && method.getName().equals("chat"))
				? InvocationHandler.invokeDefault(proxy, method, arguments)
				: AopUtils.invokeJoinpointUsingReflection(this.plain, method, arguments);
	}

	private @Nullable Object chat(Method method, ChatRequest request, Object[] arguments) throws Throwable {
		int last = arguments.length - 1;
		StreamingChatResponseHandler handler = (arguments[last] instanceof StreamingChatResponseHandler streaming)
				? streaming : null;
		ModelCall call;
		try {
			ChatRequest offered = (this.service != null) ? this.service.offered(request, this.guard) : request;
			call = new ModelCall(this.guard.budget(), offered, defaults());
			arguments[0] = offered;
		}
		catch (RuntimeException ex) {
			if (handler == null) {
				throw ex;
			}
			handler.onError(ex);
			return null;
		}
		if (handler != null) {
			arguments[last] = proxy(StreamingChatResponseHandler.class,
					(proxy, event, values) -> AopUtils.invokeJoinpointUsingReflection(handler, event,
							(values != null) ? counted(call, values) : new Object[0]));
		}
		try (CallContext.Entered entered = call.enter()) {
			Object answer = AopUtils.invokeJoinpointUsingReflection(this.plain, method, arguments);
			if (answer instanceof ChatResponse response) {
				call.answered(response);
			}
			return answer;
		}
		catch (Throwable ex) {
			call.failed();
			throw ex;
		}
	}

	private ChatRequestParameters defaults() {
		return (this.plain instanceof ChatModel model) ? model.defaultRequestParameters()
				: ((StreamingChatModel) this.plain).defaultRequestParameters();
	}

	/**
	 * Count what a model says, and replace the handles by which its stream is cancelled.
	 */
	private static Object[] counted(ModelCall call, Object[] events) {
		for (int i = 0; i < events.length; i++) {
			if (events[i] instanceof ChatResponse answer) {
				call.answered(answer);
			}
			else if (events[i] instanceof Throwable) {
				call.failed();
			}
			else if (events[i] instanceof String text) {
				call.received(text);
			}
			else if (events[i] instanceof PartialResponse part) {
				call.received(part.text());
			}
			else if (events[i] instanceof PartialThinking part) {
				call.received(part.text());
			}
			else if (events[i] instanceof PartialToolCall part) {
				call.received(part.partialArguments());
			}
			else if (events[i] instanceof PartialResponseContext context) {
				events[i] = new PartialResponseContext(new CountedHandle(context.streamingHandle(), call));
			}
			else if (events[i] instanceof PartialThinkingContext context) {
				events[i] = new PartialThinkingContext(new CountedHandle(context.streamingHandle(), call));
			}
			else if (events[i] instanceof PartialToolCallContext context) {
				events[i] = new PartialToolCallContext(new CountedHandle(context.streamingHandle(), call));
			}
		}
		return events;
	}

	private record CountedHandle(StreamingHandle handle, ModelCall call) implements StreamingHandle {

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
