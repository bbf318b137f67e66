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

package dev.lumoauth.docs.interop;

import java.util.List;
import java.util.Map;

import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema;
import org.springframework.ai.mcp.annotation.McpArg;
import org.springframework.ai.mcp.annotation.McpComplete;
import org.springframework.ai.mcp.annotation.McpPrompt;
import org.springframework.ai.mcp.annotation.McpResource;
import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.mcp.annotation.McpToolParam;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The server that the MCP project's conformance suite describes: each scenario says which
 * tool, prompt or resource it calls.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@SuppressWarnings("deprecation") // the short constructors
class ConformanceServer {

	@Bean
	Everything everything() {
		return new Everything();
	}

	static class Everything {

		private static final String IMAGE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

		private static final String AUDIO = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQAAAAA=";

		@McpTool(name = "test_simple_text", description = "Text")
		public String text() {
			return "This is a simple text response for testing.";
		}

		@McpTool(name = "test_image_content", description = "An image")
		public McpSchema.CallToolResult image() {
			return result(new McpSchema.ImageContent(null, IMAGE, "image/png"));
		}

		@McpTool(name = "test_audio_content", description = "A sound")
		public McpSchema.CallToolResult audio() {
			return result(new McpSchema.AudioContent(null, AUDIO, "audio/wav"));
		}

		@McpTool(name = "test_embedded_resource", description = "A resource")
		public McpSchema.CallToolResult embedded() {
			return result(embedded("test://embedded-resource", "text/plain", "This is an embedded resource content."));
		}

		@McpTool(name = "test_multiple_content_types", description = "Text, an image and a resource")
		public McpSchema.CallToolResult mixed() {
			return result(new McpSchema.TextContent("Multiple content types test:"),
					new McpSchema.ImageContent(null, IMAGE, "image/png"),
					embedded("test://mixed-content-resource", "application/json", "{\"test\":\"data\",\"value\":123}"));
		}

		@McpTool(name = "test_tool_with_logging", description = "Writes to the client's log")
		public String logging(McpSyncServerExchange client) {
			for (String line : List.of("Tool execution started", "Tool processing data", "Tool execution completed")) {
				client.loggingNotification(
						new McpSchema.LoggingMessageNotification(McpSchema.LoggingLevel.INFO, "conformance", line));
			}
			return "done";
		}

		@McpTool(name = "test_tool_with_progress", description = "Says how far it is")
		public String progress(McpSyncServerExchange client, McpSchema.CallToolRequest request) {
			for (double done : List.of(0.0, 50.0, 100.0)) {
				client.progressNotification(
						new McpSchema.ProgressNotification(request.progressToken(), done, 100.0, "Step " + done));
			}
			return String.valueOf(request.progressToken());
		}

		@McpTool(name = "test_error_handling", description = "Fails")
		public String error() {
			throw new IllegalStateException("This tool intentionally returns an error for testing");
		}

		@McpTool(name = "test_sampling", description = "Asks the client's model")
		public String sampling(McpSyncServerExchange client, @McpToolParam String prompt) {
			McpSchema.CreateMessageResult answer = client
				.createMessage(McpSchema.CreateMessageRequest
					.builder(List
						.of(new McpSchema.SamplingMessage(McpSchema.Role.USER, new McpSchema.TextContent(prompt))), 100)
					.build());
			return "LLM response: " + ((McpSchema.TextContent) answer.content()).text();
		}

		@McpTool(name = "test_elicitation", description = "Asks the client's user")
		public String elicitation(McpSyncServerExchange client, @McpToolParam String message) {
			return asked(client, message,
					Map.of("type", "object", "properties",
							Map.of("response", Map.of("type", "string", "description", "The answer")), "required",
							List.of("response")));
		}

		@McpTool(name = "test_elicitation_sep1034_defaults", description = "Asks with defaults")
		public String defaults(McpSyncServerExchange client) {
			return asked(client, "Please review", Map.of("type", "object", "properties",
					Map.of("name", Map.of("type", "string", "default", "John Doe"), "age",
							Map.of("type", "integer", "default", 30), "score",
							Map.of("type", "number", "default", 95.5), "status",
							Map.of("type", "string", "enum", List.of("active", "inactive", "pending"), "default",
									"active"),
							"verified", Map.of("type", "boolean", "default", true)),
					"required", List.of()));
		}

		@McpPrompt(name = "test_simple_prompt", description = "A prompt")
		public McpSchema.GetPromptResult prompt() {
			return prompt(new McpSchema.TextContent("This is a simple prompt for testing."));
		}

		@McpPrompt(name = "test_prompt_with_arguments", description = "A prompt with arguments")
		public McpSchema.GetPromptResult promptWith(@McpArg(name = "arg1", required = true) String arg1,
				@McpArg(name = "arg2", required = true) String arg2) {
			return prompt(new McpSchema.TextContent("Prompt with arguments: arg1='" + arg1 + "', arg2='" + arg2 + "'"));
		}

		@McpPrompt(name = "test_prompt_with_embedded_resource", description = "A prompt with a resource")
		public McpSchema.GetPromptResult promptOf(@McpArg(name = "resourceUri", required = true) String resourceUri) {
			return prompt(embedded(resourceUri, "text/plain", "Embedded resource content for testing."),
					new McpSchema.TextContent("Please process the embedded resource above."));
		}

		@McpPrompt(name = "test_prompt_with_image", description = "A prompt with an image")
		public McpSchema.GetPromptResult promptWithImage() {
			return prompt(new McpSchema.ImageContent(null, IMAGE, "image/png"),
					new McpSchema.TextContent("Please analyze the image above."));
		}

		@McpComplete(prompt = "test_prompt_with_arguments")
		public List<String> complete(McpSchema.CompleteRequest.CompleteArgument argument) {
			return List.of(argument.value() + "1");
		}

		@McpResource(uri = "test://static-text", name = "static-text", mimeType = "text/plain")
		public String staticText() {
			return "This is the content of the static text resource.";
		}

		@McpResource(uri = "test://static-binary", name = "static-binary", mimeType = "image/png")
		public McpSchema.ReadResourceResult staticBinary() {
			return new McpSchema.ReadResourceResult(
					List.of(new McpSchema.BlobResourceContents("test://static-binary", "image/png", IMAGE)));
		}

		@McpResource(uri = "test://template/{id}/data", name = "template", mimeType = "application/json")
		public McpSchema.ReadResourceResult template(String id) {
			return new McpSchema.ReadResourceResult(
					List.of(new McpSchema.TextResourceContents("test://template/" + id + "/data", "application/json",
							"{\"id\":\"" + id + "\",\"templateTest\":true,\"data\":\"Data for ID: " + id + "\"}")));
		}

		private static String asked(McpSyncServerExchange client, String message, Map<String, Object> schema) {
			McpSchema.ElicitResult answer = client
				.createElicitation(McpSchema.ElicitRequest.builder(message, schema).build());
			return "User response: action=" + answer.action().name().toLowerCase() + ", content=" + answer.content();
		}

		private static McpSchema.EmbeddedResource embedded(String uri, String type, String text) {
			return new McpSchema.EmbeddedResource(null, new McpSchema.TextResourceContents(uri, type, text));
		}

		private static McpSchema.CallToolResult result(McpSchema.Content... content) {
			return McpSchema.CallToolResult.builder().content(List.of(content)).build();
		}

		private static McpSchema.GetPromptResult prompt(McpSchema.Content... content) {
			return new McpSchema.GetPromptResult(null,
					List.of(content)
						.stream()
						.map((each) -> new McpSchema.PromptMessage(McpSchema.Role.USER, each))
						.toList());
		}

	}

}
