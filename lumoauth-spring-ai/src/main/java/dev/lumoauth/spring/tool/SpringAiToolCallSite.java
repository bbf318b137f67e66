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

import java.util.Set;

import dev.lumoauth.spring.guard.ToolCallSite;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.util.ClassUtils;

/**
 * Finds Spring AI's tool callbacks, and its handlers of annotated MCP methods, among the
 * callers. It walks the stack, so it is used only for a call that is refused anyway.
 *
 * @since 0.1.0
 */
public final class SpringAiToolCallSite implements ToolCallSite {

	private static final String MCP_METHODS = "org.springframework.ai.mcp.annotation";

	private static final StackWalker WALKER = StackWalker
		.getInstance(Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE));

	private static final boolean PRESENT = ClassUtils.isPresent("org.springframework.ai.tool.ToolCallback",
			SpringAiToolCallSite.class.getClassLoader());

	@Override
	public boolean isHere() {
		return PRESENT && WALKER.walk((frames) -> frames.anyMatch(Types::callsTools));
	}

	@Override
	public boolean isHandedOver(Class<?> type) {
		String name = type.getName();
		return name.equals("org.springframework.ai.chat.model.ToolContext") || name.startsWith(MCP_METHODS)
				|| name.startsWith("io.modelcontextprotocol.server.")
				|| name.startsWith("io.modelcontextprotocol.common.");
	}

	@Override
	public @Nullable Object chosenIn(Object handedOver) {
		return McpToolMethods.PRESENT ? McpRequests.chosenIn(handedOver) : null;
	}

	/**
	 * Loaded only where Spring AI is.
	 */
	private static final class Types {

		private Types() {
		}

		private static boolean callsTools(StackWalker.StackFrame frame) {
			Class<?> type = frame.getDeclaringClass();
			return (ToolCallback.class.isAssignableFrom(type) && frame.getMethodName().equals("call"))
					|| type.getPackageName().startsWith(MCP_METHODS);
		}

	}

}
