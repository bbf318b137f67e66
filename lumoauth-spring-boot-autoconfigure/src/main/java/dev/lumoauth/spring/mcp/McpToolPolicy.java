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

import dev.lumoauth.spring.tool.ToolPolicy;
import dev.lumoauth.spring.tool.ToolTerms;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.AsyncMcpToolCallback;
import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.tool.ToolCallback;

/**
 * Knows on what terms the tools of listed connections run, by the connection and by the
 * name that the server gave the tool. The name that a model sees plays no part: Spring AI
 * makes it up when two servers have a tool of the same name, and not always the same way.
 *
 * @since 0.1.0
 */
public final class McpToolPolicy implements ToolPolicy {

	private final McpClients clients;

	/**
	 * Create the policy.
	 * @param clients finds the connection of a client
	 */
	public McpToolPolicy(McpClients clients) {
		this.clients = clients;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A tool of a listed connection has terms even if it needs nothing: its failures are
	 * put into words as well.
	 */
	@Override
	public @Nullable ToolTerms termsOf(ToolCallback tool) {
		McpEndpoint endpoint = endpointOf(tool);
		if (endpoint == null) {
			return null;
		}
		McpConnection connection = endpoint.connection();
		return new ToolTerms(connection.requirementOf(nameOf(tool)), connection.onBehalfOf() == OnBehalfOf.USER);
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A model reads what the server answered, and of anything else only that the server
	 * is unavailable.
	 */
	@Override
	public ToolCallback prepare(ToolCallback tool) {
		McpEndpoint endpoint = endpointOf(tool);
		return (endpoint != null) ? new McpToolCallback(tool, endpoint) : tool;
	}

	private @Nullable McpEndpoint endpointOf(ToolCallback tool) {
		Object client = McpInternals.client(tool);
		return (client != null) ? this.clients.endpointOf(client) : null;
	}

	private static String nameOf(ToolCallback tool) {
		return (tool instanceof SyncMcpToolCallback sync) ? sync.getOriginalToolName()
				: ((AsyncMcpToolCallback) tool).getOriginalToolName();
	}

}
