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

package dev.lumoauth.example.langchain4j;

import java.io.IOException;
import java.util.List;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.lumoauth.devserver.Scene;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The guide's scene at the dev server, with an MCP server that verifies the tokens. What
 * reaches LumoAuth is what the starter sends for the same scene.
 */
class AnalystIT {

	private static Scene scene;

	@BeforeAll
	static void start() throws IOException {
		scene = new Scene((variables) -> Analyst.ask(variables, new Script(), Scene.QUESTION));
	}

	@AfterAll
	static void stop() {
		scene.close();
	}

	@Test
	void answersFromWhatBothToolsReturnedByTheSameFourRequests() {
		assertThat(scene.ask()).contains("Q3 Performance Review", "EBITDA", "$1.2M");
		assertThat(scene.received()).containsExactlyInAnyOrderElementsOf(Scene.REQUESTS);
	}

	@Test
	void isToldWhatItMayNotDo() {
		scene.revoke("read:documents");
		try {
			assertThat(scene.ask()).contains("Error: agent lacks 'read:documents' capability.", "$1.2M");
		}
		finally {
			scene.grant("read:documents");
		}
	}

	/**
	 * A model that calls both tools and then says what they answered.
	 */
	private static final class Script implements ChatModel {

		private int said;

		@Override
		public ChatResponse doChat(ChatRequest request) {
			AiMessage message = switch (this.said++) {
				case 0 -> call("searchCompanyDocuments", "{\"query\":\"Q3\"}");
				case 1 -> call("queryFinancials", "{\"metric\":\"EBITDA\",\"period\":\"Q3\"}");
				default -> AiMessage.from(request.messages()
					.stream()
					.filter(ToolExecutionResultMessage.class::isInstance)
					.map((result) -> ((ToolExecutionResultMessage) result).text())
					.toList()
					.toString());
			};
			return ChatResponse.builder().aiMessage(message).build();
		}

		private static AiMessage call(String tool, String arguments) {
			return AiMessage
				.from(List.of(ToolExecutionRequest.builder().id(tool).name(tool).arguments(arguments).build()));
		}

	}

}
