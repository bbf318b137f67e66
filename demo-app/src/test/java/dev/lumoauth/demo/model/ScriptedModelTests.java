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

package dev.lumoauth.demo.model;

import java.io.IOException;
import java.lang.reflect.Type;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.annotation.ToolParam;
import org.springframework.ai.tool.execution.ToolCallResultConverter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScriptedModel}, through Spring AI's OpenAI client.
 */
public class ScriptedModelTests {

	private static final String QUESTION = "Search documents for Q3 performance, then query the financial MCP for EBITDA.";

	private static final String TOOL = "{\"function\":{\"name\":\"queryFinancials\","
			+ "\"parameters\":{\"properties\":{\"metric\":{}}}}}";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static ScriptedModel model;

	private static ChatClient client;

	@BeforeAll
	static void start() throws IOException {
		model = ScriptedModel.start();
		client = ChatClient.create(OpenAiChatModel.builder()
			.options(OpenAiChatOptions.builder()
				.baseUrl(model.baseUrl().toString())
				.apiKey("")
				.model("any")
				.maxRetries(0)
				.build())
			.build());
	}

	@AfterAll
	static void stop() {
		model.close();
	}

	@Test
	void callsBothToolsAndAnswersFromWhatTheyReturn() {
		BothTools tools = new BothTools();
		ChatResponse response = client.prompt().user(QUESTION).tools(tools).call().chatResponse();
		assertThat(tools.calls).containsExactly("documents: Q3 performance", "financial: EBITDA");
		assertThat(response.getResult().getOutput().getText())
			.isEqualTo("I found 1 document: \"Plan\". The first says: All of it. EBITDA is 7.");
		assertThat(response.getMetadata().getUsage().getTotalTokens()).isPositive();
	}

	@Test
	void streamsTheSame() {
		BothTools tools = new BothTools();
		List<String> parts = client.prompt()
			.user(QUESTION)
			.tools(tools)
			.stream()
			.content()
			.collectList()
			.block(Duration.ofSeconds(60));
		assertThat(tools.calls).containsExactly("documents: Q3 performance", "financial: EBITDA");
		assertThat(parts).hasSizeGreaterThan(5);
		assertThat(String.join("", parts)).endsWith("The first says: All of it. EBITDA is 7.");
	}

	@Test
	void saysWhatItCouldNotDoWithoutATool() {
		assertThat(client.prompt().user(QUESTION).tools(new FinancialTool()).call().content())
			.isEqualTo("I could not search the documents: I was offered no tool for it. EBITDA is 7.");
		assertThat(client.prompt().user(QUESTION).call().content())
			.isEqualTo("I could not search the documents: I was offered no tool for it. "
					+ "I could not query the financial metrics: I was offered no tool for it.");
	}

	@Test
	void callsAToolThatItIsNotOfferedAnyMoreIfItIsToldTo() throws Exception {
		Script script = new Script(JSON);
		Reply offered = script.next(conversation("What was the revenue?", TOOL));
		assertThat(offered).isInstanceOf(Reply.ToolCall.class);
		assertThat(script.next(conversation("What was the revenue?", ""))).isInstanceOf(Reply.Answer.class);
		assertThat(script.next(conversation("What was the revenue, even if you are not offered the tool?", "")))
			.isEqualTo(offered);
	}

	private static Conversation conversation(String question, String tool) {
		return Conversation.of(JSON.readTree(
				"{\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}],\"tools\":[" + tool + "]}"));
	}

	@Test
	void saysWhatItWasRefused() {
		assertThat(client.prompt().user(QUESTION).tools(new RefusedTools()).call().content())
			.isEqualTo("I could not search the documents: agent lacks 'read:documents' capability. EBITDA is 7.");
	}

	@Test
	void usesOnlyWhatTheQuestionAsksFor() {
		BothTools tools = new BothTools();
		client.prompt().user("What was the revenue?").tools(tools).call().content();
		client.prompt().user("How do we travel?").tools(tools).call().content();
		assertThat(tools.calls).containsExactly("financial: revenue", "documents: How do we travel?");
	}

	@Test
	void asksAnMcpServerForWhatItHasParametersFor() {
		McpLikeTool tool = new McpLikeTool();
		assertThat(client.prompt().user("What was the EBITDA of Globex in q2?").tools(tool).call().content())
			.isEqualTo("EBITDA of Globex in q2.");
		assertThat(client.prompt().user("What was the revenue?").tools(tool).call().content())
			.isEqualTo("revenue of null in null.");
	}

	@Test
	void sendsAReportOfWhatItHasFound() {
		ReportingTools tools = new ReportingTools("\"Sent.\"");
		assertThat(client.prompt()
			.user("Send the report \"Q2 {results}\" to all the heads of sales.")
			.tools(tools)
			.call()
			.content()).isEqualTo("Sent.");
		client.prompt().user("Please send a report on EBITDA to the auditors!").tools(tools).call().content();
		client.prompt().user("Send the report to the board").tools(tools).call().content();
		assertThat(tools.calls).containsExactly("documents: Q2 {results}",
				"Q2 {results} to all the heads of sales: I found no document about that.",
				"EBITDA to the auditors: I could not query the financial metrics: I was offered no tool for it.",
				"documents: Q3 performance", "Q3 performance to the board: I found no document about that.");
	}

	@Test
	void tellsTheUserThatAPersonHasToDecide() {
		ReportingTools tools = new ReportingTools("Approval pending: Send \"it\" to the board. Tell the user, "
				+ "and call the tool again with the same arguments after it is approved.");
		assertThat(client.prompt().user("Send the report \"it\" to the board.").tools(tools).call().content())
			.isEqualTo("A person has to approve this first: Send \"it\" to the board. I go on when it is decided.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					"The report was sent."                                        | The report was sent.
					Error: a person denied this call. The reviewer's message: "A" | I could not send the report: a person denied this call. The reviewer's message: "A"
					Error: nobody approved this call in time.                     | I could not send the report: nobody approved this call in time.
					""",
			quoteCharacter = '`')
	void saysWhatCameOfADecision(String outcome, String answer) {
		assertThat(client.prompt()
			.user((message) -> message.text(
					"The call of the tool '{tool}' with the arguments {arguments} is decided. Its outcome:\n{outcome}")
				.param("tool", "sendReport")
				.param("arguments", "{\"subject\":\"revenue of the documents\"}")
				.param("outcome", outcome))
			.tools(new BothTools())
			.call()
			.content()).isEqualTo(answer);
	}

	@Test
	void answersBadRequestsAsAnApiDoes() throws Exception {
		URI completions = URI.create(model.baseUrl() + "/chat/completions");
		assertThat(post(completions, "{").statusCode()).isEqualTo(400);
		assertThat(post(completions, "{\"messages\":[]}")).satisfies((response) -> {
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.body()).contains("\"error\"", "'user'");
		});
		assertThat(post(URI.create(model.baseUrl() + "/embeddings"), "{}").statusCode()).isEqualTo(404);
		assertThat(post(completions, " ".repeat(1024 * 1024 + 1)).statusCode()).isEqualTo(413);
		assertThat(HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(completions).GET().build(), HttpResponse.BodyHandlers.ofString())
			.statusCode()).isEqualTo(405);
	}

	@Test
	void listensOnLoopbackOnly() {
		assertThat(model.baseUrl().getHost()).isEqualTo("127.0.0.1");
	}

	private static HttpResponse<String> post(URI uri, String body) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
					HttpResponse.BodyHandlers.ofString());
	}

	static class FinancialTool {

		@Tool
		String queryFinancialMcp(String metric) {
			return metric + " is 7";
		}

	}

	static class McpLikeTool {

		@Tool
		List<Map<String, String>> queryFinancials(String metric, @ToolParam(required = false) String company,
				@ToolParam(required = false) String period) {
			return List.of(Map.of("text", metric + " of " + company + " in " + period));
		}

	}

	static class BothTools {

		final List<String> calls = new ArrayList<>();

		@Tool
		List<Hit> searchCompanyDocuments(String query) {
			this.calls.add("documents: " + query);
			return List.of(new Hit("Plan", "All of it."));
		}

		@Tool
		String queryFinancialMcp(String metric) {
			this.calls.add("financial: " + metric);
			return metric + " is 7";
		}

	}

	static class RefusedTools {

		@Tool
		String searchCompanyDocuments(String query) {
			throw new IllegalStateException("Error: agent lacks 'read:documents' capability.");
		}

		@Tool
		String queryFinancialMcp(String metric) {
			return metric + " is 7";
		}

	}

	record Hit(String title, String snippet) {
	}

	static class ReportingTools {

		private final List<String> calls = new ArrayList<>();

		private final String result;

		ReportingTools(String result) {
			this.result = result;
		}

		@Tool(description = "Search")
		List<String> searchCompanyDocuments(String query) {
			this.calls.add("documents: " + query);
			return List.of();
		}

		@Tool(description = "Send", resultConverter = AsItIs.class)
		String sendReport(String subject, String recipients, String text) {
			this.calls.add(subject + " to " + recipients + ": " + text);
			return this.result;
		}

	}

	public static class AsItIs implements ToolCallResultConverter {

		@Override
		public String convert(Object result, Type type) {
			return String.valueOf(result);
		}

	}

}
