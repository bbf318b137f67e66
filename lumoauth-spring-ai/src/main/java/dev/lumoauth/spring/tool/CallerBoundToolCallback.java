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

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.metadata.ToolMetadata;

/**
 * A tool as one chat request offers it: it knows who started the chat, on any thread. It
 * exists only in the options of that request. The caller is not in the
 * {@code ToolContext}, which Spring AI sends to MCP servers by default.
 */
final class CallerBoundToolCallback implements ToolCallback {

	private final ToolCallback tool;

	private final Caller caller;

	private final @Nullable String conversation;

	private CallerBoundToolCallback(ToolCallback tool, Caller caller, @Nullable String conversation) {
		this.tool = tool;
		this.caller = caller;
		this.conversation = conversation;
	}

	/**
	 * Tell tools who started the chat. If no user started the chat, the tools are told
	 * that too, and don't look for a user on their own thread.
	 * @param tools what the chat offers
	 * @param caller the caller who started the chat
	 * @param conversation the id of the conversation, or {@code null}
	 * @param which selects the tools that have to know the caller
	 * @return the tools in their order; the same list if no tool has to know
	 */
	static List<ToolCallback> of(List<ToolCallback> tools, Caller caller, @Nullable String conversation,
			Predicate<ToolCallback> which) {
		if (tools.stream().noneMatch(which)) {
			return tools;
		}
		List<ToolCallback> told = new ArrayList<>(tools);
		told.replaceAll((tool) -> which.test(tool) ? of(tool, caller, conversation) : tool);
		return told;
	}

	private static CallerBoundToolCallback of(ToolCallback tool, Caller caller, @Nullable String conversation) {
		if (caller == Caller.NOBODY && tool instanceof CallerBoundToolCallback callers) {
			return callers;
		}
		return new CallerBoundToolCallback(unbound(tool), caller, conversation);
	}

	/**
	 * Return the same with another tool.
	 */
	CallerBoundToolCallback with(ToolCallback tool) {
		return (tool != this.tool) ? new CallerBoundToolCallback(tool, this.caller, this.conversation) : this;
	}

	ToolCallback tool() {
		return this.tool;
	}

	/**
	 * Return a tool without its caller.
	 */
	static ToolCallback unbound(ToolCallback tool) {
		return (tool instanceof CallerBoundToolCallback bound) ? bound.tool : tool;
	}

	@Override
	public ToolDefinition getToolDefinition() {
		return this.tool.getToolDefinition();
	}

	@Override
	public ToolMetadata getToolMetadata() {
		return this.tool.getToolMetadata();
	}

	@Override
	public String call(String toolInput) {
		return this.caller.call(() -> Conversation.call(this.conversation, () -> this.tool.call(toolInput)));
	}

	@Override
	public String call(String toolInput, @Nullable ToolContext toolContext) {
		return this.caller
			.call(() -> Conversation.call(this.conversation, () -> this.tool.call(toolInput, toolContext)));
	}

	@Override
	public String toString() {
		return this.tool.toString();
	}

}
