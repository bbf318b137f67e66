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
import java.util.Objects;
import java.util.function.BiFunction;

import dev.lumoauth.spring.guard.Guard;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.ai.mcp.annotation.context.McpRequestContextTypes;
import org.springframework.ai.mcp.annotation.method.tool.AbstractAsyncMcpToolMethodCallback;
import org.springframework.ai.mcp.annotation.method.tool.AbstractMcpToolMethodCallback;
import org.springframework.ai.mcp.annotation.method.tool.AbstractSyncMcpToolMethodCallback;
import org.springframework.ai.mcp.annotation.method.tool.ReturnMode;
import org.springframework.util.ReflectionUtils;

/**
 * A handler of an {@code @McpTool} method, as Spring AI makes it (2.0.1), which handles a
 * failure before Spring AI does: Spring AI would answer with the text of an exception and
 * of its root cause. It reads a request like the handler that it replaces.
 *
 * @param <E> the type of the first argument of the handler
 */
final class WordedMcpMethod<E> extends AbstractSyncMcpToolMethodCallback<E, McpRequestContextTypes<?>> {

	private static final PrivateField<ReturnMode> RETURN_MODE = PrivateField.of(AbstractMcpToolMethodCallback.class,
			"returnMode", ReturnMode.class);

	private static final Method IS_CONTEXT = method("isExchangeOrContextType", Class.class);

	private static final Method CREATE_CONTEXT = method("createRequestContext", Object.class, CallToolRequest.class);

	private static final Method TRANSPORT_CONTEXT = method("resolveTransportContext", Object.class);

	private final AbstractMcpToolMethodCallback<?, ?> handler;

	private WordedMcpMethod(AbstractMcpToolMethodCallback<?, ?> handler, ToolMethod method) {
		super(RETURN_MODE.get(handler), method.method(), method.object());
		this.handler = handler;
	}

	/**
	 * Return the handler for a synchronous handler of Spring AI.
	 * @return {@code null} if it is none of a method
	 */
	static <E> @Nullable BiFunction<E, CallToolRequest, CallToolResult> sync(
			BiFunction<E, CallToolRequest, CallToolResult> handler) {
		return (handler instanceof AbstractSyncMcpToolMethodCallback<?, ?> method)
				? new WordedMcpMethod<E>(method, McpToolMethods.required(method))::answer : null;
	}

	/**
	 * Return the handler for an asynchronous handler of Spring AI.
	 * @return {@code null} if it is none of a method
	 */
	static <E> @Nullable BiFunction<E, CallToolRequest, Mono<CallToolResult>> async(
			BiFunction<E, CallToolRequest, Mono<CallToolResult>> handler) {
		return (handler instanceof AbstractAsyncMcpToolMethodCallback<?, ?> method)
				? new WordedMcpMethod<E>(method, McpToolMethods.required(method))::answerLater : null;
	}

	private static Method method(String name, Class<?>... parameters) {
		Method method = ReflectionUtils.findMethod(AbstractMcpToolMethodCallback.class, name, parameters);
		if (method == null) {
			throw PrivateField.unsupported(AbstractMcpToolMethodCallback.class, "method '" + name + "'");
		}
		ReflectionUtils.makeAccessible(method);
		return method;
	}

	private CallToolResult answer(E exchange, CallToolRequest request) {
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

	private Mono<CallToolResult> answerLater(E exchange, CallToolRequest request) {
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
		return (boolean) invoke(IS_CONTEXT, type);
	}

	@Override
	protected McpRequestContextTypes<?> createRequestContext(E exchange, CallToolRequest request) {
		return (McpRequestContextTypes<?>) invoke(CREATE_CONTEXT, exchange, request);
	}

	@Override
	protected McpTransportContext resolveTransportContext(E exchange) {
		return (McpTransportContext) invoke(TRANSPORT_CONTEXT, exchange);
	}

	private Object invoke(Method method, @Nullable Object... arguments) {
		return Objects.requireNonNull(ReflectionUtils.invokeMethod(method, this.handler, arguments), method::toString);
	}

}
