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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.concurrent.DaemonThreads;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpSyncClient;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.ai.mcp.client.common.autoconfigure.properties.McpClientCommonProperties;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.SmartLifecycle;

/**
 * Decides when clients are connected. Spring AI connects each client when it creates the
 * client, and the application does not start if one fails. Connections that are not
 * listed are still connected in that way. The listed ones are connected in the background
 * once the application has started. A connection that fails is connected when it is first
 * used. A connection that acts for users is never connected at start, because there is no
 * user.
 */
final class McpStart implements BeanPostProcessor, SmartLifecycle {

	private static final Log logger = LogFactory.getLog(McpStart.class);

	/**
	 * The beans of McpClientAutoConfiguration. An application connects its own clients
	 * itself.
	 */
	private static final List<String> CLIENTS = List.of("mcpSyncClients", "mcpAsyncClients");

	private final Supplier<McpConnections> connections;

	private final Supplier<McpClients> clients;

	private final List<Runnable> waiting = new CopyOnWriteArrayList<>();

	private volatile boolean connectAtStart;

	private volatile boolean running;

	/**
	 * Create the start.
	 * @param connections supplies the listed connections; called with the first bean of
	 * MCP clients
	 * @param clients finds the connections of clients
	 */
	McpStart(Supplier<McpConnections> connections, Supplier<McpClients> clients) {
		this.connections = connections;
		this.clients = clients;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof McpClientCommonProperties properties && properties.isInitialized()
				&& isToBeConnected(this.connections.get())) {
			this.connectAtStart = true;
			properties.setInitialized(false);
		}
		if (this.connectAtStart && CLIENTS.contains(beanName) && bean instanceof List<?> list) {
			list.forEach(this::connectOrWait);
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

	private void connectOrWait(Object client) {
		McpConnectionAddress endpoint = this.clients.get().endpointOf(client);
		if (endpoint != null) {
			if (this.connections.get().isConnectedAtStart() && endpoint.connection().onBehalfOf() == OnBehalfOf.AGENT) {
				this.waiting.add(() -> connect(endpoint, client));
			}
			return;
		}
		try {
			connect(client);
		}
		catch (RuntimeException ex) {
			LumoAuthSetupException unlisted = UnlistedMcpServer.explain(this.clients.get().nameOf(client), ex);
			throw (unlisted != null) ? unlisted : ex;
		}
	}

	private static void connect(Object client) {
		if (client instanceof McpSyncClient sync) {
			sync.initialize();
		}
		else {
			((McpAsyncClient) client).initialize().block();
		}
	}

	private void connect(McpConnectionAddress endpoint, Object client) {
		try {
			connect(client);
		}
		catch (RuntimeException ex) {
			if (isRunning()) {
				logger
					.warn(endpoint + " could not be connected: " + McpFailure.describe(ex, endpoint.connection().name())
							+ ". It is connected when it is first used.");
			}
		}
	}

	@Override
	public void start() {
		this.running = !this.waiting.isEmpty();
		DaemonThreads threads = new DaemonThreads("lumoauth-mcp-start");
		this.waiting.forEach((connect) -> threads.newThread(connect).start());
		this.waiting.clear();
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
