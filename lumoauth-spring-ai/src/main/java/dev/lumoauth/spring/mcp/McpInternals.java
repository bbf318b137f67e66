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

import java.lang.reflect.Field;
import java.util.Objects;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpClientTransport;
import dev.lumoauth.spring.capability.GuardConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.AsyncMcpToolCallback;
import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.util.ReflectionUtils;

/**
 * What Spring AI's MCP callbacks (2.0.1) and the SDK's clients (2.0.0) hold and have no
 * accessor for. If a version names its fields otherwise, this class fails to load, and no
 * MCP tool is served unguarded.
 */
final class McpInternals {

	private static final Field SYNC_CLIENT = field(SyncMcpToolCallback.class, "mcpClient");

	private static final Field ASYNC_CLIENT = field(AsyncMcpToolCallback.class, "mcpClient");

	private static final Field DELEGATE = field(McpSyncClient.class, "delegate");

	private static final Field TRANSPORT = field(McpAsyncClient.class, "transport");

	private McpInternals() {
	}

	/**
	 * Return the client that a tool is called with.
	 * @param tool a tool
	 * @return the client, or {@code null} if it is no tool of an MCP server
	 */
	static @Nullable Object client(ToolCallback tool) {
		if (tool instanceof SyncMcpToolCallback) {
			return get(SYNC_CLIENT, tool);
		}
		return (tool instanceof AsyncMcpToolCallback) ? get(ASYNC_CLIENT, tool) : null;
	}

	/**
	 * Return the transport that a client was made of.
	 * @param client a client of either kind
	 * @return the transport
	 */
	static McpClientTransport transport(Object client) {
		Object async = (client instanceof McpSyncClient) ? get(DELEGATE, client) : client;
		return (McpClientTransport) get(TRANSPORT, async);
	}

	static Object get(Field field, Object target) {
		return Objects.requireNonNull(ReflectionUtils.getField(field, target), field::toString);
	}

	static Field field(Class<?> type, String name) {
		Field field = ReflectionUtils.findField(type, name);
		if (field == null) {
			throw new GuardConfigurationException(
					"This version of Spring AI or of the MCP SDK is not supported: " + type.getName()
							+ " has no field '" + name + "', which the guard reads.",
					"Use Spring AI 2.0.1 with version 2.0.0 of the SDK.");
		}
		ReflectionUtils.makeAccessible(field);
		return field;
	}

}
