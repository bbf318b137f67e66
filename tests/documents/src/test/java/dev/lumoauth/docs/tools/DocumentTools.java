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

package dev.lumoauth.docs.tools;

import dev.lumoauth.spring.capability.Match;
import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.stereotype.Component;

/**
 * Methods as tools.
 */
@Component
class DocumentTools {

	@Tool(description = "Search internal company documents for the given query.")
	@RequiresCapability("read:documents")
	public String searchDocuments(String query) {
		return "documents about " + query;
	}

	@Tool(description = "Compare what documents say with the figures.")
	@RequiresCapability({ "read:documents", "mcp:financial" })
	public String compareWithFigures(String query) {
		return "documents and figures about " + query;
	}

	@Tool(description = "Say whether there is anything about the given query.")
	@RequiresCapability(value = { "read:documents", "mcp:financial" }, match = Match.ANY)
	public String isThereAnything(String query) {
		return "something about " + query;
	}

}
