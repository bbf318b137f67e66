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
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The connections to MCP servers that are listed under {@code lumoauth.mcp.connections}.
 * Another connection gets no token, and its tools are not guarded.
 *
 * @since 0.1.0
 */
public final class McpConnections {

	private final Map<String, McpConnectionAddress> endpoints = new LinkedHashMap<>();

	/**
	 * Create the connections.
	 * @param endpoints each with a name of its own
	 */
	public McpConnections(Collection<McpConnectionAddress> endpoints) {
		for (McpConnectionAddress endpoint : endpoints) {
			if (this.endpoints.put(endpoint.connection().name(), endpoint) != null) {
				throw new IllegalArgumentException(
						"Two MCP connections are named '" + endpoint.connection().name() + "'");
			}
		}
	}

	/**
	 * Return connections of which nothing is known but their names.
	 * @param names the names
	 * @return connections that lead nowhere
	 */
	public static McpConnections unreachable(Collection<String> names) {
		URI nowhere = URI.create("lumoauth:nowhere");
		return new McpConnections(names.stream()
			.map((name) -> new McpConnection(name, null, null, Set.of(), null, Map.of(), OnBehalfOf.AGENT, false,
					UnlistedTools.DENY, Set.of()))
			.map((connection) -> new McpConnectionAddress(connection, nowhere))
			.toList());
	}

	/**
	 * Find a connection.
	 * @param name its name, as Spring AI knows it
	 * @return the connection and where it leads, or {@code null} if it is not listed
	 */
	public @Nullable McpConnectionAddress find(String name) {
		return this.endpoints.get(name);
	}

	/**
	 * Return the names of the listed connections.
	 * @return the names, in the order in which they were listed
	 */
	public Set<String> names() {
		return Collections.unmodifiableSet(this.endpoints.keySet());
	}

	@Override
	public String toString() {
		return this.endpoints.values().toString();
	}

}
