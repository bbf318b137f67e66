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

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import dev.lumoauth.spring.tool.PrivateField;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.mcp.AsyncMcpToolCallback;
import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.mcp.ToolContextToMcpMetaConverter;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.util.JsonHelper;
import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * Reads fields without accessors from Spring AI's MCP callbacks (2.0.1) and the SDK's
 * clients (2.0.0).
 */
final class McpInternals {

	private static final PrivateField<McpSyncClient> SYNC_CLIENT = PrivateField.of(SyncMcpToolCallback.class,
			"mcpClient", McpSyncClient.class);

	private static final PrivateField<McpSchema.Tool> TOOL = PrivateField.of(SyncMcpToolCallback.class, "tool",
			McpSchema.Tool.class);

	private static final PrivateField<ToolContextToMcpMetaConverter> META = PrivateField.of(SyncMcpToolCallback.class,
			"toolContextToMcpMetaConverter", ToolContextToMcpMetaConverter.class);

	private static final PrivateField<McpSchema.Tool> ASYNC_TOOL = PrivateField.of(AsyncMcpToolCallback.class, "tool",
			McpSchema.Tool.class);

	private static final PrivateField<ToolContextToMcpMetaConverter> ASYNC_META = PrivateField
		.of(AsyncMcpToolCallback.class, "toolContextToMcpMetaConverter", ToolContextToMcpMetaConverter.class);

	private static final JsonHelper JSON = new JsonHelper();

	private static final PrivateField<McpAsyncClient> ASYNC_CLIENT = PrivateField.of(AsyncMcpToolCallback.class,
			"mcpClient", McpAsyncClient.class);

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
		Object async = (client instanceof McpSyncClient) ? DELEGATE.get(client) : client;
		return TRANSPORT.get(async);
	}

	/**
	 * Call a tool as Spring AI does, except that a failure is thrown and not logged: a
	 * server that hangs would fill the log with stack traces.
	 * @param tool the tool
	 * @param input the arguments
	 * @param context the context of the call, if any
	 * @return what the server answered
	 */
	static McpSchema.CallToolResult call(SyncMcpToolCallback tool, String input, @Nullable ToolContext context) {
		return SYNC_CLIENT.get(tool).callTool(request(TOOL.get(tool), META.get(tool), input, context));
	}

	/**
	 * Do the same with an asynchronous client.
	 * @param tool the tool
	 * @param input the arguments
	 * @param context the context of the call, if any
	 * @param subscriber what the client finds in its subscriber's context
	 * @return what the server answered
	 */
	static McpSchema.CallToolResult call(AsyncMcpToolCallback tool, String input, @Nullable ToolContext context,
			ContextView subscriber) {
		McpSchema.CallToolRequest request = request(ASYNC_TOOL.get(tool), ASYNC_META.get(tool), input, context);
		McpSchema.CallToolResult result = ASYNC_CLIENT.get(tool)
			.callTool(request)
			.contextWrite((all) -> all.putAll(subscriber))
			.block();
		Assert.state(result != null, "The MCP client gave no answer");
		return result;
	}

	private static McpSchema.CallToolRequest request(McpSchema.Tool tool, ToolContextToMcpMetaConverter meta,
			String input, @Nullable ToolContext context) {
		return McpSchema.CallToolRequest.builder(tool.name())
			.arguments(JSON.fromJsonToMap(StringUtils.hasText(input) ? input : "{}"))
			.meta((context != null) ? meta.convert(context) : null)
			.build();
	}

	static String text(McpSchema.CallToolResult result) {
		return JSON.toJson(result.content());
	}

}
