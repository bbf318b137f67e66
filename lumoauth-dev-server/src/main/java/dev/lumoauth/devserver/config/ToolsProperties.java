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

package dev.lumoauth.devserver.config;

import java.util.Set;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * The tools of an MCP server that an agent may call.
 *
 * @param server Id of the server, which is an audience of the tenant.
 * @param tools Names of the tools.
 * @since 0.1.0
 */
public record ToolsProperties(String server, @DefaultValue Set<String> tools) {

	public ToolsProperties {
		if (!StringUtils.hasText(server)) {
			throw new IllegalArgumentException("an entry of 'mcp-tools' has no 'server'");
		}
		tools = Set.copyOf(tools);
	}

}
