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

import dev.lumoauth.spring.http.Origin;

/**
 * A configured connection and its address.
 *
 * @param connection the configuration
 * @param url the full address of the MCP endpoint, as Spring AI's transport calls it
 */
public record McpConnectionAddress(McpConnection connection, URI url) {

	/**
	 * Return the only origin to which the connection's tokens may be sent.
	 * @return scheme, host and port
	 */
	public Origin origin() {
		return Origin.of(this.url);
	}

	/**
	 * Without path and query, which may contain a key for the server.
	 */
	@Override
	public String toString() {
		return "MCP connection '" + this.connection.name() + "'"
				+ ((this.url.getHost() != null) ? " to " + origin() : "");
	}

}
