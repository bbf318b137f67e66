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

package dev.lumoauth.spring.client;

import java.util.Map;

import dev.lumoauth.spring.http.LumoAuthAddresses;

/**
 * Whether a tool of an MCP server may be called ({@code agents/me/mcp/authorize}). A
 * denial is a 403.
 */
final class McpApi {

	private final ApiCalls calls;

	private final LumoAuthAddresses addresses;

	McpApi(ApiCalls calls, LumoAuthAddresses addresses) {
		this.calls = calls;
		this.addresses = addresses;
	}

	boolean authorize(String serverId, String tool) {
		return this.calls.post(this.addresses.mcpAuthorize(), Map.of("server_id", serverId, "tool", tool),
				(answer) -> answer.requireBoolean("allowed"));
	}

}
