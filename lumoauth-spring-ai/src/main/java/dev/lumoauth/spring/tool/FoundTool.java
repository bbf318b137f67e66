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

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.metadata.ToolMetadata;
import org.springframework.ai.tool.method.MethodToolCallback;

/**
 * A method of a scoped bean, or of a bean that is injected lazily, as a tool. The bean is
 * found once for each call, so that the guard of the tool and the guard of the bean speak
 * of the same object.
 *
 * @param proxied the tool, whose object is the proxy that finds the bean
 * @param guard puts the guard around the tool of one bean
 */
record FoundTool(MethodToolCallback proxied, UnaryOperator<ToolCallback> guard) implements ToolCallback {

	/**
	 * Find the bean.
	 * @return the guarded tool of the bean
	 * @throws ToolExecutionException if there is no bean here
	 */
	ToolCallback now() {
		Object bean = GuardCoverage.found(Objects.requireNonNull(ToolInternals.object(this.proxied)));
		if (bean == null) {
			throw new ToolExecutionException(getToolDefinition(),
					new IllegalStateException("The tool is not available here."));
		}
		return this.guard.apply(ToolInternals.on(this.proxied, bean));
	}

	@Override
	public ToolDefinition getToolDefinition() {
		return this.proxied.getToolDefinition();
	}

	@Override
	public ToolMetadata getToolMetadata() {
		return this.proxied.getToolMetadata();
	}

	@Override
	public String call(String toolInput) {
		return now().call(toolInput);
	}

}
