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

package dev.lumoauth.spring.mcp.transport;

import java.util.function.UnaryOperator;

import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.ReactiveCallContext;
import dev.lumoauth.spring.token.CallTokens;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Marks the message that calls a tool, for the transport that sends it, with the context
 * of the call that it belongs to. No other message is marked: messages that open or keep
 * a session, or answer the server, belong to no call.
 *
 * @param application the other content of the message
 * @param call what the context of the call passes on
 */
record McpCall(McpTransportContext application, CallContext call) implements McpTransportContext {

	/**
	 * Return the function that marks the context of a message.
	 * @param message the message
	 */
	static UnaryOperator<Context> of(JSONRPCMessage message) {
		if (!(message instanceof JSONRPCRequest request) || !request.method().equals(McpSchema.METHOD_TOOLS_CALL)) {
			return McpCall::none;
		}
		return (context) -> {
			McpTransportContext carried = carried(context);
			return context.put(McpTransportContext.KEY, new McpCall(carried, call(carried, context)));
		};
	}

	/**
	 * Returns the context without a mark.
	 */
	static Context none(Context context) {
		return context.hasKey(McpTransportContext.KEY) ? context.put(McpTransportContext.KEY, carried(context))
				: context;
	}

	/**
	 * Return the call from the context of a message.
	 * @return the call, or {@code null} if the message is not a call
	 */
	static @Nullable McpCall here(ContextView context) {
		return (context.getOrDefault(McpTransportContext.KEY, null) instanceof McpCall call) ? call : null;
	}

	private static McpTransportContext carried(ContextView context) {
		Object carried = context.getOrDefault(McpTransportContext.KEY, null);
		if (carried instanceof McpCall call) {
			return call.application();
		}
		return (carried instanceof McpTransportContext application) ? application : McpTransportContext.EMPTY;
	}

	/**
	 * Return what ends the request of the call from the context of any of its messages,
	 * or {@code null} if nobody says when the call is over.
	 */
	static @Nullable McpCallEnd end(ContextView context) {
		return McpCallEnd.known(call(carried(context), context));
	}

	/**
	 * The call is known in the stream, or else on the thread that made the call.
	 */
	private static CallContext call(McpTransportContext carried, ContextView context) {
		return McpUserContext.call(carried).and(ReactiveCallContext.of(context).passedOn());
	}

	/**
	 * Return the tokens of the call, possibly {@link CallTokens#NONE}.
	 */
	CallTokens tokens() {
		CallTokens tokens = CallTokens.known(this.call);
		return (tokens != null) ? tokens : CallTokens.NONE;
	}

	/**
	 * Return what ends the request of the call, or {@code null} if nobody says when the
	 * call is over.
	 */
	@Nullable McpCallEnd end() {
		return McpCallEnd.known(this.call);
	}

	@Override
	@SuppressWarnings("NullAway") // null is the interface's answer for an unknown key
	public @Nullable Object get(String key) {
		return this.application.get(key);
	}

}
