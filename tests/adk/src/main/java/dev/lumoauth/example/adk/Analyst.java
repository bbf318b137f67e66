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

import java.net.URI;
import java.util.List;
import java.util.Map;

import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.RunConfig;
import com.google.adk.models.BaseLlm;
import com.google.adk.models.Gemini;
import com.google.adk.runner.InMemoryRunner;
import com.google.adk.tools.FunctionTool;
import com.google.genai.types.Content;
import com.google.genai.types.Part;
import dev.lumoauth.spring.adk.LumoAuthAdk;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.http.LumoAuthAddresses;
import dev.lumoauth.spring.token.credentials.AgentCredentials;

/**
 * The guide's agent: it searches documents and asks a financial MCP server. The variables
 * of the guide say who it is: {@code LUMOAUTH_URL}, {@code LUMOAUTH_TENANT},
 * {@code AGENT_CLIENT_ID} and {@code AGENT_CLIENT_SECRET}. {@code FINANCIAL_MCP_URL} is
 * the MCP server, and {@code GOOGLE_API_KEY} is for the model.
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
		BaseLlm model = Gemini.builder().modelName("gemini-2.5-flash").apiKey(System.getenv("GOOGLE_API_KEY")).build();
		System.out.println(ask(System.getenv(), model, question));
	}

	static String ask(Map<String, String> variables, BaseLlm model, String question) {
		AgentRuntime agent = AgentRuntime.connect(
				LumoAuthAddresses.forTenant(URI.create(variables.get("LUMOAUTH_URL")),
						variables.get("LUMOAUTH_TENANT")),
				AgentCredentials.clientSecretBasic(variables.get("AGENT_CLIENT_ID"),
						variables.get("AGENT_CLIENT_SECRET")));
		LumoAuthAdk lumoAuth = LumoAuthAdk.of(agent);
		LlmAgent analyst = LlmAgent.builder()
			.name("analyst")
			.model(model)
			.instruction("You are a senior analyst. Use tools to search documents and query financial metrics.")
			.tools(FunctionTool.create(new Documents(), "search"),
					lumoAuth.mcp(variables.get("FINANCIAL_MCP_URL"), "urn:mcp:financial-data", "mcp:financial"))
			.build();
		InMemoryRunner runner = new InMemoryRunner(analyst, "analyst", List.of(lumoAuth.plugin()));
		try {
			return runner
				.runAsync("user", "session", Content.fromParts(Part.fromText(question)),
						RunConfig.builder().autoCreateSession(true).build())
				.blockingLast()
				.stringifyContent();
		}
		finally {
			runner.close().blockingAwait();
			agent.close();
		}
	}

}
