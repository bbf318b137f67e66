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

package dev.lumoauth.docs.langchain4j;

import dev.langchain4j.agent.tool.Tool;
import dev.lumoauth.spring.capability.RequiresCapability;

/**
 * The tools of docs/langchain4j.md.
 */
class Documents {

	@Tool("Search the documents")
	@RequiresCapability("read:documents")
	String search(String query) {
		return "3 documents about " + query;
	}

}
