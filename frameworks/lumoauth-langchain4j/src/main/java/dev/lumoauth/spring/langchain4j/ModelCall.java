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

package dev.lumoauth.spring.langchain4j;

import java.util.List;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.lumoauth.spring.budget.AdmittedCall;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.TokenEstimate;
import dev.lumoauth.spring.call.CallContext;

/**
 * One call of a model that the budget has admitted. Where the provider reports no usage,
 * one token counts for three bytes of text, and 1,000 for an image or another medium.
 */
final class ModelCall {

	private static final CallContext.Key<AdmittedCall> ENCLOSING = new CallContext.Key<>("model call");

	private final AdmittedCall admitted;

	private final long prompt;

	private long received;

	/**
	 * Begin a call.
	 * @param defaults the parameters that the model adds
	 * @throws dev.lumoauth.spring.budget.BudgetExhaustedException if the budget does not
	 * allow it
	 */
	ModelCall(BudgetMonitor budget, ChatRequest request, ChatRequestParameters defaults) {
		List<ToolSpecification> tools = request.toolSpecifications();
		this.prompt = request.messages().stream().mapToLong(ModelCall::tokens).sum()
				+ ((tools != null) ? tools.stream().mapToLong((tool) -> TokenEstimate.of(tool.toString())).sum() : 0);
		ChatRequestParameters parameters = defaults.overrideWith(request.parameters());
		this.admitted = AdmittedCall.begin(budget, parameters.modelName(),
				this.prompt + TokenEstimate.ofAnswer(parameters.maxOutputTokens()),
				CallContext.current().get(ENCLOSING));
	}

	/**
	 * Enter this call on this thread, while the model runs. It may call other models of
	 * the agent: then their calls count.
	 * @return leaves the call
	 */
	CallContext.Entered enter() {
		return CallContext.current().with(ENCLOSING, this.admitted).enter();
	}

	private static long tokens(ChatMessage message) {
		List<Content> contents = (message instanceof UserMessage user) ? user.contents()
				: (message instanceof ToolExecutionResultMessage result) ? result.contents()
						: List.of(TextContent.from(message.toString()));
		return contents.stream()
			.mapToLong((part) -> (part instanceof TextContent text) ? TokenEstimate.of(text.text())
					: TokenEstimate.OF_MEDIUM)
			.sum();
	}

	/**
	 * Note a part of the answer.
	 */
	synchronized void received(String text) {
		this.received += TokenEstimate.of(text);
	}

	void answered(ChatResponse answer) {
		Integer total = (answer.tokenUsage() != null) ? answer.tokenUsage().totalTokenCount() : null;
		this.admitted.end((total != null && total > 0) ? total : this.prompt + tokens(answer.aiMessage()));
	}

	/**
	 * End a call whose answer is not complete: a provider bills what it has sent, and
	 * nothing for a call that it refused.
	 */
	synchronized void failed() {
		this.admitted.end((this.received > 0) ? this.prompt + this.received : 0);
	}

}
