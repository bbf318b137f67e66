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

import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Map;

import dev.lumoauth.spring.guard.Guard;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.ai.mcp.annotation.context.DefaultMcpAsyncRequestContext;
import org.springframework.ai.mcp.annotation.context.DefaultMcpSyncRequestContext;
import org.springframework.ai.mcp.annotation.context.McpRequestContextTypes;
import org.springframework.ai.mcp.annotation.method.tool.AbstractSyncMcpToolMethodCallback;
import org.springframework.ai.mcp.annotation.method.tool.AsyncMcpToolMethodCallback;
import org.springframework.ai.mcp.annotation.method.tool.AsyncStatelessMcpToolMethodCallback;
import org.springframework.ai.mcp.annotation.method.tool.ReactiveUtils;
import org.springframework.ai.mcp.annotation.method.tool.ReturnMode;
import org.springframework.ai.mcp.annotation.method.tool.SyncMcpToolMethodCallback;
import org.springframework.ai.mcp.annotation.method.tool.SyncStatelessMcpToolMethodCallback;

/**
 * A handler of an {@code @McpTool} method, as Spring AI makes it (2.0.1), which handles a
 * failure before Spring AI does: Spring AI would answer with the text of an exception and
 * of its root cause. It reads a request like the handler that it replaces.
 *
 * @param <E> the type of the first argument of the handler
 */
final class WordedMcpMethod<E> extends AbstractSyncMcpToolMethodCallback<E, McpRequestContextTypes<?>> {

	/** The first argument of each kind of handler. */
	private static final Map<Class<?>, Class<?>> EXCHANGES = Map.of(SyncMcpToolMethodCallback.class,
			McpSyncServerExchange.class, AsyncMcpToolMethodCallback.class, McpAsyncServerExchange.class,
			SyncStatelessMcpToolMethodCallback.class, McpTransportContext.class,
			AsyncStatelessMcpToolMethodCallback.class, McpTransportContext.class);

	private final Class<?> exchange;

	/**
	 * Create the handler.
	 * @param handler a handler of Spring AI
	 * @param tool what the server says of the tool
	 * @param method the method that the handler calls
	 */
	WordedMcpMethod(Object handler, McpSchema.Tool tool, ToolMethod method) {
		super(returnMode(tool, method.method()), method.method(), method.object());
		this.exchange = EXCHANGES.getOrDefault(handler.getClass(), McpTransportContext.class);
	}

	/**
	 * As Spring AI chooses it.
	 */
	private static ReturnMode returnMode(McpSchema.Tool tool, Method method) {
		if (tool.outputSchema() != null) {
			return ReturnMode.STRUCTURED;
		}
		return (method.getReturnType() == void.class || ReactiveUtils.isReactiveReturnTypeOfVoid(method))
				? ReturnMode.VOID : ReturnMode.TEXT;
	}

	CallToolResult answer(E exchange, CallToolRequest request) {
		validateSyncRequest(request);
		try {
			return processResult(callMethod(buildMethodArguments(exchange, request.arguments(), request)));
		}
		catch (UndeclaredThrowableException | McpError ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			return createSyncErrorResult(ex);
		}
	}

	Mono<CallToolResult> answerLater(E exchange, CallToolRequest request) {
		return validateRequest(request).then(Mono.defer(() -> {
			try {
				return convertToCallToolResult(
						callMethod(buildMethodArguments(exchange, request.arguments(), request)));
			}
			catch (UndeclaredThrowableException | McpError ex) {
				return Mono.error(ex);
			}
			catch (RuntimeException ex) {
				return createAsyncErrorResult(ex);
			}
		}));
	}

	@Override
	protected @Nullable Object callMethod(Object[] arguments) {
		try {
			return WordedFailures.passingOn(Guard.inToolCall(() -> super.callMethod(arguments)));
		}
		catch (RuntimeException ex) {
			throw WordedFailures.passedOn(ex);
		}
	}

	@Override
	protected boolean isExchangeOrContextType(Class<?> type) {
		return this.exchange.isAssignableFrom(type);
	}

	@Override
	protected McpRequestContextTypes<?> createRequestContext(E exchange, CallToolRequest request) {
		if (exchange instanceof McpSyncServerExchange sync) {
			return DefaultMcpSyncRequestContext.builder().request(request).exchange(sync).build();
		}
		if (exchange instanceof McpAsyncServerExchange async) {
			return DefaultMcpAsyncRequestContext.builder().request(request).exchange(async).build();
		}
		throw new UnsupportedOperationException("A stateless server has no context of a request");
	}

	@Override
	protected McpTransportContext resolveTransportContext(E exchange) {
		if (exchange instanceof McpSyncServerExchange sync) {
			return sync.transportContext();
		}
		return (exchange instanceof McpAsyncServerExchange async) ? async.transportContext()
				: (McpTransportContext) exchange;
	}

}
