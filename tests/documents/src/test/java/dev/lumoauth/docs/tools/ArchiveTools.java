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

import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.stereotype.Component;

/**
 * A class whose methods all need the same.
 */
@Component
@RequiresCapability("read:documents")
class ArchiveTools {

	@Tool(description = "Search the archive for the given query.")
	public String searchArchive(String query) {
		return "old documents about " + query;
	}

	@Tool(description = "Query the figures of past years.")
	@NeedsFinancials // and what the class needs
	public String oldFigures(String query) {
		return "old figures about " + query;
	}

}
