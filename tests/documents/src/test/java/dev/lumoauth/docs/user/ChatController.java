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

package dev.lumoauth.docs.user;

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * The agent, for those whom the filter chains let in.
 */
@RestController
class ChatController {

	private final ChatClient chat;

	ChatController(ChatClient.Builder builder, FigureTools figures, ReportDesk desk,
			SyncMcpToolCallbackProvider mcpTools) {
		this.chat = builder.defaultTools(figures, desk, mcpTools).build();
	}

	@PostMapping({ "/chat", "/api/chat" })
	String chat(@RequestBody String question) {
		return this.chat.prompt(question).call().content();
	}

	@PostMapping(path = { "/chat/stream", "/api/chat/stream" }, produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> stream(@RequestBody String question) {
		return this.chat.prompt(question).stream().content();
	}

}
