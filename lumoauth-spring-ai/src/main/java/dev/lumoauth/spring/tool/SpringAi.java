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
import java.util.List;
import java.util.Set;

import dev.lumoauth.spring.guard.ToolFramework;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;

/**
 * Spring AI, and the MCP SDK below it, by names: both may be missing.
 */
final class SpringAi implements ToolFramework {

	private static final String TOOL = "org.springframework.ai.tool.annotation.Tool";

	private static final String MCP = "io.modelcontextprotocol.";

	private static final String SERVER = MCP + "server.";

	private static final Set<String> TOOLS = Set.of("org.springframework.ai.tool.ToolCallback",
			"org.springframework.ai.tool.ToolCallbackProvider", SERVER + "McpServerFeatures$SyncToolSpecification",
			SERVER + "McpServerFeatures$AsyncToolSpecification",
			SERVER + "McpStatelessServerFeatures$SyncToolSpecification",
			SERVER + "McpStatelessServerFeatures$AsyncToolSpecification");

	private static final String MCP_METHODS = "org.springframework.ai.mcp.annotation";

	/** What calls annotated MCP methods, and the handlers of an MCP client. */
	private static final List<String> CALLERS = List.of(MCP_METHODS, MCP + "client.", MCP + "spec.McpClientSession");

	private static final StackWalker WALKER = StackWalker
		.getInstance(Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE));

	private static final boolean PRESENT = ClassUtils.isPresent("org.springframework.ai.tool.ToolCallback",
			SpringAi.class.getClassLoader());

	@Override
	public boolean isTool(Class<?> type) {
		return TOOLS.contains(type.getName());
	}

	@Override
	public boolean isTool(Method method) {
		return MergedAnnotations.from(method, MergedAnnotations.SearchStrategy.TYPE_HIERARCHY).isPresent(TOOL);
	}

	/**
	 * {@inheritDoc} Finds the tool callbacks, the handlers of annotated MCP methods, and
	 * the MCP clients among the callers. A client sends the message of a handler's
	 * exception to the server.
	 */
	@Override
	public boolean isHere() {
		return PRESENT && WALKER.walk((frames) -> frames.anyMatch(SpringAi::callsTools));
	}

	@Override
	public boolean isHandedOver(Class<?> type) {
		String name = type.getName();
		return name.equals("org.springframework.ai.chat.model.ToolContext") || name.startsWith(MCP_METHODS)
				|| name.startsWith(SERVER) || name.startsWith(MCP + "common.");
	}

	@Override
	public @Nullable Object chosenIn(Object handedOver) {
		return SpringAiMcp.HAS_METHODS ? McpRequests.chosenIn(handedOver) : null;
	}

	private static boolean callsTools(StackWalker.StackFrame frame) {
		Class<?> type = frame.getDeclaringClass();
		return (ToolCallback.class.isAssignableFrom(type) && frame.getMethodName().equals("call"))
				|| CALLERS.stream().anyMatch(type.getName()::startsWith);
	}

}
