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

package dev.lumoauth.demo.analyst;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.LumoAuthApprovals;
import dev.lumoauth.spring.tool.DecidedChat;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.stereotype.Component;

/**
 * The agent of the guide.
 */
@Component
public class ResearchAnalyst {

	/**
	 * The question that the guide asks it.
	 */
	public static final String QUESTION = "Search documents for Q3 performance, then query the financial MCP for EBITDA.";

	private static final String INSTRUCTIONS = "You are a senior analyst. "
			+ "Use tools to search documents, query financial metrics and send reports.";

	/** The demo has one chat. An application has one for each user, at least. */
	private static final String CONVERSATION = "the demo's chat";

	private final ChatClient chat;

	private final LumoAuthApprovals approvals;

	ResearchAnalyst(ChatClient.Builder builder, ChatMemory memory, ResearchAnalystTools tools,
			ToolCallbackProvider mcpTools, LumoAuthApprovals approvals) {
		this.chat = builder.defaultSystem(INSTRUCTIONS)
			.defaultTools(tools, mcpTools)
			.defaultAdvisors((spec) -> spec.advisors(MessageChatMemoryAdvisor.builder(memory).build())
				.param(ChatMemory.CONVERSATION_ID, CONVERSATION))
			.build();
		this.approvals = approvals;
	}

	/**
	 * Answer a question.
	 * @param question the question
	 * @return the answer
	 * @throws dev.lumoauth.spring.budget.BudgetExhaustedException if nothing may be spent
	 */
	public String answer(String question) {
		String answer = this.chat.prompt().user(question).call().content();
		return (answer != null) ? answer : "";
	}

	/**
	 * Answer a question bit by bit.
	 * @param question the question
	 * @return the bits of the answer, as the model gives them; fails as {@link #answer}
	 * does
	 */
	public Flux<String> stream(String question) {
		return this.chat.prompt().user(question).stream().content();
	}

	/**
	 * Go on with the chat once a person has decided about a call: run the call if it is
	 * approved, and say what came of it.
	 * @param approval the request that was decided
	 * @return the bits of the answer, as the model gives them; fails as {@link #answer}
	 * does
	 */
	public Flux<String> goOn(Approval approval) {
		return DecidedChat.resume(this.chat, this.approvals, approval).stream().content();
	}

}
