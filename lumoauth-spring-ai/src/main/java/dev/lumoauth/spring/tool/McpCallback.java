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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.RefusalText;
import dev.lumoauth.spring.guard.ToolTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.util.MimeType;

/**
 * The tool callback behind a handler that Spring AI makes of it for the application's MCP
 * server (2.0.1), which has no accessor for it and answers with the text of any exception
 * of the callback.
 *
 * @param callback the tool
 * @param mimeType the type of the tool's result, or {@code null}
 */
record McpCallback(ToolCallback callback, @Nullable MimeType mimeType) {

	/**
	 * Find the callback.
	 * @param handler a handler
	 * @return the callback, or {@code null} if Spring AI did not create the handler from
	 * a callback
	 */
	static @Nullable McpCallback of(Object handler) {
		if (!SpringAiMcp.isOfHandler(handler)) {
			return null;
		}
		ToolCallback callback = null;
		MimeType mimeType = null;
		Deque<Object> open = new ArrayDeque<>();
		open.add(handler);
		for (Object next = open.poll(); next != null; next = open.poll()) {
			for (Field field : WrapperFields.of(next.getClass())) {
				Object value = WrapperFields.get(field, next);
				if (value instanceof ToolCallback tool) {
					callback = tool;
				}
				else if (value instanceof MimeType type) {
					mimeType = type;
				}
				else if (value != null && (SpringAiMcp.isOfHandler(value) || ToolTypes.isTool(value.getClass()))) {
					open.add(value);
				}
			}
		}
		return (callback != null) ? new McpCallback(callback, mimeType) : null;
	}

	/**
	 * Return the tool with failures that the caller of the server may read.
	 * @param prepared turns the tool into the object that the guard would call
	 */
	McpCallback worded(UnaryOperator<ToolCallback> prepared) {
		return (this.callback instanceof Worded) ? this
				: new McpCallback(new Worded(prepared.apply(this.callback)), this.mimeType);
	}

	private static final class Worded extends ForwardingToolCallback {

		private Worded(ToolCallback tool) {
			super(tool);
		}

		@Override
		public String call(String toolInput, @Nullable ToolContext toolContext) {
			try {
				return Guard.inToolCall(() -> tool().call(toolInput, toolContext));
			}
			catch (Throwable ex) { // an application may throw undeclared exceptions
				String text = RefusalText.of(ex);
				if (text == null) {
					throw ex;
				}
				throw new ToolExecutionException(getToolDefinition(), new IllegalStateException(text, ex));
			}
		}

	}

}
