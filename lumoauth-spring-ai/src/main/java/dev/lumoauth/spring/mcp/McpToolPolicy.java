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

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.tool.ToolPolicy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.AsyncMcpToolCallback;
import org.springframework.ai.mcp.SyncMcpToolCallback;
import org.springframework.ai.tool.ToolCallback;

/**
 * Knows the terms of the tools of listed connections, by the connection and by the tool's
 * name at the server. The name that a model sees is not used: Spring AI generates it if
 * two servers have a tool with the same name, and not always in the same way.
 */
final class McpToolPolicy implements ToolPolicy {

	private static final Log logger = LogFactory.getLog(McpToolPolicy.class);

	private final McpClients clients;

	/** The connections whose unlisted tools the log has named. */
	private final Set<String> said = ConcurrentHashMap.newKeySet();

	/**
	 * Create the policy.
	 * @param clients finds the connection of a client
	 */
	McpToolPolicy(McpClients clients) {
		this.clients = clients;
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A tool of a listed connection has terms even if it needs no capability, because a
	 * model also gets a text for its failures.
	 */
	@Override
	public @Nullable GuardTerms termsOf(ToolCallback tool) {
		McpConnectionAddress endpoint = endpointOf(tool);
		if (endpoint == null) {
			return null;
		}
		McpConnection connection = endpoint.connection();
		return GuardTerms.both(
				new GuardTerms(requirementOf(tool, connection), connection.onBehalfOf() == OnBehalfOf.USER),
				connection.termsOf(nameOf(tool)));
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * A model reads the server's answer. Of any other failure it reads only that the
	 * server is unavailable.
	 */
	@Override
	public ToolCallback prepare(ToolCallback tool) {
		McpConnectionAddress endpoint = endpointOf(tool);
		return (endpoint != null) ? new McpToolCallback(tool, endpoint, this.clients.meta(), this.clients.failures())
				: tool;
	}

	@Override
	public @Nullable String ofUnknown(String name) {
		return this.clients.failures().ofUnknownTool();
	}

	private @Nullable McpConnectionAddress endpointOf(ToolCallback tool) {
		Object client = McpInternals.client(tool);
		return (client != null) ? this.clients.endpointOf(client) : null;
	}

	private @Nullable CapabilityRequirement requirementOf(ToolCallback tool, McpConnection connection) {
		String name = nameOf(tool);
		CapabilityRequirement requirement = connection.requirementOf(name);
		if (CapabilityRequirement.NEVER_MET.equals(requirement) && this.said.add(connection.name())) {
			String property = "lumoauth.mcp.connections." + connection.name();
			logger.warn("MCP connection '" + connection.name() + "' has tools that are denied, such as '"
					+ CapabilityRequirement.printable(name) + "': "
					+ ((connection.serverId() != null)
							? "LumoAuth can't be asked by a name that is too long or contains blanks."
							: "no rule names them. Set " + property + ".capability, " + property + ".tools.<tool>, or "
									+ property + ".unlisted-tools=allow."));
		}
		return requirement;
	}

	static String nameOf(ToolCallback tool) {
		return (tool instanceof SyncMcpToolCallback sync) ? sync.getOriginalToolName()
				: ((AsyncMcpToolCallback) tool).getOriginalToolName();
	}

}
