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

package dev.lumoauth.benchmarks.journey;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.tool.annotation.Tool;

/**
 * The guide's tools on the starter.
 */
class GuardedTools {

	private final LumoAuthAgent agent;

	GuardedTools(LumoAuthAgent agent) {
		this.agent = agent;
	}

	@Tool(description = "Search internal company documents for the given query.")
	@RequiresCapability("read:documents")
	String searchCompanyDocuments(String query) {
		return "Found 3 documents matching '" + query + "'";
	}

	@Tool(description = "Query the secured financial metrics MCP server.")
	@RequiresCapability("mcp:financial")
	String queryFinancials(String metric) {
		return this.agent.mcpToken("urn:mcp:financial-data").getTokenValue().isEmpty() ? "none"
				: "Retrieved " + metric + ": $1.2M";
	}

}
