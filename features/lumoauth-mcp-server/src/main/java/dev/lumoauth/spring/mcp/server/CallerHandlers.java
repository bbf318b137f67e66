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

package dev.lumoauth.spring.mcp.server;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.BeanUtils;
import org.springframework.util.ReflectionUtils;

import dev.lumoauth.spring.user.Caller;

/**
 * Runs the tools, prompts, resources and completions of an MCP server for their callers,
 * and signs the caller in on the thread of a synchronous one. {@link CallerLists} knows
 * only those of servers that are beans. It comes after all other post-processors, so that
 * the guard decides inside of it.
 */
final class CallerHandlers {

	private CallerHandlers() {
	}

	/**
	 * Return a bean whose handlers run as their callers.
	 * @return the same bean if it is no specification
	 */
	static Object signedIn(Object bean) {
		if (bean instanceof List<?> list && list.stream().anyMatch(CallerHandlers::isSpecification)) {
			return list.stream().map(CallerHandlers::specification).toList();
		}
		return specification(bean);
	}

	private static boolean isSpecification(@Nullable Object object) {
		if (!(object instanceof Record)) {
			return false;
		}
		Class<?> host = object.getClass().getNestHost();
		return host == McpServerFeatures.class || host == McpStatelessServerFeatures.class;
	}

	/**
	 * Each specification is a record of a served object and one function.
	 */
	private static <T> T specification(T object) {
		if (!isSpecification(object)) {
			return object;
		}
		Object[] values = Arrays.stream(object.getClass().getRecordComponents())
			.map((component) -> signedIn(component, object))
			.toArray();
		@SuppressWarnings("unchecked")
		Constructor<T> constructor = (Constructor<T>) BeanUtils.getResolvableConstructor(object.getClass());
		return BeanUtils.instantiateClass(constructor, values);
	}

	@SuppressWarnings("unchecked")
	private static @Nullable Object signedIn(RecordComponent component, Object object) {
		Object value = ReflectionUtils.invokeMethod(component.getAccessor(), object);
		return (value instanceof BiFunction && !(value instanceof SignedIn))
				? new SignedIn((BiFunction<Object, Object, Object>) value,
						object.getClass().getSimpleName().startsWith("Async"))
				: value;
	}

	private static McpTransportContext contextOf(Object exchange) {
		if (exchange instanceof McpSyncServerExchange sync) {
			return sync.transportContext();
		}
		if (exchange instanceof McpAsyncServerExchange async) {
			return async.transportContext();
		}
		return (exchange instanceof McpTransportContext stateless) ? stateless : McpTransportContext.EMPTY;
	}

	/**
	 * Nothing runs without a caller.
	 */
	private record SignedIn(BiFunction<Object, Object, Object> handler,
			boolean async) implements BiFunction<Object, Object, Object> {

		@Override
		@SuppressWarnings("unchecked")
		public Object apply(Object exchange, Object request) {
			CallerAuthenticationToken caller = CallerContext.callerOf(contextOf(exchange));
			if (this.async) {
				return CallerLists.asCaller(caller, () -> (Mono<Object>) this.handler.apply(exchange, request));
			}
			if (caller == null) {
				throw CallerLists.unknownCaller();
			}
			return Caller.of(caller).signedIn(() -> this.handler.apply(exchange, request));
		}

	}

}
