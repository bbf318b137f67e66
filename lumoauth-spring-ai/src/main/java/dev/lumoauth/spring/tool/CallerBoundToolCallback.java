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

import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;

/**
 * A tool as one chat request offers it: it knows who started the chat, on any thread. It
 * exists only in the options of that request. The caller is not in the
 * {@code ToolContext}, which Spring AI sends to MCP servers by default.
 */
final class CallerBoundToolCallback extends ForwardingToolCallback {

	private final Caller caller;

	private final @Nullable String conversation;

	private CallerBoundToolCallback(ToolCallback tool, Caller caller, @Nullable String conversation) {
		super(tool);
		this.caller = caller;
		this.conversation = conversation;
	}

	/**
	 * Tell a tool who started the chat. If no user started the chat, the tool stays bound
	 * to the one who offered it, if there is one.
	 * @param tool the tool
	 * @param caller the caller who started the chat
	 * @param conversation the id of the conversation, or {@code null}
	 */
	static CallerBoundToolCallback of(ToolCallback tool, Caller caller, @Nullable String conversation) {
		return (caller == Caller.NOBODY && tool instanceof CallerBoundToolCallback callers) ? callers
				: new CallerBoundToolCallback(unbound(tool), caller, conversation);
	}

	/**
	 * Return the same with another tool.
	 */
	CallerBoundToolCallback with(ToolCallback tool) {
		return (tool != tool()) ? new CallerBoundToolCallback(tool, this.caller, this.conversation) : this;
	}

	/**
	 * Return a tool without its caller.
	 */
	static ToolCallback unbound(ToolCallback tool) {
		return (tool instanceof CallerBoundToolCallback bound) ? bound.tool() : tool;
	}

	@Override
	public String call(String toolInput, @Nullable ToolContext toolContext) {
		return this.caller.call(() -> Conversation.call(this.conversation, () -> tool().call(toolInput, toolContext)));
	}

}
