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
import dev.lumoauth.spring.approval.springai.DecidedChat;
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
	 * The guide's question to the agent.
	 */
	public static final String QUESTION = "Search documents for Q3 performance, then query the financial MCP for EBITDA.";

	private static final String INSTRUCTIONS = "You are a senior analyst. "
			+ "Use tools to search documents, query financial metrics and send reports.";

	/** The demo has one chat. A real application has at least one chat for each user. */
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
	 * @throws dev.lumoauth.spring.budget.BudgetExhaustedException if the budget is spent
	 */
	public String answer(String question) {
		String answer = this.chat.prompt().user(question).call().content();
		return (answer != null) ? answer : "";
	}

	/**
	 * Answer a question in parts.
	 * @param question the question
	 * @return the parts of the answer, as the model sends them; fails as {@link #answer}
	 * does
	 */
	public Flux<String> stream(String question) {
		return this.chat.prompt().user(question).stream().content();
	}

	/**
	 * Continue the chat after a person has decided about a call. Run the call if it is
	 * approved, and tell the result.
	 * @param approval the request that was decided
	 * @return the parts of the answer, as the model sends them; fails as {@link #answer}
	 * does
	 */
	public Flux<String> goOn(Approval approval) {
		return DecidedChat.resume(this.chat, this.approvals, approval).stream().content();
	}

}
