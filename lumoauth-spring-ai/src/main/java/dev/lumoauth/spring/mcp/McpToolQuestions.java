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

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.ToolQuestions;
import dev.lumoauth.spring.client.McpToolQuestion;
import dev.lumoauth.spring.token.TokenTarget;
import org.jspecify.annotations.Nullable;

/**
 * The tools of the connections about which LumoAuth decides by
 * {@code agents/me/mcp/authorize}. Each is called {@code mcp-tool:<connection>/<tool>}. A
 * model may read the name, so it contains no address.
 */
final class McpToolQuestions implements ToolQuestions {

	private static final String PREFIX = "mcp-tool:";

	private final McpConnections connections;

	private final Map<String, Supplier<TokenTarget>> targets = new ConcurrentHashMap<>();

	McpToolQuestions(McpConnections connections) {
		this.connections = connections;
	}

	/**
	 * Return the name of a tool among the capabilities.
	 * @param connection the connection's name, without a slash
	 * @param tool the name that the server gave the tool
	 */
	static String capability(String connection, String tool) {
		return PREFIX + connection + "/" + tool;
	}

	@Override
	public @Nullable McpToolQuestion of(String capability, Predicate<String> sameAgent) {
		int slash = capability.indexOf('/');
		if (slash < 0 || !capability.startsWith(PREFIX)) {
			return null;
		}
		McpConnectionAddress address = this.connections.address(capability.substring(PREFIX.length(), slash));
		String serverId = (address != null) ? address.connection().serverId() : null;
		return (address != null && serverId != null) ? new McpToolQuestion(serverId, capability.substring(slash + 1),
				(resource) -> isSameServer(resource, address), sameAgent, namesOf(address.connection())) : null;
	}

	private static String namesOf(McpConnection connection) {
		String properties = "lumoauth.mcp.connections." + connection.name() + '.';
		return properties + "server-id, " + properties + "audience and " + properties + "resource";
	}

	/**
	 * If the target is discovered, the server is asked only for a name that is not
	 * configured for the connection.
	 */
	private boolean isSameServer(String resource, McpConnectionAddress address) {
		McpConnection connection = address.connection();
		if (resource.equals(connection.audience()) || resource.equals(connection.resource())) {
			return true;
		}
		return connection.discover() && resource
			.equals(this.targets.computeIfAbsent(connection.name(), (name) -> this.connections.target(address))
				.get()
				.resource());
	}

}
