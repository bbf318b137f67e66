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

package dev.lumoauth.spring.mcp;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.mcp.McpToolUtils;
import org.springframework.ai.mcp.ToolContextToMcpMetaConverter;

/**
 * Sends only the allowed keys of a tool context to an MCP server. Spring AI's own
 * converter sends all of it, including an application's objects and tokens, to the
 * operator of the server.
 */
final class AllowedToolContext implements ToolContextToMcpMetaConverter {

	private final Set<String> keys;

	/**
	 * Create the converter.
	 * @param keys the keys whose values may be sent, as they are
	 */
	AllowedToolContext(Collection<String> keys) {
		this.keys = Set.copyOf(keys);
	}

	@Override
	public Map<String, Object> convert(@Nullable ToolContext toolContext) {
		Map<String, Object> meta = new LinkedHashMap<>();
		if (toolContext != null) {
			toolContext.getContext().forEach((key, value) -> {
				// The exchange with a client of the application's own server is not data.
				if (value != null && this.keys.contains(key)
						&& !McpToolUtils.TOOL_CONTEXT_MCP_EXCHANGE_KEY.equals(key)) {
					meta.put(key, value);
				}
			});
		}
		return meta;
	}

}
