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

import dev.lumoauth.spring.guard.tool.PrivateField;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpClientTransport;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.AsyncMcpToolCallback;
import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.tool.ToolCallback;

/**
 * Reads fields without accessors from Spring AI's MCP callbacks (2.0.1) and the SDK's
 * clients (2.0.0).
 */
final class McpInternals {

	private static final String CLIENT = "mcpClient";

	private static final PrivateField<McpSyncClient> SYNC_CLIENT = PrivateField.of(SyncMcpToolCallback.class, CLIENT,
			McpSyncClient.class);

	private static final PrivateField<McpAsyncClient> ASYNC_CLIENT = PrivateField.of(AsyncMcpToolCallback.class, CLIENT,
			McpAsyncClient.class);

	private static final PrivateField<McpAsyncClient> DELEGATE = PrivateField.of(McpSyncClient.class, "delegate",
			McpAsyncClient.class);

	private static final PrivateField<McpClientTransport> TRANSPORT = PrivateField.of(McpAsyncClient.class, "transport",
			McpClientTransport.class);

	private McpInternals() {
	}

	/**
	 * Return the client that a tool is called with.
	 * @param tool a tool
	 * @return the client, or {@code null} if the tool is not one of an MCP server
	 */
	static @Nullable Object client(ToolCallback tool) {
		if (tool instanceof SyncMcpToolCallback) {
			return SYNC_CLIENT.get(tool);
		}
		return (tool instanceof AsyncMcpToolCallback) ? ASYNC_CLIENT.get(tool) : null;
	}

	/**
	 * Return the transport that a client uses.
	 * @param client a client of either kind
	 * @return the transport
	 */
	static McpClientTransport transport(Object client) {
		return TRANSPORT.get((client instanceof McpSyncClient) ? DELEGATE.get(client) : client);
	}

}
