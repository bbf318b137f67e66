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

import java.util.Objects;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.guard.method.GuardCoverage;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.method.MethodToolCallback;

/**
 * A method of a scoped bean, or of a bean that is injected lazily, as a tool. The bean is
 * found once for each call, so that the guard of the tool and the guard of the bean speak
 * of the same object.
 */
final class FoundTool extends ForwardingToolCallback {

	private final MethodToolCallback proxied;

	private final UnaryOperator<ToolCallback> guard;

	/**
	 * Create the tool.
	 * @param proxied the tool, whose object is the proxy that finds the bean
	 * @param guard puts the guard around the tool of one bean
	 */
	FoundTool(MethodToolCallback proxied, UnaryOperator<ToolCallback> guard) {
		super(proxied);
		this.proxied = proxied;
		this.guard = guard;
	}

	/**
	 * Find the bean, and call the guarded tool of that bean.
	 * @throws ToolExecutionException if there is no bean here
	 */
	@Override
	public String call(String toolInput, @Nullable ToolContext toolContext) {
		Object bean = GuardCoverage.found(Objects.requireNonNull(ToolInternals.object(this.proxied)));
		if (bean == null) {
			throw new ToolExecutionException(getToolDefinition(),
					new IllegalStateException("The tool is not available here."));
		}
		return this.guard.apply(ToolInternals.on(this.proxied, bean)).call(toolInput, toolContext);
	}

}
