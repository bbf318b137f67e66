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

import dev.lumoauth.spring.LumoAuthSetupException;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpTransportException;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server demands a token, but its connection is not listed under
 * {@code lumoauth.mcp.connections}.
 */
final class UnlistedMcpServer {

	private static final int UNAUTHORIZED = 401;

	private UnlistedMcpServer() {
	}

	/**
	 * Explain why a connection that is not listed failed.
	 * @param name the connection's name, as Spring AI knows it
	 * @param failure what the client threw
	 * @return the explanation; {@code null} if the server did not ask for a token
	 */
	static @Nullable LumoAuthSetupException explain(@Nullable String name, Throwable failure) {
		int depth = 0;
		for (Throwable cause = failure; name != null && cause != null
				&& depth < 16; cause = cause.getCause(), depth++) {
			if (isUnauthorized(cause)) {
				String property = "lumoauth.mcp.connections." + name;
				return new LumoAuthSetupException("MCP connection '" + name
						+ "' was refused with HTTP 401: its server wants a token, and the connection is not listed under "
						+ "lumoauth.mcp.connections.",
						"Set " + property + ".audience to the server's id at LumoAuth, or " + property
								+ ".discover=true to read it from the server, if the server publishes it (RFC 9728).",
						failure);
			}
		}
		return null;
	}

	private static boolean isUnauthorized(Throwable failure) {
		if (failure instanceof McpHttpClientTransportAuthorizationException refused) {
			return refused.getResponseInfo().statusCode() == UNAUTHORIZED;
		}
		// The protocol's first transport, and that of WebClient.
		boolean transport = failure instanceof McpTransportException
				|| failure.getClass().getName().startsWith("org.springframework.web.reactive.function.client.");
		return transport && String.valueOf(failure.getMessage()).matches("(?s).*\\b401\\b.*");
	}

}
