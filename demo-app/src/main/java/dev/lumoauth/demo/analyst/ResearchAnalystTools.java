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

package dev.lumoauth.demo.analyst;

import java.util.List;

import dev.lumoauth.demo.documents.CompanyDocuments;
import dev.lumoauth.demo.documents.DocumentHit;
import dev.lumoauth.demo.finance.FinancialData;
import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.annotation.ToolParam;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.stereotype.Component;

/**
 * What the analyst can do. Each tool needs a capability of its own.
 */
@Component
public class ResearchAnalystTools {

	private final CompanyDocuments documents;

	private final FinancialData financialData;

	private final LumoAuthAgent agent;

	ResearchAnalystTools(CompanyDocuments documents, FinancialData financialData, LumoAuthAgent agent) {
		this.documents = documents;
		this.financialData = financialData;
		this.agent = agent;
	}

	@Tool(description = "Search internal company documents for the given query.")
	@RequiresCapability("read:documents")
	public List<DocumentHit> searchCompanyDocuments(
			@ToolParam(description = "The search query for company documents") String query) {
		return this.documents.search(query, 3);
	}

	@Tool(description = "Query the secured financial metrics MCP server.")
	@RequiresCapability("mcp:financial")
	public String queryFinancialMcp(@ToolParam(description = "The financial metric to retrieve") String metric) {
		OAuth2AccessToken token = this.agent.mcpToken("urn:mcp:financial-data");
		return this.financialData.query(metric, token);
	}

}
