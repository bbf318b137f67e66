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
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tokenizer.TokenCountEstimator;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.MimeTypeUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenEstimator}.
 */
class TokenEstimatorTests {

	private final TokenEstimator byCharacters = TokenEstimator.of(new CharacterCounter());

	@Test
	void expectsThePromptAndAThousandTokensOrTheCallsOwnMaximumIfThatIsLess() {
		assertThat(expected("twelve bytes", null)).isEqualTo(4 + 1000);
		assertThat(expected("twelve bytes", 64_000)).isEqualTo(4 + 1000);
		assertThat(expected("twelve bytes", 10)).isEqualTo(4 + 10);
		assertThat(expected("twelve bytes", 0)).isEqualTo(4 + 1000);
		assertThat(expected("\u4f60\u597d", 10)).as("a token for each").isEqualTo(2 + 10);
	}

	private static long expected(String text, @Nullable Integer maxTokens) {
		return TokenEstimator.expected(new Prompt(text, ChatOptions.builder().maxTokens(maxTokens).build()));
	}

	@Test
	void countsWithSpringAisCounter() {
		assertThat(TokenEstimator.of(null).estimate("Hello world, this is a test.")).isEqualTo(8);
		assertThat(TokenEstimator.of(null).estimate("")).isZero();
		assertThat(TokenEstimator.of(null).estimate((String) null)).isZero();
	}

	@Test
	void aSpecialTokenInTheTextNeitherFailsNorIsFree() {
		assertThat(TokenEstimator.of(null).estimate("a text with <|endoftext|> in it")).isEqualTo(8);
	}

	@Test
	void countsEveryMessageWithToolCallsAndTheirResults() {
		Prompt prompt = new Prompt(List.of(new SystemMessage("12345"), new UserMessage("123"),
				AssistantMessage.builder()
					.content("12")
					.toolCalls(List.of(new AssistantMessage.ToolCall("id", "function", "name", "{\"a\":1}")))
					.build(),
				ToolResponseMessage.builder()
					.responses(List.of(new ToolResponseMessage.ToolResponse("id", "name", "123456")))
					.build()));
		assertThat(this.byCharacters.estimate(prompt)).isEqualTo(5 + 3 + 2 + 4 + 7 + 6);
	}

	@Test
	void countsTheDefinitionsOfTheTools() {
		FunctionToolCallback<Map<String, Object>, String> tool = FunctionToolCallback
			.<Map<String, Object>, String>builder("tool", (input) -> "")
			.description("12345678")
			.inputSchema("{}")
			.inputType(Map.class)
			.build();
		Prompt prompt = new Prompt("1", ToolCallingChatOptions.builder().toolCallbacks(List.of(tool)).build());
		assertThat(this.byCharacters.estimate(prompt)).isEqualTo(1 + 4 + 8 + 2);
	}

	@Test
	void countsAMediumFlat() {
		Media image = new Media(MimeTypeUtils.IMAGE_PNG, new ByteArrayResource(new byte[5_000_000]));
		Prompt prompt = new Prompt(UserMessage.builder().text("12").media(image).build());
		assertThat(this.byCharacters.estimate(prompt)).isEqualTo(1002);
	}

	@Test
	void countsByLengthWithoutACounter() {
		TokenEstimator estimator = new TokenEstimator(() -> {
			throw new NoClassDefFoundError("com/knuddels/jtokkit/api/Encoding");
		});
		assertThat(estimator.estimate("12345")).isEqualTo(2);
		assertThat(estimator.estimate("1234")).isEqualTo(1);
	}

	/**
	 * Counts a character as a token, so that estimates can be told in advance.
	 */
	static final class CharacterCounter implements TokenCountEstimator {

		@Override
		public int estimate(String text) {
			return text.length();
		}

		@Override
		public int estimate(org.springframework.ai.content.MediaContent content) {
			throw new UnsupportedOperationException();
		}

		@Override
		public int estimate(Iterable<org.springframework.ai.content.MediaContent> messages) {
			throw new UnsupportedOperationException();
		}

	}

}
