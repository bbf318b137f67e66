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

package dev.lumoauth.spring.tool;

import java.util.ArrayList;
import java.util.List;

import dev.lumoauth.spring.guard.ResultText;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.jspecify.annotations.Nullable;

/**
 * Keeps text answers of tools of the application's MCP server. Other answers, and
 * failures, are not kept.
 */
final class McpResultText implements ResultText {

	static final McpResultText INSTANCE = new McpResultText();

	private McpResultText() {
	}

	@Override
	public @Nullable String write(@Nullable Object result) {
		if (!(result instanceof CallToolResult answer) || Boolean.TRUE.equals(answer.isError())
				|| answer.structuredContent() != null) {
			return null;
		}
		List<String> texts = new ArrayList<>();
		for (McpSchema.Content content : answer.content()) {
			if (!(content instanceof McpSchema.TextContent text)) {
				return null;
			}
			texts.add(text.text());
		}
		return String.join("\n", texts);
	}

	@Override
	public Object read(String text) {
		return CallToolResult.builder().addTextContent(text).build();
	}

}
