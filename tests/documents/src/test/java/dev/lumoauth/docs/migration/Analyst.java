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

import dev.lumoauth.spring.tool.LumoAuthFunctionTools;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.stereotype.Component;

/**
 * The agent of the guide.
 */
@Component
class Analyst {

	private final ChatClient.Builder chatClientBuilder;

	private final ResearchTools researchTools;

	private final LumoAuthFunctionTools functionTools;

	Analyst(ChatClient.Builder chatClientBuilder, ResearchTools researchTools, LumoAuthFunctionTools functionTools) {
		this.chatClientBuilder = chatClientBuilder;
		this.researchTools = researchTools;
		this.functionTools = functionTools;
	}

	String analyse(String question) {
		return this.chatClientBuilder.build()
			.prompt(question)
			.system("You are a senior analyst. Use tools to search documents and query financial metrics.")
			.tools(this.researchTools)
			.call()
			.content();
	}

	String askFunctions(String question) {
		return this.chatClientBuilder.build().prompt(question).tools(this.functionTools).call().content();
	}

}
