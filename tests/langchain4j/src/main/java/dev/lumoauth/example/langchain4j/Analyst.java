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

import java.net.URI;
import java.util.Map;

import dev.langchain4j.mcp.McpToolProvider;
import dev.langchain4j.mcp.client.DefaultMcpClient;
import dev.langchain4j.mcp.client.McpClient;
import dev.langchain4j.mcp.client.transport.http.StreamableHttpMcpTransport;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.SystemMessage;
import dev.langchain4j.service.tool.ToolProvider;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.langchain4j.LangChain4jGuard;
import dev.lumoauth.spring.langchain4j.McpTokens;
import dev.lumoauth.spring.token.credentials.AgentCredentials;

/**
 * The guide's agent: it searches documents and asks a financial MCP server. The variables
 * of the guide say who it is: {@code LUMOAUTH_URL}, {@code LUMOAUTH_TENANT},
 * {@code AGENT_CLIENT_ID} and {@code AGENT_CLIENT_SECRET}. {@code FINANCIAL_MCP_URL} is
 * the MCP server, and {@code OPENAI_API_KEY} is for the model.
 */
public final class Analyst {

	private static final String QUESTION = "Search documents for Q3 performance, then query the financial MCP for EBITDA.";

	private Analyst() {
	}

	/**
	 * Ask the guide's question.
	 * @param arguments another question
	 */
	public static void main(String[] arguments) {
		String question = (arguments.length > 0) ? String.join(" ", arguments) : QUESTION;
		ChatModel model = OpenAiChatModel.builder()
			.modelName("gpt-4.1-mini")
			.apiKey(System.getenv("OPENAI_API_KEY"))
			.build();
		System.out.println(ask(System.getenv(), model, question));
	}

	static String ask(Map<String, String> variables, ChatModel model, String question) {
		AgentRuntime agent = AgentRuntime.connect(
				LumoAuthAddresses.forTenant(URI.create(variables.get("LUMOAUTH_URL")),
						variables.get("LUMOAUTH_TENANT")),
				AgentCredentials.clientSecretBasic(variables.get("AGENT_CLIENT_ID"),
						variables.get("AGENT_CLIENT_SECRET")));
		LangChain4jGuard guard = LangChain4jGuard.of(agent).install();
		try (McpClient financial = DefaultMcpClient.builder()
			.transport(StreamableHttpMcpTransport.builder()
				.url(variables.get("FINANCIAL_MCP_URL") + "/mcp")
				.customHeaders(new McpTokens(guard, "urn:mcp:financial-data"))
				.build())
			.build()) {
			ToolProvider financialTools = guard.provider(McpToolProvider.builder().mcpClients(financial).build(),
					(tool) -> new GuardTerms(CapabilityRequirement.of("mcp:financial"), false));
			return AiServices.builder(Assistant.class)
				.chatModel(model)
				.tools(new Documents())
				.toolProvider(financialTools)
				.build()
				.ask(question);
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("The connection to the MCP server did not close", ex);
		}
		finally {
			guard.uninstall();
			agent.close();
		}
	}

	interface Assistant {

		@SystemMessage("You are a senior analyst. Use tools to search documents and query financial metrics.")
		String ask(String question);

	}

}
