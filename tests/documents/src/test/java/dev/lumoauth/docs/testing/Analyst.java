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

package dev.lumoauth.docs.testing;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.approval.RequiresApproval;
import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.stereotype.Component;

/**
 * What the tests of docs/testing.md test.
 */
@Component
class Analyst {

	private final ChatClient chat;

	Analyst(ChatClient.Builder builder, Tools tools) {
		this.chat = builder.defaultTools(tools).build();
	}

	String ask(String question) {
		return String.valueOf(this.chat.prompt(question).call().content());
	}

	@Component
	static class Tools {

		private final LumoAuthAgent agent;

		Tools(LumoAuthAgent agent) {
			this.agent = agent;
		}

		@Tool(description = "Search documents.")
		@RequiresCapability("read:documents")
		String searchDocuments(String query) {
			return "3 documents about " + query;
		}

		@Tool(description = "Query figures.")
		@RequiresCapability("mcp:financial")
		String queryFigures(String metric) {
			this.agent.mcpToken("urn:mcp:financial-data");
			return metric + " is $1.2M";
		}

		@Tool(description = "Send a report to the board.")
		@RequiresCapability("send:reports")
		@RequiresApproval(reason = "Send {title} to the board")
		String sendReport(String title) {
			return "Sent " + title;
		}

	}

}
