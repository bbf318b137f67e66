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

package dev.lumoauth.spring.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.tool.ToolGuard;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.support.ToolUtils;

/**
 * Returns guarded tools instead of those of a provider of MCP tools. The tools of an
 * unreachable listed connection are omitted, so that a server that is down does not
 * remove the other tools of a chat. They are requested again the next time.
 */
record McpToolList(List<McpToolSource> sources, ToolGuard guard, McpFailureLog failures) implements MethodInterceptor {

	private static final Set<String> FORGET = Set.of("invalidateCache", "onApplicationEvent");

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		String method = invocation.getMethod().getName();
		if (method.equals("getToolCallbacks")) {
			return tools().toArray(ToolCallback[]::new);
		}
		Object result = invocation.proceed();
		if (FORGET.contains(method)) {
			this.sources.forEach((source) -> source.forget().run());
		}
		return result;
	}

	private List<ToolCallback> tools() {
		List<ToolCallback> tools = new ArrayList<>();
		this.sources.forEach((source) -> addTools(source, tools));
		// As Spring AI does: a model could not tell them apart.
		List<String> duplicates = ToolUtils.getDuplicateToolNames(tools);
		if (!duplicates.isEmpty()) {
			throw new IllegalStateException(
					"Multiple tools with the same name (" + String.join(", ", duplicates) + ")");
		}
		return this.guard.guard(tools);
	}

	private void addTools(McpToolSource source, List<ToolCallback> tools) {
		try {
			tools.addAll(List.of(source.provider().getToolCallbacks()));
			if (source.endpoint() != null) {
				this.failures.listed(source.endpoint());
			}
		}
		catch (RuntimeException ex) {
			if (source.endpoint() == null) {
				LumoAuthSetupException unlisted = UnlistedMcpServer.explain(source.name(), ex);
				throw (unlisted != null) ? unlisted : ex;
			}
			this.failures.leftOut(source.endpoint(), ex);
			this.failures.failed(source.endpoint(), "The tools of " + source.endpoint() + " are left out", ex,
					"They are requested again the next time.");
		}
	}

}
