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

import org.springframework.ai.mcp.AsyncMcpToolCallbackProvider;
import org.springframework.ai.mcp.McpToolUtils;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.util.ClassUtils;

/**
 * Recognizes objects of Spring AI's MCP module, if that module is present.
 */
final class SpringAiMcp {

	private static final boolean PRESENT = ClassUtils.isPresent("org.springframework.ai.mcp.McpToolUtils",
			SpringAiMcp.class.getClassLoader());

	private SpringAiMcp() {
	}

	/**
	 * Return whether a provider provides only tools of MCP servers. These tools have no
	 * annotation of this application, and listing them takes a request.
	 */
	static boolean isProvider(ToolCallbackProvider provider) {
		return PRESENT && Types.isProvider(provider);
	}

	/**
	 * Return whether an object is a handler that calls a tool callback, or a part of one.
	 */
	static boolean isOfHandler(Object object) {
		return PRESENT && Types.isOfHandler(object);
	}

	/**
	 * Loaded only where the module is.
	 */
	private static final class Types {

		private Types() {
		}

		static boolean isProvider(ToolCallbackProvider provider) {
			Class<?> type = ClassUtils.getUserClass(provider);
			return type == SyncMcpToolCallbackProvider.class || type == AsyncMcpToolCallbackProvider.class;
		}

		static boolean isOfHandler(Object object) {
			return object.getClass().getNestHost() == McpToolUtils.class;
		}

	}

}
