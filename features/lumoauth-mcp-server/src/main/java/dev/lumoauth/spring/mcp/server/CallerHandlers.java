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

import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.util.ReflectionUtils;

import dev.lumoauth.spring.user.Caller;

/**
 * Signs the caller in on the thread that runs a synchronous tool, prompt, resource or
 * completion of an MCP server. {@link CallerLists} knows the caller, of these and of the
 * asynchronous ones. It comes after all other post-processors, so that the guard decides
 * inside of it.
 */
final class CallerHandlers {

	private CallerHandlers() {
	}

	/**
	 * Return a bean whose handlers run as their callers.
	 * @return the same bean if it is no specification
	 */
	static Object signedIn(Object bean) {
		if (bean instanceof List<?> list && list.stream().anyMatch(CallerHandlers::isSynchronous)) {
			return list.stream().map(CallerHandlers::specification).toList();
		}
		return specification(bean);
	}

	private static boolean isSynchronous(@Nullable Object object) {
		if (!(object instanceof Record)) {
			return false;
		}
		Class<?> host = object.getClass().getNestHost();
		return (host == McpServerFeatures.class || host == McpStatelessServerFeatures.class)
				&& object.getClass().getSimpleName().startsWith("Sync");
	}

	/**
	 * Each specification is a record of a served object and one function.
	 */
	private static <T> T specification(T object) {
		if (!isSynchronous(object)) {
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
				? new SignedIn((BiFunction<Object, Object, Object>) value) : value;
	}

	/**
	 * Nothing runs without a caller.
	 */
	private record SignedIn(BiFunction<Object, Object, Object> handler) implements BiFunction<Object, Object, Object> {

		@Override
		public Object apply(Object exchange, Object request) {
			if (CallerAuthenticationToken.current() == null) {
				throw McpError.builder(McpSchema.ErrorCodes.INVALID_REQUEST).message("The caller is not known").build();
			}
			return Caller.current().signedIn(() -> this.handler.apply(exchange, request));
		}

	}

}
