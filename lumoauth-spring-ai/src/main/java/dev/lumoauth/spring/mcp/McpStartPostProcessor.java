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

import java.util.List;
import java.util.function.Supplier;

import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;

import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpClientCommonProperties;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Decides when the clients of listed connections are connected. Spring AI connects each
 * client when it creates the client, and the application does not start if one fails.
 * Connections that are not listed are still connected in that way.
 */
final class McpStartPostProcessor implements BeanPostProcessor {

	/**
	 * The beans of McpClientAutoConfiguration. An application connects its own clients
	 * itself.
	 */
	private static final List<String> CLIENTS = List.of("mcpSyncClients", "mcpAsyncClients");

	private final Supplier<McpConnections> connections;

	private final Supplier<McpClients> clients;

	private final Supplier<McpStart> start;

	private volatile boolean connectAtStart;

	/**
	 * Create the post-processor.
	 * @param connections supplies the listed connections; called with the first bean of
	 * MCP clients
	 * @param clients finds the connections of clients
	 * @param start connects what is listed
	 */
	McpStartPostProcessor(Supplier<McpConnections> connections, Supplier<McpClients> clients,
			Supplier<McpStart> start) {
		this.connections = connections;
		this.clients = clients;
		this.start = start;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof McpClientCommonProperties properties && properties.isInitialized()
				&& isToBeConnected(this.connections.get())) {
			this.connectAtStart = true;
			properties.setInitialized(false);
		}
		if (this.connectAtStart && CLIENTS.contains(beanName) && bean instanceof List<?> list) {
			list.stream().filter(McpStartPostProcessor::isClient).forEach(this::connect);
		}
		return bean;
	}

	/**
	 * Also applies if no connection is listed, so that a failure can name the server that
	 * requires a token.
	 */
	private static boolean isToBeConnected(McpConnections connections) {
		return !connections.names().isEmpty() || (connections.isConnectedAtStart() && connections.refusal() == null);
	}

	private static boolean isClient(Object element) {
		return element instanceof McpSyncClient || element instanceof McpAsyncClient;
	}

	private void connect(Object client) {
		McpConnectionAddress endpoint = this.clients.get().endpointOf(client);
		if (endpoint == null) {
			connectUnlisted(client);
		}
		else if (this.connections.get().isConnectedAtStart()) {
			this.start.get().add(endpoint, client);
		}
	}

	private void connectUnlisted(Object client) {
		try {
			McpStart.connect(client);
		}
		catch (RuntimeException ex) {
			UnlistedMcpServerException unlisted = UnlistedMcpServerException.of(this.clients.get().nameOf(client), ex);
			throw (unlisted != null) ? unlisted : ex;
		}
	}

}
