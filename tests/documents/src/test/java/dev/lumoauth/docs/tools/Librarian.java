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

package dev.lumoauth.docs.tools;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.tool.LumoAuthFunctionTools;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.stereotype.Component;

/**
 * A chat with tools of every kind.
 */
@Component
class Librarian {

	private final ChatClient chat;

	private final LumoAuthAgent agent;

	Librarian(ChatClient.Builder builder, DocumentTools documentTools, ArchiveTools archiveTools,
			ToolCallback translate, ToolCallbackProvider library, LumoAuthFunctionTools functionTools,
			LumoAuthAgent agent) {
		this.chat = builder.defaultTools(documentTools, archiveTools, translate, library, functionTools).build();
		this.agent = agent;
	}

	@Nullable String ask(String question) {
		return this.chat.prompt(question).tools(new InlineTools()).call().content();
	}

	boolean maySearch() {
		return this.agent.hasCapability("read:documents");
	}

}
