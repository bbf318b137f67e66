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
import dev.lumoauth.spring.reflect.FrameworkClasses;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.AsyncMcpToolCallbackProvider;
import org.springframework.ai.mcp.McpToolUtils;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.mcp.annotation.method.tool.AbstractMcpToolMethodCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.util.ClassUtils;

/**
 * Recognizes objects of Spring AI's two MCP modules (2.0.1), if these are present.
 */
final class SpringAiMcp {

	/** Whether there may be handlers of {@code @McpTool} methods. */
	static final boolean HAS_METHODS = isPresent(
			"org.springframework.ai.mcp.annotation.method.tool.AbstractMcpToolMethodCallback");

	private static final boolean PRESENT = isPresent("org.springframework.ai.mcp.McpToolUtils");

	private SpringAiMcp() {
	}

	private static boolean isPresent(String type) {
		return ClassUtils.isPresent(type, SpringAiMcp.class.getClassLoader());
	}

	/**
	 * Return whether a provider provides only tools of MCP servers. These tools have no
	 * annotation of this application, and listing them takes a request.
	 */
	static boolean isProvider(ToolCallbackProvider provider) {
		if (!PRESENT) {
			return false;
		}
		Class<?> type = FrameworkClasses.userClass(provider.getClass());
		return type == SyncMcpToolCallbackProvider.class || type == AsyncMcpToolCallbackProvider.class;
	}

	/**
	 * Return whether an object is a handler that calls a tool callback, or a part of one.
	 */
	static boolean isOfHandler(Object object) {
		return PRESENT && object.getClass().getNestHost() == McpToolUtils.class;
	}

	/**
	 * Return the method behind a handler of an {@code @McpTool} method, which has no
	 * accessor for the method.
	 * @param handler any object
	 * @return the method, or {@code null} if the object is no such handler
	 */
	static @Nullable ToolMethod methodOf(Object handler) {
		return (HAS_METHODS && handler instanceof AbstractMcpToolMethodCallback<?, ?>) ? Fields.methodOf(handler)
				: null;
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

		private static ToolMethod methodOf(Object handler) {
			return new ToolMethod(METHOD.get(handler), OBJECT.find(handler));
		}

	}

}
