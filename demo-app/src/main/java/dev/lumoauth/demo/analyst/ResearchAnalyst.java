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

import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClient;
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
			+ "Use tools to search documents and query financial metrics.";

	private final ChatClient chat;

	ResearchAnalyst(ChatClient.Builder builder, ResearchAnalystTools tools, ToolCallbackProvider mcpTools) {
		this.chat = builder.defaultSystem(INSTRUCTIONS).defaultTools(tools, mcpTools).build();
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

}
