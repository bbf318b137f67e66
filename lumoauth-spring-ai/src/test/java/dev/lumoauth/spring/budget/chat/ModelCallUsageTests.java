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

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.metadata.EmptyUsage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ModelCallUsage}. A character is a token here.
 */
class ModelCallUsageTests {

	private final ModelCallUsage usage = new ModelCallUsage(new Prompt("0123456789"),
			TokenEstimator.of(new TokenEstimatorTests.CharacterCounter()));

	@Test
	void takesWhatTheProviderSays() {
		this.usage.received(response("answer", new DefaultUsage(100, 20, 120)));
		assertThat(this.usage.completed()).isEqualTo(120);
	}

	@Test
	void takesTheSumIfTheTotalIsLess() {
		this.usage.received(response("answer", new DefaultUsage(100, 20, 0)));
		assertThat(this.usage.completed()).isEqualTo(120);
	}

	@Test
	void estimatesWhereTheProviderSaysNothing() {
		this.usage.received(response("answer", new EmptyUsage()));
		assertThat(this.usage.completed()).isEqualTo(16);
	}

	@Test
	void estimatesToolCallsInTheAnswer() {
		AssistantMessage message = AssistantMessage.builder()
			.content("")
			.toolCalls(List.of(new AssistantMessage.ToolCall("1", "function", "tool", "{}")))
			.build();
		this.usage.received(new ChatResponse(List.of(new Generation(message))));
		assertThat(this.usage.completed()).isEqualTo(16);
	}

	@Test
	void anAnswerWithoutAnythingHasAPrompt() {
		this.usage.received(null);
		assertThat(this.usage.completed()).isEqualTo(10);
	}

	@Test
	void theUsageOfALastPartIsOfTheWholeStream() {
		this.usage.received(response("an", new EmptyUsage()));
		this.usage.received(response("swer", new EmptyUsage()));
		this.usage.received(response("", new DefaultUsage(100, 20, 120)));
		assertThat(this.usage.completed()).isEqualTo(120);
	}

	@Test
	void partsThatRepeatTheUsageSoFarAreNotAdded() {
		this.usage.received(response("an", new DefaultUsage(100, 1, 101)));
		this.usage.received(response("swer", new DefaultUsage(100, 20, 120)));
		this.usage.received(response("", new DefaultUsage(100, 20, 120)));
		assertThat(this.usage.completed()).isEqualTo(120);
	}

	@Test
	void partsThatTellPromptAndCompletionApartAreJoined() {
		this.usage.received(response("an", new DefaultUsage(100, 0, 100)));
		this.usage.received(response("swer", new DefaultUsage(0, 20, 20)));
		assertThat(this.usage.completed()).isEqualTo(120);
	}

	@Test
	void aCancelledStreamIsThePromptAndWhatWasReceived() {
		this.usage.received(response("an", new EmptyUsage()));
		this.usage.received(response("swe", new EmptyUsage()));
		assertThat(this.usage.cancelled()).isEqualTo(15);
	}

	@Test
	void aCancelledStreamIsNotLessThanWhatTheProviderSaidSoFar() {
		this.usage.received(response("answer", new DefaultUsage(100, 1, 101)));
		assertThat(this.usage.cancelled()).isEqualTo(106);
		this.usage.received(response("", new DefaultUsage(100, 50, 150)));
		assertThat(this.usage.cancelled()).isEqualTo(150);
	}

	@Test
	void aStreamCancelledBeforeAnythingCameIsThePrompt() {
		assertThat(this.usage.cancelled()).isEqualTo(10);
	}

	@Test
	void aFailureBeforeAnythingCameIsFree() {
		assertThat(this.usage.failed()).isZero();
	}

	@Test
	void aFailureAfterwardsIsNot() {
		this.usage.received(response("an", new EmptyUsage()));
		assertThat(this.usage.failed()).isEqualTo(12);
	}

	@Test
	void toleratesAUsageWithoutNumbers() {
		this.usage.received(response("an", new Usage() {

			@Override
			public @Nullable Integer getPromptTokens() {
				return null;
			}

			@Override
			public @Nullable Integer getCompletionTokens() {
				return null;
			}

			@Override
			public @Nullable Object getNativeUsage() {
				return null;
			}

		}));
		assertThat(this.usage.completed()).isEqualTo(12);
	}

	private static ChatResponse response(String text, Usage usage) {
		return new ChatResponse(List.of(new Generation(new AssistantMessage(text))),
				ChatResponseMetadata.builder().usage(usage).build());
	}

}
