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
import java.util.Objects;
import java.util.function.BiFunction;

import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.ReactiveUserScope;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.BeanUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.util.ReflectionUtils;

/**
 * Runs the tools, prompts, resources and completions of an MCP server with the caller
 * signed in: on the running thread, and in Reactor's context. It comes after all other
 * post-processors, so that the guard decides inside of it.
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
		RecordComponent[] components = object.getClass().getRecordComponents();
		boolean async = object.getClass().getSimpleName().startsWith("Async");
		Object[] values = Arrays.stream(components)
			.map((component) -> signedIn(ReflectionUtils.invokeMethod(component.getAccessor(), object), async))
			.toArray();
		@SuppressWarnings("unchecked")
		Constructor<T> constructor = (Constructor<T>) BeanUtils.getResolvableConstructor(object.getClass());
		return BeanUtils.instantiateClass(constructor, values);
	}

	@SuppressWarnings("unchecked")
	private static @Nullable Object signedIn(@Nullable Object value, boolean async) {
		if (!(value instanceof BiFunction) || value instanceof Sync || value instanceof Async) {
			return value;
		}
		return async ? new Async((BiFunction<Object, Object, Mono<Object>>) value)
				: new Sync((BiFunction<Object, Object, Object>) value);
	}

	/**
	 * Nothing runs without a caller: the context of a request that was not admitted has
	 * no caller.
	 */
	private static CallerAuthenticationToken caller(Object exchange) {
		McpTransportContext context;
		if (exchange instanceof McpSyncServerExchange sync) {
			context = sync.transportContext();
		}
		else if (exchange instanceof McpAsyncServerExchange async) {
			context = async.transportContext();
		}
		else {
			context = (exchange instanceof McpTransportContext stateless) ? stateless : McpTransportContext.EMPTY;
		}
		CallerAuthenticationToken caller = CallerContext.callerOf(context);
		if (caller == null) {
			throw McpError.builder(McpSchema.ErrorCodes.INVALID_REQUEST).message("The caller is not known").build();
		}
		return caller;
	}

	private record Sync(BiFunction<Object, Object, Object> handler) implements BiFunction<Object, Object, Object> {

		@Override
		public Object apply(Object exchange, Object request) {
			CallerAuthenticationToken caller = caller(exchange);
			SecurityContext before = SecurityContextHolder.getContext();
			SecurityContextHolder.setContext(new SecurityContextImpl(caller));
			try {
				return Caller.of(caller).call(() -> this.handler.apply(exchange, request));
			}
			finally {
				SecurityContextHolder.setContext(before);
			}
		}

	}

	private record Async(
			BiFunction<Object, Object, Mono<Object>> handler) implements BiFunction<Object, Object, Mono<Object>> {

		@Override
		public Mono<Object> apply(Object exchange, Object request) {
			return Mono.defer(() -> {
				CallerAuthenticationToken authentication = caller(exchange);
				Caller caller = Caller.of(authentication);
				return Objects.requireNonNull(caller.call(() -> this.handler.apply(exchange, request)))
					.contextWrite(ReactiveUserScope.startedBy(caller))
					.contextWrite(ReactiveSecurityContextHolder.withAuthentication(authentication));
			});
		}

	}

}
