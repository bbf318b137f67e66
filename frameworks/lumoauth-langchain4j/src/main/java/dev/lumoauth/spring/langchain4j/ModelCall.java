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

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.lumoauth.spring.budget.AdmittedCall;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.call.CallContext;
import org.jspecify.annotations.Nullable;

/**
 * One call of a model that the budget has admitted. Where the provider reports no usage,
 * one token counts for three bytes of text, and 1,000 for an image or another medium.
 */
final class ModelCall {

	private static final CallContext.Key<AdmittedCall> ENCLOSING = new CallContext.Key<>("model call");

	/** The tokens of tools, which are the same in each call. */
	private static final Map<ToolSpecification, Long> TOOLS = Collections.synchronizedMap(new WeakHashMap<>());

	private static final int TOKENS_PER_ANSWER = 1000;

	private static final int TOKENS_PER_MEDIUM = 1000;

	private final @Nullable AdmittedCall admitted;

	private final long prompt;

	private long received;

	private ModelCall(@Nullable AdmittedCall admitted, long prompt) {
		this.admitted = admitted;
		this.prompt = prompt;
	}

	/**
	 * Begin a call.
	 * @throws dev.lumoauth.spring.budget.BudgetExhaustedException if the budget does not
	 * allow it
	 */
	static ModelCall begin(@Nullable BudgetMonitor budget, ChatRequest request, ChatRequestParameters defaults) {
		if (budget == null) {
			return new ModelCall(null, 0);
		}
		List<ToolSpecification> tools = request.toolSpecifications();
		long prompt = request.messages().stream().mapToLong(ModelCall::tokens).sum()
				+ ((tools != null) ? tools.stream().mapToLong(ModelCall::tokens).sum() : 0);
		ChatRequestParameters parameters = defaults.overrideWith(request.parameters());
		Integer most = parameters.maxOutputTokens();
		int answer = (most != null && most > 0) ? Math.min(most, TOKENS_PER_ANSWER) : TOKENS_PER_ANSWER;
		return new ModelCall(AdmittedCall.begin(budget, parameters.modelName(), prompt + answer,
				CallContext.current().get(ENCLOSING)), prompt);
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
		if (message instanceof UserMessage user) {
			return tokens(user.contents());
		}
		if (message instanceof ToolExecutionResultMessage result) {
			return tokens(result.contents());
		}
		return tokens((message instanceof SystemMessage system) ? system.text() : message.toString());
	}

	private static long tokens(List<Content> contents) {
		return contents.stream()
			.mapToLong((part) -> (part instanceof TextContent text) ? tokens(text.text()) : TOKENS_PER_MEDIUM)
			.sum();
	}

	private static long tokens(ToolSpecification tool) {
		return TOOLS.computeIfAbsent(tool, (each) -> tokens(each.toString()));
	}

	private static long tokens(@Nullable String text) {
		return (text != null) ? (text.getBytes(StandardCharsets.UTF_8).length + 2L) / 3 : 0;
	}

	/**
	 * Note a part of the answer.
	 */
	synchronized void received(String text) {
		this.received += tokens(text);
	}

	void answered(ChatResponse answer) {
		Integer total = (answer.tokenUsage() != null) ? answer.tokenUsage().totalTokenCount() : null;
		end((total != null && total > 0) ? total : this.prompt + tokens(answer.aiMessage()));
	}

	/**
	 * End a call whose answer is not complete: a provider bills what it has sent, and
	 * nothing for a call that it refused.
	 */
	synchronized void failed() {
		end((this.received > 0) ? this.prompt + this.received : 0);
	}

	private void end(long tokens) {
		if (this.admitted != null) {
			this.admitted.end(tokens);
		}
	}

}
