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

import java.util.function.Function;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import reactor.core.publisher.Mono;

/**
 * The transport of a connection that needs a token, if there is no identity: it sends
 * nothing.
 */
final class RefusingMcpTransport extends ForwardingMcpTransport {

	private final String reason;

	/**
	 * Create the transport.
	 * @param transport the transport that is replaced
	 * @param reason the reason why nothing is sent, for people
	 */
	RefusingMcpTransport(McpClientTransport transport, String reason) {
		super(transport);
		this.reason = reason;
	}

	@Override
	public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
		return Mono.empty();
	}

	@Override
	public Mono<Void> sendMessage(JSONRPCMessage message) {
		return Mono.error(() -> new LumoAuthUnavailableException(this.reason, null));
	}

}
