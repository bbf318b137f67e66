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

package dev.lumoauth.docs.langchain4j;

import java.net.URI;

import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.McpTransport;
import dev.langchain4j.mcp.client.transport.http.StreamableHttpMcpTransport;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolProvider;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.langchain4j.LangChain4jGuard;
import dev.lumoauth.spring.langchain4j.McpTokens;
import dev.lumoauth.spring.token.credentials.AgentCredentials;

/**
 * The code of docs/langchain4j.md, which is compiled.
 */
final class DocumentedCode {

	private DocumentedCode() {
	}

	static Assistant inAMainMethod(String clientId, String clientSecret, ChatModel model) {
		AgentRuntime agent = AgentRuntime.connect(
				LumoAuthAddresses.forTenant(URI.create("https://app.lumoauth.dev"), "acme"),
				AgentCredentials.clientSecretBasic(clientId, clientSecret));
		LangChain4jGuard.of(agent).install();
		Assistant assistant = AiServices.builder(Assistant.class).chatModel(model).tools(new Documents()).build();

		return assistant;
	}

	static ToolProvider mcpServer(LangChain4jGuard guard, String url) {
		McpTransport transport = StreamableHttpMcpTransport.builder()
			.url(url)
			.customHeaders(new McpTokens(guard, "urn:mcp:financial-data"))
			.build();
		McpClient client = DefaultMcpClient.builder().transport(transport).build();
		ToolProvider tools = guard.provider(McpToolProvider.builder().mcpClients(client).build(),
				(tool) -> new GuardTerms(CapabilityRequirement.of("read:financial"), false));

		return tools;
	}

	interface Assistant {

		String chat(String question);

	}

}
