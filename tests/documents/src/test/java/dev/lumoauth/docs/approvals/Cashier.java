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

package dev.lumoauth.docs.approvals;

import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.stereotype.Component;

/**
 * A chat with a memory.
 */
@Component
class Cashier {

	private final ChatClient chat;

	Cashier(ChatClient.Builder builder, ChatMemory memory, PaymentTools payments) {
		this.chat = builder.defaultTools(payments)
			.defaultAdvisors(MessageChatMemoryAdvisor.builder(memory).build())
			.build();
	}

	@Nullable String ask(String conversation, String question) {
		return this.chat.prompt(question)
			.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, conversation))
			.call()
			.content();
	}

	ChatClient chat() {
		return this.chat;
	}

}
