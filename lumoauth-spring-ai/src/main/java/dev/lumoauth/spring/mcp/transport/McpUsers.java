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

import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.tool.PrivateField;
import dev.lumoauth.spring.mcp.McpConnectionAddress;
import dev.lumoauth.spring.mcp.McpConnections;
import dev.lumoauth.spring.mcp.OnBehalfOf;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.common.McpTransportContext;
import org.jspecify.annotations.Nullable;

/**
 * Lets the clients of listed connections pass data of a call on to their requests: the
 * call's own tokens, and the current user if the connection has
 * {@code on-behalf-of=user}.
 *
 * @param connections the listed connections
 * @param currentUser finds the user of the current thread
 */
record McpUsers(McpConnections connections, Supplier<@Nullable UserToken> currentUser) {

	@SuppressWarnings("rawtypes")
	private static final PrivateField<Supplier> OF_SPECIFICATION = PrivateField.of(McpClient.SyncSpec.class,
			"contextProvider", Supplier.class);

	/**
	 * Let a client carry the data of a call, together with the application's own data.
	 * @param connection the connection's name
	 * @param client the client's specification, after the application's customizers
	 */
	@SuppressWarnings("unchecked")
	public void carry(String connection, McpClient.SyncSpec client) {
		if (this.connections.address(connection) == null) {
			return;
		}
		Supplier<McpTransportContext> application = OF_SPECIFICATION.get(client);
		boolean forUsers = isForUsers(connection);
		if (forUsers) {
			UserScope.watchStreams();
		}
		client
			.transportContextProvider(() -> McpCall.here(application.get(), forUsers ? this.currentUser.get() : null));
	}

	/**
	 * Refuse a connection whose client can't carry a user.
	 * @param connection the connection's name
	 * @throws GuardConfigurationException if it acts for users
	 */
	public void refuseAsync(String connection) {
		if (isForUsers(connection)) {
			throw new GuardConfigurationException(
					"lumoauth.mcp.connections." + connection
							+ ".on-behalf-of=user needs a client that takes the user from the thread of the call, "
							+ "which asynchronous MCP clients do not.",
					"Set spring.ai.mcp.client.type=SYNC, or on-behalf-of=agent.");
		}
	}

	private boolean isForUsers(String connection) {
		McpConnectionAddress endpoint = this.connections.address(connection);
		return endpoint != null && endpoint.connection().onBehalfOf() == OnBehalfOf.USER;
	}

}
