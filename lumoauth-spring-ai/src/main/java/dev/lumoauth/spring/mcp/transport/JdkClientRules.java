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

import java.net.http.HttpClient;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import io.modelcontextprotocol.client.transport.customizer.McpHttpClientTransportAuthorizationErrorHandler;

/**
 * The changes to a secured connection that an application's customizers must not make.
 */
final class JdkClientRules {

	private JdkClientRules() {
	}

	/**
	 * A redirect is followed below all code that could hold the token back.
	 */
	static HttpClient check(String connection, HttpClient client) {
		if (client.followRedirects() != HttpClient.Redirect.NEVER) {
			throw new GuardConfigurationException(
					"The HTTP client of MCP connection '" + connection + "' follows redirects, and would send the "
							+ "token of lumoauth.mcp.connections." + connection + " wherever the server says.",
					"Remove followRedirects(..) from the McpClientCustomizer that sets it for this connection.");
		}
		return client;
	}

	/**
	 * The transport would call the handler only for answers that never reach the
	 * transport.
	 */
	static void checkErrorHandler(String connection, McpHttpClientTransportAuthorizationErrorHandler handler) {
		if (handler != McpHttpClientTransportAuthorizationErrorHandler.NOOP) {
			throw new GuardConfigurationException(
					"An McpClientCustomizer sets an authorizationErrorHandler for MCP connection '" + connection
							+ "', whose answers 401 and 403 are handled by lumoauth.mcp.connections." + connection
							+ ": it would never be called.",
					"Don't set it for this connection, or remove lumoauth.mcp.connections." + connection + ".");
		}
	}

}
