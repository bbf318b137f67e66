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
import java.util.Objects;

import dev.lumoauth.spring.capability.GuardConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.execution.ToolCallResultConverter;
import org.springframework.ai.tool.method.MethodToolCallback;
import org.springframework.util.ReflectionUtils;

/**
 * What Spring AI's method callbacks hold and have no accessor for (2.0.1). If a Spring AI
 * version names its fields otherwise, this class fails to load, and no tool is served
 * unguarded.
 */
final class ToolInternals {

	private static final Field TOOL_METHOD = field(MethodToolCallback.class, "toolMethod");

	private static final Field TOOL_OBJECT = field(MethodToolCallback.class, "toolObject");

	private static final Field RESULT_CONVERTER = field(MethodToolCallback.class, "toolCallResultConverter");

	private ToolInternals() {
	}

	static ToolMethod toolMethod(MethodToolCallback callback) {
		return new ToolMethod(method(callback), object(callback));
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
