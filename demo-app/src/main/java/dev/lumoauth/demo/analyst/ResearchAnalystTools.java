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
import dev.lumoauth.demo.outbox.Outbox;
import dev.lumoauth.demo.outbox.SentReport;
import dev.lumoauth.spring.approval.Impact;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.annotation.ToolParam;
import org.springframework.stereotype.Component;

/**
 * The analyst's own tools, with the capabilities that they require. The MCP server
 * defines its tools itself; the capabilities for them are in {@code application.yml}.
 */
@Component
public class ResearchAnalystTools {

	private final CompanyDocuments documents;

	private final Outbox outbox;

	ResearchAnalystTools(CompanyDocuments documents, Outbox outbox) {
		this.documents = documents;
		this.outbox = outbox;
	}

	@Tool(description = "Search internal company documents for the given query.")
	@RequiresCapability("read:documents")
	public List<DocumentHit> searchCompanyDocuments(
			@ToolParam(description = "The search query for company documents") String query) {
		return this.documents.search(query, 3);
	}

	@Tool(description = "Send a report by mail. A person has to approve it first.")
	@RequiresCapability("reports:send")
	@RequiresApproval(reason = "Send the report {subject} to {recipients}", impact = Impact.HIGH)
	public String sendReport(@ToolParam(description = "What the report is about, in a few words") String subject,
			@ToolParam(description = "Who gets it, such as: the board") String recipients,
			@ToolParam(description = "All of the report's text") String text) {
		SentReport report = this.outbox.send(subject, recipients, text);
		return "The report \"%s\" was sent to %s.".formatted(report.subject(), report.recipients());
	}

}
