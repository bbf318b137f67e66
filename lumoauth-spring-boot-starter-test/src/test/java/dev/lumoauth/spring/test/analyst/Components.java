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

package dev.lumoauth.spring.test.analyst;

import java.util.concurrent.atomic.AtomicInteger;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The application's components, in one file.
 */
public final class Components {

	private Components() {
	}

	@Component
	public static class DocumentTools {

		private final AtomicInteger searches = new AtomicInteger();

		@Tool(description = "Search internal company documents.")
		@RequiresCapability("read:documents")
		public String searchCompanyDocuments(String query) {
			this.searches.incrementAndGet();
			return "3 documents about " + query;
		}

		public AtomicInteger searches() {
			return this.searches;
		}

	}

	@Component
	public static class FinancialTools {

		private final LumoAuthAgent agent;

		FinancialTools(LumoAuthAgent agent) {
			this.agent = agent;
		}

		@Tool(description = "Query financial figures.")
		@RequiresCapability("mcp:financial")
		public String queryFinancials(String metric) {
			return metric + ", with a token for " + this.agent.mcpToken("urn:mcp:financial-data").getScopes().size()
					+ " scopes";
		}

	}

	@Component
	public static class Analyst {

		private final ChatClient chat;

		Analyst(ChatClient.Builder builder, DocumentTools documents, FinancialTools financials) {
			this.chat = builder.defaultTools(documents, financials).build();
		}

		public String ask(String question) {
			return String.valueOf(this.chat.prompt(question).call().content());
		}

	}

	@RestController
	public static class DocumentController {

		@GetMapping("/documents")
		@RequiresCapability("read:documents")
		public String documents(@RequestParam String query) {
			return "documents about " + query;
		}

	}

}
