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

package dev.lumoauth.spring.test;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.annotation.ToolParam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link ScriptedChatModel} with a chat client, and nothing of LumoAuth.
 */
class ScriptedChatModelTests {

	private final ScriptedChatModel model = new ScriptedChatModel();

	private final ChatClient chat = chat(this.model);

	@Test
	void callsToolsOneAfterAnotherAndAnswers() {
		this.model.script((script) -> script.calls("search", Map.of("query", "Q3"))
			.calls("add", "{\"first\": 1, \"second\": 2}")
			.answers("All is done."));
		assertThat(this.chat.prompt("Go.").call().content()).isEqualTo("All is done.");
		assertThat(this.model.toolResults()).containsExactly("\"found Q3\"", "3");
		assertThat(this.model.toolResults("add")).containsExactly("3");
		assertThat(this.model.prompts()).hasSize(3)
			.extracting((prompt) -> prompt.getUserMessage().getText())
			.containsOnly("Go.");
		assertThat(this.model.offeredTools()).containsExactlyInAnyOrder("search", "add", "count");
	}

	@Test
	void callsSeveralToolsInOneMessage() {
		this.model.script((script) -> script.calls("search", Map.of("query", "Q3"))
			.andCalls("add", Map.of("first", 1, "second", 2))
			.andCalls("search", "{\"query\": \"Q4\"}"));
		assertThat(this.chat.prompt("Go.").call().content()).isEqualTo("\"found Q3\"\n3\n\"found Q4\"");
		assertThat(this.model.prompts()).hasSize(2);
	}

	@Test
	void streamsItsAnswerWordByWord() {
		this.model.script((script) -> script.calls("search", Map.of("query", "Q3")).answers("All is done."));
		List<String> words = this.chat.prompt("Go.").stream().content().collectList().block();
		assertThat(words).containsExactly("All ", "is ", "done.");
		assertThat(this.model.toolResults()).containsExactly("\"found Q3\"");
		assertThat(this.model.prompts()).hasSize(2);
	}

	@Test
	void streamsAnEmptyAnswer() {
		this.model.script((script) -> script.answers(""));
		assertThat(this.model.stream(new Prompt("Go.")).collectList().block()).hasSize(1);
	}

	@Test
	void startsTheScriptAnewWithEachQuestion() {
		this.model.script((script) -> script.calls("search", Map.of("query", "Q3")).answers("Done."));
		this.chat.prompt("Go.").call().content();
		this.chat.prompt("Go on.").call().content();
		assertThat(this.model.toolResults()).hasSize(2);
	}

	@Test
	void callsNoToolThatItWasNotOffered() {
		this.model.script((script) -> script.calls("search", Map.of("query", "Q3")).calls("delete", Map.of()));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.chat.prompt("Go.").call().content())
			.withMessageContaining("'delete', which the model was not offered")
			.withMessageContaining("search");
		assertThatException().isThrownBy(() -> this.chat.prompt("Go.").stream().content().blockLast())
			.havingRootCause()
			.isInstanceOf(AssertionError.class)
			.withMessageContaining("'delete', which the model was not offered");
	}

	@Test
	void makesUpAToolIfItIsTold() {
		this.model.script((script) -> script.calls("delete", Map.of()).evenIfNotOffered());
		assertThatIllegalStateException().isThrownBy(() -> this.chat.prompt("Go.").call().content())
			.withMessageContaining("delete");
		assertThat(this.model.prompts()).hasSize(1);
	}

	@Test
	void aCallThatWasToldIsNoLeaveForTheNext() {
		this.model.script((script) -> script.calls("search", Map.of("query", "Q3"))
			.evenIfNotOffered()
			.andCalls("delete", Map.of()));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> this.chat.prompt("Go.").call().content());
	}

	@Test
	void obeysWithoutAScript() {
		assertThat(this.chat.prompt("search Q3 and more").call().content()).isEqualTo("\"found Q3 and more\"");
		assertThat(this.chat.prompt("add 2").call().content()).isEqualTo("4");
		assertThat(this.chat.prompt("add {\"first\": 1, \"second\": 2}").call().content()).isEqualTo("3");
		assertThat(this.chat.prompt("search say \"Q3\"").call().content()).isEqualTo("\"found say \\\"Q3\\\"\"");
		assertThat(this.chat.prompt("count Q3").call().content()).isEqualTo("\"Q3 of null\"");
		assertThat(this.chat.prompt("How is Q3?").call().content()).isEqualTo("I have no tool 'How'.");
	}

	@Test
	void obeysBlindlyIfItIsCreatedSo() {
		ScriptedChatModel blind = ScriptedChatModel.obeyingBlindly();
		assertThatIllegalStateException().isThrownBy(() -> chat(blind).prompt("delete all").call().content())
			.withMessageContaining("delete");
		blind.script((script) -> script.calls("delete", Map.of()));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> chat(blind).prompt("Go.").call().content());
	}

	@Test
	void resetReturnsToWhatItWasCreatedWith() {
		ScriptedChatModel scripted = new ScriptedChatModel((script) -> script.answers("Hello."));
		scripted.script((script) -> script.answers("Good bye."));
		assertThat(scripted.call("Hi.")).isEqualTo("Good bye.");
		scripted.reset();
		assertThat(scripted.prompts()).isEmpty();
		assertThat(scripted.offeredTools()).isEmpty();
		assertThat(scripted.call(new UserMessage("Hi."))).isEqualTo("Hello.");
	}

	@Test
	void saysWhatAScriptHasInTheWrongOrder() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.model.script((script) -> script.andCalls("search", Map.of())))
			.withMessage("'andCalls' belongs behind 'calls' in a script");
	}

	private static ChatClient chat(ScriptedChatModel model) {
		return ChatClient.builder(model).defaultTools(new Tools()).build();
	}

	static class Tools {

		@Tool(description = "Search.")
		String search(String query) {
			return "found " + query;
		}

		@Tool(description = "Add.")
		int add(int first, int second) {
			return first + second;
		}

		@Tool(description = "Count.")
		String count(String what, @ToolParam(required = false) @Nullable String company) {
			return what + " of " + company;
		}

	}

}
