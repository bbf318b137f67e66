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

package dev.lumoauth.spring.tool;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import dev.lumoauth.spring.capability.GuardConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.execution.ToolCallResultConverter;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ReflectionUtils;

/**
 * What Spring AI's tool callbacks hold and have no accessor for (2.0.1): the method
 * behind a {@link MethodToolCallback}, the function behind a
 * {@link FunctionToolCallback}, the callback behind a decorating one. If a Spring AI
 * version names its fields otherwise, this class fails to load, and no tool is served
 * unguarded.
 */
final class ToolInternals {

	private static final Field TOOL_METHOD = field(MethodToolCallback.class, "toolMethod");

	private static final Field TOOL_OBJECT = field(MethodToolCallback.class, "toolObject");

	private static final Field RESULT_CONVERTER = field(MethodToolCallback.class, "toolCallResultConverter");

	private static final Field TOOL_FUNCTION = field(FunctionToolCallback.class, "toolFunction");

	private static final ConcurrentReferenceHashMap<Class<?>, List<Field>> DELEGATES = new ConcurrentReferenceHashMap<>();

	private ToolInternals() {
	}

	static Method method(MethodToolCallback callback) {
		return (Method) get(TOOL_METHOD, callback);
	}

	static @Nullable Object object(MethodToolCallback callback) {
		return ReflectionUtils.getField(TOOL_OBJECT, callback);
	}

	/**
	 * Return the same tool on another object.
	 * @param callback the tool
	 * @param toolObject the object to call the method on
	 * @return a new callback
	 */
	static MethodToolCallback on(MethodToolCallback callback, Object toolObject) {
		return MethodToolCallback.builder()
			.toolDefinition(callback.getToolDefinition())
			.toolMetadata(callback.getToolMetadata())
			.toolMethod(method(callback))
			.toolObject(toolObject)
			.toolCallResultConverter((ToolCallResultConverter) get(RESULT_CONVERTER, callback))
			.build();
	}

	/**
	 * Return the objects that a function tool runs: the function itself, or, as Spring AI
	 * adapts a {@code Function}, {@code Supplier} or {@code Consumer} by lambdas, what
	 * those captured.
	 * @param callback the tool
	 * @return the candidates
	 */
	static List<Object> functions(FunctionToolCallback<?, ?> callback) {
		List<Object> found = new ArrayList<>();
		collect(get(TOOL_FUNCTION, callback), found, 0);
		return found;
	}

	private static void collect(Object function, List<Object> found, int depth) {
		found.add(function);
		if (depth < 4 && function.getClass().isSynthetic()) {
			for (Field captured : function.getClass().getDeclaredFields()) {
				ReflectionUtils.makeAccessible(captured);
				Object value = ReflectionUtils.getField(captured, function);
				if (value != null) {
					collect(value, found, depth + 1);
				}
			}
		}
	}

	/**
	 * Return the callbacks that a decorating callback holds.
	 * @param callback a callback of a class we do not know
	 * @return the callbacks in its fields
	 */
	static List<ToolCallback> delegates(ToolCallback callback) {
		List<Field> fields = DELEGATES.get(callback.getClass());
		if (fields == null) {
			fields = delegateFields(callback.getClass());
			DELEGATES.put(callback.getClass(), fields);
		}
		return fields.stream()
			.map((field) -> (ToolCallback) ReflectionUtils.getField(field, callback))
			.filter(Objects::nonNull)
			.map(ToolCallback.class::cast)
			.toList();
	}

	private static List<Field> delegateFields(Class<?> type) {
		List<Field> fields = new ArrayList<>();
		for (Class<?> current = type; current != null && current != Object.class; current = current.getSuperclass()) {
			Arrays.stream(current.getDeclaredFields())
				.filter((field) -> !Modifier.isStatic(field.getModifiers())
						&& ToolCallback.class.isAssignableFrom(field.getType()))
				.forEach(fields::add);
		}
		fields.forEach(ReflectionUtils::makeAccessible);
		return List.copyOf(fields);
	}

	private static Object get(Field field, Object target) {
		return Objects.requireNonNull(ReflectionUtils.getField(field, target), field::toString);
	}

	static Field field(Class<?> type, String name) {
		Field field = ReflectionUtils.findField(type, name);
		if (field == null) {
			throw new GuardConfigurationException("This Spring AI version is not supported: " + type.getName()
					+ " has no field '" + name + "', which the guard reads.", "Use Spring AI 2.0.1.");
		}
		ReflectionUtils.makeAccessible(field);
		return field;
	}

}
