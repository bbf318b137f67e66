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

package dev.lumoauth.spring.autoconfigure.mcp;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.client.common.autoconfigure.McpSseClientConnectionDetails;
import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpStdioClientProperties;
import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpStreamableHttpClientProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;

/**
 * The connections that Spring AI makes to MCP servers.
 */
final class KnownMcpConnections {

	private final Map<String, Http> http = new TreeMap<>();

	private final Set<String> ambiguous = new TreeSet<>();

	private final Environment environment;

	private KnownMcpConnections(Environment environment) {
		this.environment = environment;
	}

	static KnownMcpConnections of(ObjectProvider<McpStreamableHttpClientProperties> streamable,
			ObjectProvider<McpSseClientConnectionDetails> sse, ObjectProvider<McpStdioClientProperties> stdio,
			Environment environment) {
		KnownMcpConnections known = new KnownMcpConnections(environment);
		streamable.ifAvailable(known::addStreamable);
		sse.ifAvailable(known::addSse);
		stdio.ifAvailable((properties) -> properties.toServerParameters()
			.keySet()
			.stream()
			.filter(known.http::containsKey)
			.forEach(known.ambiguous::add));
		return known;
	}

	private void addStreamable(McpStreamableHttpClientProperties properties) {
		properties.getConnections()
			.forEach((name, parameters) -> add(name, "spring.ai.mcp.client.streamable-http.connections.",
					parameters.url(), (parameters.endpoint() != null) ? parameters.endpoint() : "/mcp"));
	}

	@SuppressWarnings("removal")
	private void addSse(McpSseClientConnectionDetails details) {
		details.getConnections()
			.forEach((name, parameters) -> add(name, "spring.ai.mcp.client.sse.connections.", parameters.url(),
					(parameters.sseEndpoint() != null) ? parameters.sseEndpoint() : "/sse"));
	}

	private void add(String name, String prefix, @Nullable String url, String endpoint) {
		String property = prefix + name;
		boolean modern = "modern".equalsIgnoreCase(this.environment.getProperty(property + ".protocol"));
		if (this.http.put(name, new Http(property, url, endpoint, modern)) != null) {
			this.ambiguous.add(name);
		}
	}

	@Nullable Http http(String name) {
		return this.http.get(name);
	}

	/**
	 * Return whether several connections have the same name, so that the name is
	 * ambiguous.
	 */
	boolean isAmbiguous(String name) {
		return this.ambiguous.contains(name);
	}

	/**
	 * Return the names of the connections that can carry a token.
	 */
	Set<String> names() {
		return this.http.keySet();
	}

	/**
	 * A connection over HTTP.
	 *
	 * @param property the property under which it is configured
	 * @param url the base address, if there is one
	 * @param endpoint the path
	 * @param modern whether it speaks the protocol of 2026, whose clients are others
	 */
	record Http(String property, @Nullable String url, String endpoint, boolean modern) {
	}

}
