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

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;

/**
 * The usage of one model call, from the answer or the parts of a streamed answer.
 * <p>
 * In a stream, one part carries the total usage (or several do, each including the
 * previous one), so the largest value is used and nothing is added. Thread-safe, because
 * a stream can be cancelled from any thread.
 */
final class ModelCallUsage {

	private final Prompt prompt;

	private final TokenEstimator estimator;

	private final StringBuilder received = new StringBuilder();

	private long promptTokens;

	private long completionTokens;

	private long totalTokens;

	ModelCallUsage(Prompt prompt, TokenEstimator estimator) {
		this.prompt = prompt;
		this.estimator = estimator;
	}

	synchronized void received(@Nullable ChatResponse response) {
		if (response == null) {
			return;
		}
		response.getResults().forEach(this::received);
		Usage usage = (response.getMetadata() != null) ? response.getMetadata().getUsage() : null;
		if (usage != null) {
			this.promptTokens = max(this.promptTokens, usage.getPromptTokens());
			this.completionTokens = max(this.completionTokens, usage.getCompletionTokens());
			this.totalTokens = max(this.totalTokens, usage.getTotalTokens());
		}
	}

	/**
	 * Return the tokens of a call that was answered.
	 * @return the usage that the provider reported, or an estimate if it reported none
	 */
	synchronized long completed() {
		long said = Math.max(this.totalTokens, this.promptTokens + this.completionTokens);
		return (said > 0) ? said : cancelled();
	}

	/**
	 * Return the tokens of a call that was ended before its answer was complete: the
	 * prompt was sent and is billed, and so is the received part. If the provider has
	 * already reported more than the estimate, its figure counts.
	 */
	synchronized long cancelled() {
		long prompt = (this.promptTokens > 0) ? this.promptTokens : this.estimator.estimate(this.prompt);
		long completion = Math.max(this.completionTokens, this.estimator.estimate(this.received.toString()));
		return Math.max(this.totalTokens, prompt + completion);
	}

	/**
	 * Return the tokens of a call that failed: none if nothing was received, because a
	 * provider does not bill calls that it refuses, and a provider that is down must not
	 * use up the day's budget. Otherwise the same tokens as for a cancelled call.
	 */
	synchronized long failed() {
		boolean nothing = this.received.isEmpty() && this.promptTokens + this.completionTokens + this.totalTokens == 0;
		return nothing ? 0 : cancelled();
	}

	private void received(Generation generation) {
		AssistantMessage message = generation.getOutput();
		if (message.getText() != null) {
			this.received.append(message.getText());
		}
		for (AssistantMessage.ToolCall call : message.getToolCalls()) {
			this.received.append(call.name()).append(call.arguments());
		}
	}

	private static long max(long known, @Nullable Integer said) {
		return (said != null) ? Math.max(known, said) : known;
	}

}
