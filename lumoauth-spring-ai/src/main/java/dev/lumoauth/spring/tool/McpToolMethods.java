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

import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.annotation.method.tool.AbstractMcpToolMethodCallback;
import org.springframework.util.ClassUtils;

/**
 * The method behind a handler that Spring AI makes of an {@code @McpTool} method (2.0.1),
 * which has no accessor for it.
 */
final class McpToolMethods {

	/** Whether Spring AI's module is there. Without it there are no such handlers. */
	static final boolean PRESENT = ClassUtils.isPresent(
			"org.springframework.ai.mcp.annotation.method.tool.AbstractMcpToolMethodCallback",
			McpToolMethods.class.getClassLoader());

	private McpToolMethods() {
	}

	static @Nullable ToolMethod of(Object handler) {
		return Fields.isMethod(handler) ? Fields.method(handler) : null;
	}

	static ToolMethod required(Object handler) {
		return Fields.method(handler);
	}

	/**
	 * Loaded only where the module is.
	 */
	private static final class Fields {

		private static final PrivateField<Method> METHOD = PrivateField.of(AbstractMcpToolMethodCallback.class,
				"toolMethod", Method.class);

		private static final PrivateField<Object> OBJECT = PrivateField.of(AbstractMcpToolMethodCallback.class,
				"toolObject", Object.class);

		private Fields() {
		}

		static boolean isMethod(Object handler) {
			return handler instanceof AbstractMcpToolMethodCallback<?, ?>;
		}

		static ToolMethod method(Object handler) {
			return new ToolMethod(METHOD.get(handler), OBJECT.find(handler));
		}

	}

}
