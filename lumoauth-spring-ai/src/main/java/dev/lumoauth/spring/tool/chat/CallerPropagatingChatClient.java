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

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.ReactiveCallContext;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.DefaultChatClient;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;

/**
 * Wraps a chat client, so that each stream that it assembles knows who assembled it. A
 * stream to which the application subscribes itself runs, from its first operator on, on
 * threads without a signed-in user, or with
 * {@code spring.reactor.context-propagation=auto} on a thread that Reactor cleared: no
 * advisor sees the user there. The user is in the stream alone, not in the client or the
 * request, which may be used again by someone else. From here on, all waits of a chat for
 * LumoAuth are added up.
 */
record CallerPropagatingChatClient(Object step) implements InvocationHandler {

	private static final List<Class<?>> STEPS = List.of(ChatClient.Builder.class, ChatClient.class,
			ChatClient.ChatClientRequestSpec.class, ChatClient.CallResponseSpec.class,
			ChatClient.StreamResponseSpec.class);

	private static final CallContext.Key<Caller> CALLER = new CallContext.Key<>("who assembled the stream");

	/**
	 * Return whether a bean is a chat client of Spring AI's own, or builds one, and is
	 * not followed yet. An implementation of the application's own is left as it is, as
	 * are test doubles.
	 * @param bean any bean
	 */
	static boolean isOwn(Object bean) {
		Class<?> type = FrameworkClasses.userClass(bean.getClass());
		return type == DefaultChatClient.class || type == DefaultChatClientBuilder.class;
	}

	/**
	 * Follow a chat client or its builder, or a step of a request.
	 * @param step any object
	 * @return the replacement; the same object if it is none of these
	 */
	static Object of(Object step) {
		for (Class<?> type : STEPS) {
			if (type.isInstance(step) && !Proxy.isProxyClass(step.getClass())) {
				return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
						new CallerPropagatingChatClient(step));
			}
		}
		return step;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
		if (arguments != null && method.getDeclaringClass() == Object.class) {
			return proxy == arguments[0]; // equals
		}
		Object result;
		try {
			result = (this.step instanceof ChatClient.CallResponseSpec)
					? WaitAllowance.current().call(() -> method.invoke(this.step, arguments))
					: method.invoke(this.step, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
		if (result == null || method.getDeclaringClass() == Object.class) {
			return result;
		}
		if (result instanceof Flux<?> stream) {
			return taken(stream);
		}
		return (result == this.step) ? proxy : of(result);
	}

	private static <T> Flux<T> taken(Flux<T> stream) {
		Caller assembling = Caller.current();
		return Flux.defer(() -> {
			Caller caller = Caller.current().or(assembling);
			WaitAllowance here = WaitAllowance.current();
			return stream.contextWrite((context) -> context.put(CallContext.REACTOR_KEY,
					here.in(ReactiveCallContext.of(context)).with(CALLER, caller)));
		});
	}

	/**
	 * Return the caller who assembled a stream.
	 * @param context the context of the stream
	 */
	static Caller caller(ContextView context) {
		Caller caller = ReactiveCallContext.of(context).get(CALLER);
		return (caller != null) ? caller : Caller.NOBODY;
	}

}
