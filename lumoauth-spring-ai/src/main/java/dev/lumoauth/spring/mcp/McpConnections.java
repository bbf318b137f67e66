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

import java.net.URI;
import java.time.Clock;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.ToolQuestions;
import dev.lumoauth.spring.token.TokenTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * The connections to MCP servers that are listed under {@code lumoauth.mcp.connections}.
 * Another connection gets no token, and its tools are not guarded.
 *
 * @since 0.1.0
 */
public final class McpConnections {

	private final Map<String, McpConnectionAddress> addresses;

	private final @Nullable ProtectedResourceMetadata metadata;

	private final boolean connectedAtStart;

	private final @Nullable String refusal;

	private McpConnections(Map<String, McpConnectionAddress> addresses, @Nullable ProtectedResourceMetadata metadata,
			boolean connectedAtStart, @Nullable String refusal) {
		this.addresses = addresses;
		this.metadata = metadata;
		this.connectedAtStart = connectedAtStart;
		this.refusal = refusal;
	}

	/**
	 * Create the connections.
	 * @param connections the connections, each with a unique name and the full address of
	 * its MCP endpoint, as Spring AI's transport calls it
	 * @param requestFactory makes the requests for the metadata of servers whose target
	 * is discovered; it must have connect and read timeouts and must not follow redirects
	 * @return the connections, which are connected at the application's start
	 */
	public static McpConnections of(Map<McpConnection, URI> connections, ClientHttpRequestFactory requestFactory) {
		return new McpConnections(addresses(connections), new ProtectedResourceMetadata(requestFactory), true, null);
	}

	/**
	 * Create connections whose targets are all configured: no server is asked for its
	 * metadata.
	 * @param connections the connections with their addresses
	 * @return the connections
	 */
	public static McpConnections of(Map<McpConnection, URI> connections) {
		return new McpConnections(addresses(connections), null, true, null);
	}

	/**
	 * Create connections of which only the names are known.
	 * @param names the names
	 * @param reason the reason why nothing is sent, for people
	 * @return connections that lead nowhere: their tools are refused
	 */
	public static McpConnections unreachable(Collection<String> names, String reason) {
		URI nowhere = URI.create("lumoauth:nowhere");
		Map<McpConnection, URI> connections = new LinkedHashMap<>();
		names.forEach((name) -> connections.put(new McpConnection(name, null, null, Set.of(), null, Map.of(),
				OnBehalfOf.AGENT, false, UnlistedTools.DENY, Set.of()), nowhere));
		return of(connections).refused(reason);
	}

	/**
	 * Close these connections: their tools are refused, and nothing is sent.
	 * @param reason the reason, for people
	 * @return the closed connections
	 */
	public McpConnections refused(String reason) {
		return new McpConnections(this.addresses, this.metadata, this.connectedAtStart, reason);
	}

	/**
	 * Connect nothing at the application's start. This is for tests: a connection is made
	 * by the test that uses it first.
	 * @return connections that are connected at their first use
	 */
	public McpConnections onFirstUse() {
		return new McpConnections(this.addresses, this.metadata, false, this.refusal);
	}

	/**
	 * Return the names of the listed connections.
	 * @return the names, in the order in which they were listed
	 */
	public Set<String> names() {
		return Collections.unmodifiableSet(this.addresses.keySet());
	}

	/**
	 * Return the tools about which LumoAuth is asked before each call.
	 * @return the tools
	 */
	public ToolQuestions toolQuestions() {
		return new McpToolQuestions(this);
	}

	/**
	 * Return the connection with its address.
	 * @param name the name of the connection
	 * @return the address, or {@code null} if there is no such connection
	 */
	public @Nullable McpConnectionAddress address(String name) {
		return this.addresses.get(name);
	}

	/**
	 * Return the target of a connection's tokens. The first call of the result may ask
	 * the server, so it must not run on a thread that must not wait.
	 * @param address the address of the connection
	 * @return the target, which remembers the server's answer
	 */
	public Supplier<TokenTarget> target(McpConnectionAddress address) {
		McpConnection connection = address.connection();
		if (connection.discover() && this.metadata != null) {
			return new DiscoveredTarget(address, this.metadata, Clock.systemUTC());
		}
		TokenTarget target = new TokenTarget(connection.audience(), connection.resource(), connection.scopes());
		return () -> target;
	}

	boolean isConnectedAtStart() {
		return this.connectedAtStart;
	}

	/**
	 * Return the reason why nothing is sent.
	 * @return the reason, or {@code null} if the connections are open
	 */
	public @Nullable String refusal() {
		return this.refusal;
	}

	@Override
	public String toString() {
		return List.copyOf(this.addresses.values()).toString();
	}

	private static Map<String, McpConnectionAddress> addresses(Map<McpConnection, URI> connections) {
		Map<String, McpConnectionAddress> addresses = new LinkedHashMap<>();
		connections.forEach((connection, url) -> {
			if (addresses.put(connection.name(), new McpConnectionAddress(connection, url)) != null) {
				throw new IllegalArgumentException("Two MCP connections are named '" + connection.name() + "'");
			}
		});
		return addresses;
	}

}
