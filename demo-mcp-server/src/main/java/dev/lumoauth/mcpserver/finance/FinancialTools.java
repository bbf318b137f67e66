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

package dev.lumoauth.mcpserver.finance;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.annotation.McpTool;
import org.springframework.ai.mcp.annotation.McpToolParam;
import org.springframework.stereotype.Component;

import dev.lumoauth.mcpserver.audit.ToolCallLog;

/**
 * The tools of this server.
 */
@Component
class FinancialTools {

	private static final String QUERY = "queryFinancials";

	private final FinancialData data;

	private final ToolCallLog log;

	FinancialTools(FinancialData data, ToolCallLog log) {
		this.data = data;
		this.log = log;
	}

	@McpTool(name = QUERY, description = "Query a financial metric of a company for a quarter.",
			annotations = @McpTool.McpAnnotations(title = "Financial metrics", readOnlyHint = true,
					destructiveHint = false, idempotentHint = true, openWorldHint = false))
	String queryFinancials(@McpToolParam(description = "The metric, such as EBITDA or revenue.") String metric,
			@McpToolParam(description = "The company; Acme if left out.", required = false) @Nullable String company,
			@McpToolParam(description = "The quarter, such as Q3; the last one if left out.",
					required = false) @Nullable String period) {
		this.log.record(QUERY);
		return this.data.answer(metric, company, period);
	}

}
