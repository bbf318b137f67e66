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

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.metadata.ToolMetadata;

/**
 * A tool around another tool.
 */
abstract class ForwardingToolCallback implements ToolCallback {

	private final ToolCallback tool;

	ForwardingToolCallback(ToolCallback tool) {
		this.tool = tool;
	}

	/**
	 * Return the other tool.
	 */
	final ToolCallback tool() {
		return this.tool;
	}

	@Override
	public final ToolDefinition getToolDefinition() {
		return this.tool.getToolDefinition();
	}

	@Override
	public final ToolMetadata getToolMetadata() {
		return this.tool.getToolMetadata();
	}

	@Override
	public final String call(String toolInput) {
		return call(toolInput, null);
	}

	@Override
	public abstract String call(String toolInput, @Nullable ToolContext toolContext);

	@Override
	public String toString() {
		return getClass().getSimpleName() + '{' + this.tool + '}';
	}

}
