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

package dev.lumoauth.docs.migration;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.annotation.ToolParam;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.stereotype.Component;

/**
 * The tools of the guide.
 */
@Component
class ResearchTools {

	private final LumoAuthAgent agent;

	ResearchTools(LumoAuthAgent agent) {
		this.agent = agent;
	}

	@Tool(description = "Search internal company documents for the given query.")
	@RequiresCapability("read:documents")
	public String searchCompanyDocuments(
			@ToolParam(description = "The search query for company documents") String query) {
		return "Found 3 documents matching '" + query + "'";
	}

	@Tool(description = "Query the secured financial metrics MCP server.")
	@RequiresCapability("mcp:financial")
	public String queryFinancialMcp(@ToolParam(description = "The financial metric to retrieve") String metric) {
		OAuth2AccessToken token = this.agent.mcpToken("urn:mcp:financial-data");
		return "Retrieved " + metric + ": $1.2M (with a token until " + token.getExpiresAt() + ")";
	}

}
