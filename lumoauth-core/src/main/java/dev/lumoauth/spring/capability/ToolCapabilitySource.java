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

package dev.lumoauth.spring.capability;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.client.McpToolQuestion;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@code agents/me/mcp/authorize} about tools of MCP servers, with one request for
 * each tool, and another source about everything else.
 */
final class ToolCapabilitySource extends EachAnswerSource {

	private final CapabilitySource source;

	private final LumoAuthClient client;

	private final Supplier<@Nullable ToolQuestions> questions;

	ToolCapabilitySource(CapabilitySource source, LumoAuthClient client, Supplier<@Nullable ToolQuestions> questions) {
		this.source = source;
		this.client = client;
		this.questions = questions;
	}

	@Override
	public void ask(Collection<String> capabilities, BiConsumer<String, Boolean> answers) {
		ToolQuestions known = this.questions.get();
		if (known == null) {
			this.source.ask(capabilities, answers);
			return;
		}
		Map<String, McpToolQuestion> tools = new LinkedHashMap<>();
		List<String> others = new ArrayList<>();
		for (String capability : capabilities) {
			McpToolQuestion question = known.of(capability, this.client::isAgent);
			if (question != null) {
				tools.put(capability, question);
			}
			else {
				others.add(capability);
			}
		}
		if (!others.isEmpty()) {
			this.source.ask(others, answers);
		}
		tools.forEach((capability, question) -> answers.accept(capability, this.client.mcpAuthorize(question)));
	}

}
