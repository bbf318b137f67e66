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

import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCall;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.DefaultToolDefinition;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * The answer to a call of a tool that does not exist.
 */
final class UnknownToolCallback implements ToolCallback {

	private final ToolDefinition definition;

	private final Guard guard;

	private final String answer;

	/**
	 * Create the answer.
	 * @param name the name
	 * @param guard observes the call
	 * @param answer the text that the model reads
	 */
	UnknownToolCallback(String name, Guard guard, String answer) {
		this.answer = answer;
		this.definition = DefaultToolDefinition.builder().name(name).description("not there").inputSchema("{}").build();
		this.guard = guard;
	}

	@Override
	public ToolDefinition getToolDefinition() {
		return this.definition;
	}

	@Override
	public String call(String toolInput) {
		this.guard.observeUnknown(GuardedCall.ofTool(this.definition.name(), GuardTerms.NONE));
		return this.answer;
	}

}
