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

import java.util.List;
import java.util.Objects;

import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.ReactiveCallContext;
import dev.lumoauth.spring.guard.IdentifiedCode;
import dev.lumoauth.spring.guard.RefusalText;
import dev.lumoauth.spring.http.Excerpt;
import dev.lumoauth.spring.mcp.transport.McpCallEnd;
import dev.lumoauth.spring.user.UserRequiredException;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.mcp.AsyncMcpToolCallback;
import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.mcp.ToolContextToMcpMetaConverter;
import org.springframework.ai.model.tool.internal.ToolCallReactiveContextHolder;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.ai.tool.metadata.ToolMetadata;
import org.springframework.ai.util.JsonHelper;
import org.springframework.util.StringUtils;

/**
 * A tool of an MCP server whose failures a model may read. Spring AI passes the text of
 * each failure to the model, including addresses and the server's stack traces. Only the
 * server's own answer is meant for the model.
 */
final class McpToolCallback implements ToolCallback, IdentifiedCode {

	private static final JsonHelper JSON = new JsonHelper();

	private final ToolCallback tool;

	private final McpConnectionAddress endpoint;

	private final ToolContextToMcpMetaConverter meta;

	private final McpFailureLog failures;

	McpToolCallback(ToolCallback tool, McpConnectionAddress endpoint, ToolContextToMcpMetaConverter meta,
			McpFailureLog failures) {
		this.tool = tool;
		this.endpoint = endpoint;
		this.meta = meta;
		this.failures = failures;
	}

	@Override
	public ToolDefinition getToolDefinition() {
		return this.tool.getToolDefinition();
	}

	@Override
	public List<String> identity() {
		return List.of(this.endpoint.connection().name(), this.endpoint.url().toString(),
				McpToolPolicy.nameOf(this.tool));
	}

	@Override
	public ToolMetadata getToolMetadata() {
		return this.tool.getToolMetadata();
	}

	@Override
	public String call(String toolInput) {
		return call(toolInput, null);
	}

	@Override
	public String call(String toolInput, @Nullable ToolContext toolContext) {
		try {
			String answer = answer(toolInput, toolContext);
			this.failures.worked(this.endpoint);
			return answer;
		}
		catch (ToolExecutionException ex) {
			if (ex.getCause() instanceof ErrorAnswer) {
				this.failures.worked(this.endpoint);
				throw ex;
			}
			// A refusal has its own text, which the tool's guard knows.
			boolean refused = RefusalText.of(ex) != null;
			if (!(refused && McpFailure.told(ex) instanceof UserRequiredException)) {
				this.failures.failed(this.endpoint, "The tool '" + Excerpt.of(getToolDefinition().name()) + "' of "
						+ this.endpoint + " could not be called", ex, "The next call tries again.");
			}
			throw refused ? ex : new ToolExecutionException(getToolDefinition(), new McpServerUnavailableException(ex));
		}
	}

	/**
	 * Call a tool as Spring AI does, except that a failure is thrown and not logged: a
	 * server that hangs would fill the log with stack traces.
	 */
	private String answer(String toolInput, @Nullable ToolContext toolContext) {
		if (this.tool.getClass() != SyncMcpToolCallback.class && this.tool.getClass() != AsyncMcpToolCallback.class) {
			return this.tool.call(toolInput, toolContext);
		}
		McpSchema.CallToolResult result;
		McpCallEnd end = new McpCallEnd();
		try {
			result = end.run(() -> answer(McpInternals.client(this.tool),
					McpSchema.CallToolRequest.builder(McpToolPolicy.nameOf(this.tool))
						.arguments(JSON.fromJsonToMap(StringUtils.hasText(toolInput) ? toolInput : "{}"))
						.meta((toolContext != null) ? this.meta.convert(toolContext) : null)
						.build()));
		}
		catch (McpError ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			end.abandon();
			throw new ToolExecutionException(getToolDefinition(), ex);
		}
		if (Boolean.TRUE.equals(result.isError())) {
			throw new ToolExecutionException(getToolDefinition(), new ErrorAnswer(result));
		}
		return JSON.toJson(result.content());
	}

	/**
	 * An asynchronous client takes nothing from the thread except what Spring AI passes
	 * to it.
	 */
	private static McpSchema.CallToolResult answer(@Nullable Object client, McpSchema.CallToolRequest request) {
		if (client instanceof McpSyncClient sync) {
			return sync.callTool(request);
		}
		ContextView subscriber = ReactiveCallContext.with(CallContext.current().passedOn())
			.apply(Context.of(ToolCallReactiveContextHolder.getContext()));
		McpSchema.CallToolResult result = ((McpAsyncClient) Objects.requireNonNull(client)).callTool(request)
			.contextWrite((all) -> all.putAll(subscriber))
			.block();
		return Objects.requireNonNull(result, "The MCP client gave no answer");
	}

	@Override
	public String toString() {
		return "McpToolCallback{" + this.tool + '}';
	}

	/**
	 * The server's answer that is an error, with Spring AI's text.
	 */
	private static final class ErrorAnswer extends IllegalStateException {

		private ErrorAnswer(McpSchema.CallToolResult result) {
			super("Error calling tool: " + result.content());
		}

	}

}
