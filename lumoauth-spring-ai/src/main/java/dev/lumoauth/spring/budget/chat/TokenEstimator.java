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

package dev.lumoauth.spring.budget.chat;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

import dev.lumoauth.spring.budget.TokenEstimate;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tokenizer.JTokkitTokenCountEstimator;
import org.springframework.ai.tokenizer.TokenCountEstimator;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.util.function.SingletonSupplier;

/**
 * Estimates the tokens of a model call whose provider does not report them: the texts of
 * the messages, tool calls and their results, and the definitions of the tools offered,
 * by Spring AI's token counter. An image or another medium counts as 1,000 tokens,
 * because its size does not show what a provider bills.
 */
final class TokenEstimator {

	private static final Log logger = LogFactory.getLog(TokenEstimator.class);

	/**
	 * Shared by all users without their own counter, because its vocabulary takes some
	 * megabytes. The vocabulary is loaded when it is first needed.
	 */
	private static final TokenEstimator DEFAULT = new TokenEstimator(() -> new JTokkitTokenCountEstimator());

	/** For a reservation. */
	private static final TokenEstimator ROUGH = new TokenEstimator((ToLongFunction<String>) TokenEstimate::of);

	private final Supplier<ToLongFunction<String>> counter;

	TokenEstimator(Supplier<TokenCountEstimator> factory) {
		this.counter = SingletonSupplier.of(() -> factory.get()::estimate);
	}

	private TokenEstimator(ToLongFunction<String> counter) {
		this.counter = () -> counter;
	}

	static TokenEstimator of(@Nullable TokenCountEstimator counter) {
		return (counter != null) ? new TokenEstimator(() -> counter) : DEFAULT;
	}

	/**
	 * Return the tokens to reserve for a call that was not made yet.
	 */
	static long expected(Prompt prompt) {
		ChatOptions options = prompt.getOptions();
		return ROUGH.estimate(prompt) + TokenEstimate.ofAnswer((options != null) ? options.getMaxTokens() : null);
	}

	long estimate(Prompt prompt) {
		long tokens = 0;
		for (Message message : prompt.getInstructions()) {
			tokens += estimate(message);
		}
		if (prompt.getOptions() instanceof ToolCallingChatOptions options) {
			tokens += estimate(options.getToolCallbacks());
		}
		return tokens;
	}

	long estimate(@Nullable String text) {
		if (text == null || text.isEmpty()) {
			return 0;
		}
		try {
			return this.counter.get().applyAsLong(text);
		}
		catch (RuntimeException | LinkageError ex) {
			// JTokkit may be missing, and refuses text with a special token such as
			// <|endoftext|>, which anyone can send: such text must neither end the call
			// nor make it free.
			logger.debug("The token counter failed; estimated by length", ex);
			return byLength(text);
		}
	}

	private long estimate(@Nullable List<ToolCallback> tools) {
		long tokens = 0;
		for (ToolCallback tool : (tools != null) ? tools : List.<ToolCallback>of()) {
			ToolDefinition definition = tool.getToolDefinition();
			tokens += estimate(definition.name()) + estimate(definition.description())
					+ estimate(definition.inputSchema());
		}
		return tokens;
	}

	private long estimate(Message message) {
		long tokens = estimate(message.getText());
		if (message instanceof AssistantMessage assistant) {
			for (AssistantMessage.ToolCall call : assistant.getToolCalls()) {
				tokens += estimate(call.name()) + estimate(call.arguments());
			}
		}
		if (message instanceof ToolResponseMessage results) {
			for (ToolResponseMessage.ToolResponse result : results.getResponses()) {
				tokens += estimate(result.responseData());
			}
		}
		if (message instanceof MediaContent content) {
			tokens += (long) content.getMedia().size() * TokenEstimate.OF_MEDIUM;
		}
		return tokens;
	}

	private static long byLength(String text) {
		return (text.length() + 3L) / 4;
	}

}
