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

import java.lang.reflect.Method;

import dev.lumoauth.spring.guard.tool.PrivateField;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.execution.ToolCallResultConverter;
import org.springframework.ai.tool.method.MethodToolCallback;

/**
 * Reads fields without accessors from Spring AI's method callbacks (2.0.1).
 */
final class ToolInternals {

	private static final PrivateField<Method> TOOL_METHOD = PrivateField.of(MethodToolCallback.class, "toolMethod",
			Method.class);

	private static final PrivateField<Object> TOOL_OBJECT = PrivateField.of(MethodToolCallback.class, "toolObject",
			Object.class);

	private static final PrivateField<ToolCallResultConverter> RESULT_CONVERTER = PrivateField
		.of(MethodToolCallback.class, "toolCallResultConverter", ToolCallResultConverter.class);

	private ToolInternals() {
	}

	static ToolMethod toolMethod(MethodToolCallback callback) {
		return new ToolMethod(method(callback), object(callback));
	}

	static Method method(MethodToolCallback callback) {
		return TOOL_METHOD.get(callback);
	}

	static @Nullable Object object(MethodToolCallback callback) {
		return TOOL_OBJECT.find(callback);
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
			.toolCallResultConverter(RESULT_CONVERTER.get(callback))
			.build();
	}

}
