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

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Supplier;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One party's session with a server. The client opens the first session of a connection
 * itself. Every other session, and a lost session, is opened here with the same messages.
 */
final class McpSession {

	private final Supplier<McpClientTransport> transports;

	private final Supplier<@Nullable JSONRPCRequest> initialize;

	private final Duration timeout;

	private final BiFunction<McpSession, JSONRPCMessage, Mono<Void>> receiver;

	/**
	 * The session that is being opened or is open; {@code null} before the first message,
	 * and after the session was lost.
	 */
	private final AtomicReference<@Nullable Opening> current = new AtomicReference<>();

	/**
	 * Create a session that is not open yet.
	 * @param transports builds a transport with the party's tokens
	 * @param initialize supplies the message with which the client opened its first
	 * session
	 * @param timeout how long the server may take to open one
	 * @param receiver receives the server's messages
	 */
	McpSession(Supplier<McpClientTransport> transports, Supplier<@Nullable JSONRPCRequest> initialize, Duration timeout,
			BiFunction<McpSession, JSONRPCMessage, Mono<Void>> receiver) {
		this.transports = transports;
		this.initialize = initialize;
		this.timeout = timeout;
		this.receiver = receiver;
	}

	/**
	 * Send a message. If necessary, the session is opened first. A server that has lost
	 * the session says so and does not process the message. Then the session is opened
	 * again, and the message is sent again.
	 * @param message the message
	 * @return completes when the server has accepted the message
	 */
	Mono<Void> send(JSONRPCMessage message) {
		if (message instanceof JSONRPCRequest request && request.method().equals(McpSchema.METHOD_INITIALIZE)) {
			return openedByClient(request);
		}
		Opening opening = opening();
		return opening.send(message).onErrorResume(McpTransportSessionNotFoundException.class, (lost) -> {
			forget(opening);
			return (message instanceof JSONRPCResponse) ? Mono.error(lost) : opening().send(message);
		});
	}

	private Mono<Void> openedByClient(JSONRPCRequest request) {
		Opening opening = new Opening(null);
		close(this.current.getAndSet(opening));
		return opening.send(request).doOnError((failure) -> forget(opening));
	}

	private Opening opening() {
		Opening opening = this.current.get();
		while (opening == null) {
			Opening candidate = new Opening(this.initialize.get());
			opening = this.current.compareAndSet(null, candidate) ? candidate : this.current.get();
		}
		return opening;
	}

	private void forget(Opening opening) {
		if (this.current.compareAndSet(opening, null)) {
			close(opening);
		}
	}

	private static void close(@Nullable Opening opening) {
		if (opening != null) {
			opening.close().onErrorComplete().subscribe();
		}
	}

	/**
	 * Close the session at the server. This also completes if the server could not be
	 * reached.
	 */
	Mono<Void> close() {
		return Mono.defer(() -> {
			Opening opening = this.current.getAndSet(null);
			return (opening != null) ? opening.close().onErrorComplete() : Mono.empty();
		});
	}

	/**
	 * One transport, and what has to happen before it sends a message.
	 */
	private final class Opening {

		private final McpClientTransport transport;

		private final @Nullable JSONRPCRequest handshake;

		private final Sinks.One<JSONRPCResponse> handshakeAnswer = Sinks.one();

		private final Mono<Void> ready;

		/**
		 * @param initialize the message that opens the session; {@code null} if the
		 * client's next message opens it
		 */
		private Opening(@Nullable JSONRPCRequest initialize) {
			this.transport = McpSession.this.transports.get();
			this.handshake = (initialize != null)
					? new JSONRPCRequest(initialize.method(), "lumoauth-" + UUID.randomUUID(), initialize.params())
					: null;
			this.transport.setExceptionHandler((failure) -> {
				if (failure instanceof McpTransportSessionNotFoundException) {
					forget(this); // noticed by its stream
				}
			});
			Mono<Void> connected = this.transport.connect((messages) -> messages.flatMap(this::received));
			Mono<Void> opened = (this.handshake == null) ? connected
					: connected.then(handshake(this.handshake)).timeout(McpSession.this.timeout);
			this.ready = opened.doOnError((failure) -> forget(this)).cache();
		}

		private Mono<Void> handshake(JSONRPCRequest request) {
			Mono<JSONRPCResponse> answer = this.handshakeAnswer.asMono();
			return this.transport.sendMessage(request).then(answer).flatMap((response) -> {
				if (response.error() != null) {
					return Mono.error(new McpError(response.error()));
				}
				McpSchema.InitializeResult result = this.transport.unmarshalFrom(response.result(),
						McpAsyncClient.INITIALIZE_RESULT_TYPE_REF);
				return this.transport.sendMessage(new JSONRPCNotification(McpSchema.METHOD_NOTIFICATION_INITIALIZED))
					.contextWrite((context) -> context.put(McpAsyncClient.NEGOTIATED_PROTOCOL_VERSION,
							result.protocolVersion()));
			});
		}

		private Mono<JSONRPCMessage> received(JSONRPCMessage message) {
			if (this.handshake != null && message instanceof JSONRPCResponse response
					&& this.handshake.id().equals(response.id())) {
				this.handshakeAnswer.tryEmitValue(response);
				return Mono.empty();
			}
			return McpSession.this.receiver.apply(McpSession.this, message).then(Mono.empty());
		}

		private Mono<Void> send(JSONRPCMessage message) {
			// The session outlives the call that happens to open it.
			return this.ready.contextWrite(McpCall::none).then(this.transport.sendMessage(message));
		}

		private Mono<Void> close() {
			return this.transport.closeGracefully();
		}

	}

}
