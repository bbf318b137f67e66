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

import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.ReactiveCallContext;
import dev.lumoauth.spring.concurrent.WaitAllowance;
import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.user.UserRequiredException;
import dev.lumoauth.spring.user.UserToken;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What a message belongs to: carried from the thread that makes a call to the request,
 * beside the application's own data.
 *
 * @param application the application's own data
 * @param user the user on whose behalf the call is made
 * @param call what the context of the call passes on: its own tokens, how long it may
 * wait for LumoAuth, and when nobody waits for its answer any longer
 * @param ofTool whether the message calls a tool. Messages that open or keep a session,
 * or answer the server, belong to no call
 * @param caller the observation in which the call was made
 */
record McpCall(McpTransportContext application, @Nullable UserToken user, CallContext call, boolean ofTool,
		@Nullable Observation caller) implements McpTransportContext {

	/** Nothing is known of the message. */
	static final McpCall NONE = new McpCall(McpTransportContext.EMPTY, null, CallContext.EMPTY, false, null);

	/**
	 * Take what is known on the thread that makes a call.
	 * @param application the application's own data
	 * @param user the current user
	 */
	static McpCall here(McpTransportContext application, @Nullable UserToken user) {
		return new McpCall(application, user, WaitAllowance.current().in(CallContext.current().passedOn()), false,
				null);
	}

	/**
	 * Return what the context of a message carries.
	 */
	static McpCall of(ContextView context) {
		Object carried = context.getOrDefault(McpTransportContext.KEY, null);
		if (carried instanceof McpCall call) {
			return call;
		}
		return (carried instanceof McpTransportContext application)
				? new McpCall(application, null, CallContext.EMPTY, false, null) : NONE;
	}

	/**
	 * Return the function that adds what is known in the stream to the context of a
	 * message. The observation also has Micrometer's key, as for a {@code WebClient}.
	 * @param message the message
	 */
	static UnaryOperator<Context> of(JSONRPCMessage message) {
		boolean ofTool = message instanceof JSONRPCRequest request
				&& request.method().equals(McpSchema.METHOD_TOOLS_CALL);
		return (context) -> {
			McpCall carried = of(context);
			CallContext call = carried.call.and(ReactiveCallContext.of(context).passedOn());
			McpCallEnd end = McpCallEnd.known(call);
			Observation caller = context.getOrDefault(ObservationThreadLocalAccessor.KEY,
					(end != null) ? end.caller() : null);
			Context sent = context.put(McpTransportContext.KEY,
					new McpCall(carried.application, carried.user, call, ofTool, caller));
			return (caller != null) ? sent.put(ObservationThreadLocalAccessor.KEY, caller) : sent;
		};
	}

	/**
	 * Returns the context of a message that calls no tool.
	 */
	static Context none(Context context) {
		McpCall call = of(context);
		return context.put(McpTransportContext.KEY,
				new McpCall(call.application, call.user, call.call, false, call.caller));
	}

	/**
	 * Return the user on whose behalf the message is sent.
	 * @param connection the connection's name
	 * @throws UserRequiredException if there is no user: nothing is sent then
	 */
	UserToken requireUser(String connection) {
		if (this.user == null) {
			throw new UserRequiredException(
					"MCP connection '" + connection + "' acts for a user (lumoauth.mcp.connections." + connection
							+ ".on-behalf-of=user), but there is no user where the connection is called, or the "
							+ "transportContextProvider that carries the user was replaced: no request is sent",
					null);
		}
		return this.user;
	}

	/**
	 * Return the tokens of the call, possibly {@link CallTokens#NONE}.
	 */
	CallTokens tokens() {
		CallTokens tokens = this.ofTool ? CallTokens.known(this.call) : null;
		return (tokens != null) ? tokens : CallTokens.NONE;
	}

	/**
	 * Return what ends the request of the call, or {@code null} if nobody says when the
	 * call is over.
	 */
	@Nullable McpCallEnd end() {
		return this.ofTool ? McpCallEnd.known(this.call) : null;
	}

	/**
	 * Do work for the message that may block, as a request to LumoAuth does, on a thread
	 * that may block, and in the trace of the caller.
	 * @param work the work, which may return nothing
	 */
	<T> Mono<T> blocking(Callable<? extends @Nullable T> work) {
		return Mono.<T>fromCallable(() -> {
			try (Observation.Scope scope = (this.caller != null) ? this.caller.openScope() : Observation.Scope.NOOP) {
				return WaitAllowance.of(this.call).call(work::call);
			}
		}).subscribeOn(Schedulers.boundedElastic());
	}

	@Override
	@SuppressWarnings("NullAway") // null is the interface's answer for an unknown key
	public @Nullable Object get(String key) {
		return this.application.get(key);
	}

	/**
	 * Without the carried data.
	 */
	@Override
	public String toString() {
		return "McpCall[" + ((this.user != null) ? "a user" : "no user") + "]";
	}

}
