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

package dev.lumoauth.example.adk;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import com.google.adk.models.BaseLlm;
import com.google.adk.models.BaseLlmConnection;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.Part;
import dev.lumoauth.devserver.Scene;
import io.reactivex.rxjava3.core.Flowable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The guide's scene at the dev server, with an MCP server that verifies the tokens. What
 * reaches LumoAuth is what the starter sends for the same scene. LangChain4j's agent does
 * the same for each change.
 */
@Tag("nightly")
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
	private static final class Script extends BaseLlm {

		private int said;

		Script() {
			super("script");
		}

		@Override
		public Flowable<LlmResponse> generateContent(LlmRequest request, boolean stream) {
			Part part = switch (this.said++) {
				case 0 -> call("searchCompanyDocuments", Map.of("query", "Q3"));
				case 1 -> call("queryFinancials", Map.of("metric", "EBITDA", "period", "Q3"));
				default -> Part.fromText(request.contents()
					.stream()
					.flatMap((content) -> content.parts().orElse(List.of()).stream())
					.flatMap((each) -> each.functionResponse().stream())
					.map(FunctionResponse::toJson)
					.toList()
					.toString());
			};
			return Flowable
				.just(LlmResponse.builder().content(Content.builder().role("model").parts(part).build()).build());
		}

		private static Part call(String tool, Map<String, Object> arguments) {
			return Part.builder().functionCall(FunctionCall.builder().name(tool).args(arguments).build()).build();
		}

		@Override
		public BaseLlmConnection connect(LlmRequest request) {
			throw new UnsupportedOperationException();
		}

	}

}
