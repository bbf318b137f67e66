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

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.autoconfigure.config.ScopeRule;
import dev.lumoauth.spring.autoconfigure.mcp.LumoAuthMcpProperties.Connection;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.Match;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.mcp.McpConnection;
import org.jspecify.annotations.Nullable;

/**
 * Validates the listed MCP connections and reports all errors at once. It sends no
 * request.
 */
final class McpConfigurationValidator {

	private final LumoAuthMcpProperties properties;

	private final KnownMcpConnections known;

	private final @Nullable McpToolTerms terms;

	private final ConfigurationProblems problems = new ConfigurationProblems();

	McpConfigurationValidator(LumoAuthMcpProperties properties, KnownMcpConnections known,
			@Nullable McpToolTerms terms) {
		this.properties = properties;
		this.known = known;
		this.terms = terms;
	}

	/**
	 * Validate the connections.
	 * @return the connections, and the address of each
	 * @throws InvalidLumoAuthConfigurationException if anything is wrong
	 */
	Map<McpConnection, URI> validate() {
		Map<McpConnection, URI> connections = new LinkedHashMap<>();
		this.properties.getConnections().forEach((name, configured) -> {
			String property = property(name);
			URI url = url(name, property);
			McpConnection connection = connection(name, property, configured);
			if (url != null && connection != null) {
				connections.put(connection, url);
			}
		});
		this.problems.throwIfAny();
		return connections;
	}

	static String property(String name) {
		return "lumoauth.mcp.connections." + name;
	}

	private @Nullable URI url(String name, String property) {
		KnownMcpConnections.Http http = this.known.http(name);
		if (this.known.isAmbiguous(name)) {
			this.problems.add(
					property + " could be one of several connections: Spring AI has more than one of that "
							+ "name under spring.ai.mcp.client.",
					"Give each connection under spring.ai.mcp.client a unique name.");
			return null;
		}
		if (http != null) {
			return McpUrlRule.read(http, property, this.problems);
		}
		if (this.known.isStdio(name)) {
			this.problems.add(
					property + " is a connection under spring.ai.mcp.client.stdio, to a local process: its requests "
							+ "can't carry a token.",
					"Remove " + property + ", or connect to the server over streamable HTTP.");
			return null;
		}
		this.problems.add(property + " names a connection that Spring AI does not know.",
				"Define the connection under spring.ai.mcp.client.streamable-http.connections." + name
						+ ", or use an existing name: "
						+ (this.known.names().isEmpty() ? "there is none" : String.join(", ", this.known.names()))
						+ ".");
		return null;
	}

	private @Nullable McpConnection connection(String name, String property, Connection configured) {
		int before = this.problems.size();
		String audience = McpTargetRule.audience(configured.getAudience(), property, this.problems);
		String resource = McpTargetRule.resource(configured.getResource(), property, this.problems);
		McpTargetRule.together(configured, property, this.problems);
		String serverId = McpTargetRule.serverId(name, configured, property, this.problems);
		configured.getScopes().forEach((scope) -> ScopeRule.check(scope, property + ".scopes", this.problems));
		configured.getStepUpScopes()
			.forEach((scope) -> ScopeRule.check(scope, property + ".step-up-scopes", this.problems));
		CapabilityRequirement capability = requirement(configured.getCapability(), property + ".capability");
		Map<String, CapabilityRequirement> tools = new LinkedHashMap<>();
		configured.getTools().forEach((tool, capabilities) -> {
			String key = property + ".tools[" + tool + "]";
			CapabilityRequirement requirement = requirement(capabilities, key);
			if (requirement != null) {
				tools.put(tool, requirement);
			}
			else if (capabilities.isEmpty()) {
				this.problems.add(key + " names no capability.", "Set " + key + " to a capability, or remove it.");
			}
		});
		Map<String, GuardTerms> approvals = approvals(property, configured);
		return (this.problems.size() > before) ? null
				: new McpConnection(name, audience, resource, new LinkedHashSet<>(configured.getScopes()), capability,
						tools, configured.getOnBehalfOf(), configured.isDiscover(), configured.getUnlistedTools(),
						new LinkedHashSet<>(configured.getStepUpScopes()), approvals, configured.isAauth(), serverId);
	}

	private Map<String, GuardTerms> approvals(String property, Connection configured) {
		List<String> audiences = Stream.of(configured.getAudience(), configured.getResource())
			.flatMap(Stream::ofNullable)
			.toList();
		Map<String, GuardTerms> approvals = new LinkedHashMap<>();
		configured.getApproval().getTools().forEach((tool, approval) -> {
			try {
				if (this.terms == null) {
					this.problems.add(property + ".approval.tools[" + tool + "] is set, and nothing here asks people.",
							"Add the dependency dev.lumoauth:lumoauth-approvals.");
					return;
				}
				approvals.put(tool, this.terms.of(approval, audiences));
			}
			catch (IllegalArgumentException ex) {
				String key = property + ".approval.tools[" + tool + "]";
				this.problems.add(key + " is not valid: " + ex.getMessage() + ".",
						"Correct " + key + ", such as reason: \"Refund {amount}\", when: \"#amount > 100\".");
			}
		});
		return approvals;
	}

	private @Nullable CapabilityRequirement requirement(List<String> capabilities, String property) {
		boolean valid = true;
		for (String capability : capabilities) {
			try {
				CapabilityRequirement.requireValid(capability);
			}
			catch (IllegalArgumentException ex) {
				valid = false;
				this.problems.add(
						property + " has " + ConfigurationProblems.quote(capability)
								+ ", which is not a valid capability.",
						"Set " + property + " to the name of a capability, such as mcp:financial:read: up to 256 "
								+ "characters, no blanks.");
			}
		}
		return (valid && !capabilities.isEmpty()) ? new CapabilityRequirement(capabilities, Match.ALL) : null;
	}

}
