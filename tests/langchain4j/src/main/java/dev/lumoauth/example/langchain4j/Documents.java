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

package dev.lumoauth.example.langchain4j;

import java.util.List;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import dev.lumoauth.spring.capability.RequiresCapability;

/**
 * The company's documents.
 */
public class Documents {

	private static final List<String> TITLES = List.of("Q3 Performance Review", "Q2 Performance Review",
			"Q3 Sales by Region");

	/**
	 * Search the documents.
	 * @param query what to look for
	 * @return the titles of the documents with one of its words
	 */
	@Tool(name = "searchCompanyDocuments", value = "Search internal company documents for the given query.")
	@RequiresCapability("read:documents")
	public List<String> search(@P(name = "query", value = "What to look for") String query) {
		List<String> words = List.of(query.split("\\W+"));
		return TITLES.stream().filter((title) -> words.stream().anyMatch(title::contains)).toList();
	}

}
