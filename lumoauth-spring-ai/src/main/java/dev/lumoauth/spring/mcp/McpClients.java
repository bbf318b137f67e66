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

import java.util.function.Supplier;
import java.util.stream.Stream;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.ToolContextToMcpMetaConverter;
import org.springframework.ai.mcp.client.common.autoconfigure.NamedClientMcpTransport;

/**
 * Finds the listed connection of a client by its transport, since an application may
 * change the client's name.
 */
final class McpClients {

	private final Supplier<McpConnections> connections;

	private final Supplier<Stream<NamedClientMcpTransport>> transports;

	private final Supplier<ToolContextToMcpMetaConverter> meta;

	private final McpFailureLog failures = new McpFailureLog();

	/**
	 * Create the lookup.
	 * @param connections supplies the listed connections; called with the first client
	 * @param transports supplies the transports from which Spring AI creates clients
	 * @param meta supplies what says which part of a tool context is sent to the servers
	 */
	McpClients(Supplier<McpConnections> connections, Supplier<Stream<NamedClientMcpTransport>> transports,
			Supplier<ToolContextToMcpMetaConverter> meta) {
		this.connections = connections;
		this.transports = transports;
		this.meta = meta;
	}

	ToolContextToMcpMetaConverter meta() {
		return this.meta.get();
	}

	/**
	 * Find the listed connection of a client.
	 * @param client a client of either kind
	 * @return the connection, or {@code null} if it is not listed
	 */
	@Nullable McpConnectionAddress endpointOf(Object client) {
		McpConnections listed = this.connections.get();
		String name = nameOf(client);
		return (name != null) ? listed.address(name) : byItsOwnName(info(client), listed);
	}

	/**
	 * Return the name by which Spring AI knows the connection of a client.
	 * @param client a client of either kind
	 * @return the name; {@code null} for a client that the application created itself
	 */
	@Nullable String nameOf(Object client) {
		McpClientTransport transport = McpInternals.transport(client);
		return this.transports.get()
			.filter((named) -> named.transport() == transport)
			.map(NamedClientMcpTransport::name)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return the log of the listed connections' failures.
	 */
	McpFailureLog failures() {
		return this.failures;
	}

	/**
	 * Finds the connection of a client that the application created itself. To be safe,
	 * the client is guarded if it has the name that Spring AI gives to the client of a
	 * listed connection.
	 */
	private static @Nullable McpConnectionAddress byItsOwnName(McpSchema.@Nullable Implementation info,
			McpConnections listed) {
		if (info == null) {
			return null;
		}
		for (String name : listed.names()) {
			if (name.equals(info.title()) || info.name().equals(name) || info.name().endsWith(" - " + name)) {
				return listed.address(name);
			}
		}
		return null;
	}

	private static McpSchema.@Nullable Implementation info(Object client) {
		return (client instanceof McpSyncClient sync) ? sync.getClientInfo()
				: ((McpAsyncClient) client).getClientInfo();
	}

}
