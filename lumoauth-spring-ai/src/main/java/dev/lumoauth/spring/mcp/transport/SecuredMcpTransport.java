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

import java.util.function.Consumer;
import java.util.function.Function;

import dev.lumoauth.spring.mcp.McpConnection;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserToken;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The transport of a secured connection. Each party on whose behalf the agent acts has a
 * separate session at the server, opened with its own token. If two users shared a
 * session, one user's token would be sent on a stream that serves the other. A server
 * that binds its sessions to a user, as MCP's security practices advise, would refuse the
 * second user.
 * <p>
 * A session that the server has forgotten is opened again and the message is sent again,
 * so that a restarted server can be used at once.
 */
final class SecuredMcpTransport extends ForwardingMcpTransport {

	private final McpSessions sessions;

	private final McpConnection connection;

	/**
	 * Create the transport.
	 * @param prototype a transport of the connection, which is not used to send
	 * @param sessions the sessions behind this transport
	 * @param connection the connection
	 */
	SecuredMcpTransport(McpClientTransport prototype, McpSessions sessions, McpConnection connection) {
		super(prototype);
		this.sessions = sessions;
		this.connection = connection;
	}

	/**
	 * Nothing is sent yet: each session connects with its first message.
	 */
	@Override
	public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
		return Mono.fromRunnable(() -> this.sessions.receiver((message) -> handler.apply(Mono.just(message)).then()));
	}

	/**
	 * Not needed: with a handler, the client would connect again after a lost session,
	 * but the sessions already do that.
	 */
	@Override
	public void setExceptionHandler(Consumer<Throwable> handler) {
	}

	@Override
	public Mono<Void> sendMessage(JSONRPCMessage message) {
		if (message instanceof McpSchema.JSONRPCResponse response) {
			return this.sessions.answer(response).contextWrite(McpCall.of(message));
		}
		return Mono.deferContextual((context) -> {
			UserToken user = (this.connection.onBehalfOf() == OnBehalfOf.USER) ? user(context) : null;
			if (message instanceof McpSchema.JSONRPCRequest request
					&& request.method().equals(McpSchema.METHOD_INITIALIZE)) {
				this.sessions.opensWith(request);
			}
			return this.sessions.of(user).send(message).contextWrite(McpCall.of(message));
		});
	}

	/**
	 * What no caller sends, the client sends for a message of the server, such as the
	 * request for a list that has changed: for the user of that message's session.
	 */
	private UserToken user(ContextView context) {
		UserToken ofSession = context.hasKey(McpTransportContext.KEY) ? null : ReactiveUserScope.current(context);
		return (ofSession != null) ? ofSession : McpCall.of(context).requireUser(this.connection.name());
	}

	@Override
	public Mono<Void> closeGracefully() {
		return this.sessions.close();
	}

}
