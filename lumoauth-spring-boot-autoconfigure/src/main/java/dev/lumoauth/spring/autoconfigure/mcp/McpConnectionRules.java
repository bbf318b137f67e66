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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.InvalidLumoAuthConfigurationException;
import dev.lumoauth.spring.autoconfigure.mcp.LumoAuthMcpProperties.Connection;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.Match;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.mcp.DecideBy;
import dev.lumoauth.spring.mcp.McpConnection;
import io.modelcontextprotocol.util.Utils;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Validates the listed MCP connections and reports all errors at once. It sends no
 * request.
 */
final class McpConnectionRules {

	private final KnownMcpConnections known;

	private final @Nullable McpToolTerms terms;

	private final ConfigurationProblems problems = new ConfigurationProblems();

	/**
	 * Create the rules.
	 * @param known the connections that Spring AI makes
	 * @param terms reads which calls people approve; {@code null} = nothing asks people
	 */
	McpConnectionRules(KnownMcpConnections known, @Nullable McpToolTerms terms) {
		this.known = known;
		this.terms = terms;
	}

	/**
	 * Validate the connections.
	 * @param listed what is configured
	 * @return the connections, and the address of each
	 * @throws InvalidLumoAuthConfigurationException if anything is wrong
	 */
	Map<McpConnection, URI> validate(Map<String, Connection> listed) {
		Map<McpConnection, URI> connections = new LinkedHashMap<>();
		listed.forEach((name, configured) -> {
			URI url = url(name, property(name));
			McpConnection connection = connection(name, property(name), configured);
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
		}
		else if (http != null) {
			return url(http);
		}
		else {
			this.problems.add(property + " names a connection over HTTP that Spring AI does not know.",
					"Define the connection under spring.ai.mcp.client.streamable-http.connections." + name
							+ ", or use an existing name: "
							+ (this.known.names().isEmpty() ? "there is none" : String.join(", ", this.known.names()))
							+ ".");
		}
		return null;
	}

	/**
	 * Read the address of a connection, as Spring AI's transport builds it.
	 */
	private @Nullable URI url(KnownMcpConnections.Http http) {
		if (http.modern()) {
			this.problems
				.add(http.property() + ".protocol is MODERN, whose requests would carry no token and whose tools would "
						+ "run unchecked.", "Remove " + http.property() + ".protocol.");
			return null;
		}
		String base = (http.url() != null) ? http.url() : "";
		Origin origin = this.problems.origin(base, http.property() + ".url");
		if (origin == null) {
			return null;
		}
		try {
			// Read again: some JDKs append a relative path directly to a bare host name.
			URI url = URI.create(Utils.resolveUri(URI.create(base), http.endpoint()).toString());
			if (url.getHost() != null && origin.equals(Origin.of(url))) {
				return url;
			}
		}
		catch (IllegalArgumentException ex) {
			// is said below
		}
		this.problems.add(
				http.property() + " has an endpoint that leads away from its url, or that does not begin with a slash.",
				"Set the endpoint in " + http.property() + " to a path that begins with one slash, such as /mcp.");
		return null;
	}

	private @Nullable McpConnection connection(String name, String property, Connection configured) {
		int before = this.problems.size();
		String audience = id(configured.audience(), property + ".audience");
		String resource = StringUtils.hasText(configured.resource()) ? configured.resource() : null;
		target(audience, resource, property, configured);
		String serverId = serverId(name, property, configured, (audience != null) ? audience : resource);
		this.problems.checkScopes(configured.scopes(), property + ".scopes");
		this.problems.checkScopes(configured.stepUpScopes(), property + ".step-up-scopes");
		CapabilityRequirement capability = requirement(configured.capability(), property + ".capability");
		Map<String, CapabilityRequirement> tools = new LinkedHashMap<>();
		configured.tools().forEach((tool, capabilities) -> {
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
				: new McpConnection(name, audience, resource, new HashSet<>(configured.scopes()), capability, tools,
						configured.onBehalfOf(), configured.discover(), configured.unlistedTools(),
						new HashSet<>(configured.stepUpScopes()), approvals, configured.aauth(), serverId);
	}

	/**
	 * A connection names the target of its tokens in only one way. AAuth tokens are for a
	 * resource whose identifier has to be configured.
	 */
	private void target(@Nullable String audience, @Nullable String resource, String property, Connection configured) {
		if (resource != null && !isIdentifier(resource)) {
			this.problems.add(
					property + ".resource is not an absolute URI without a user name and a fragment (value not shown).",
					"Set " + property
							+ ".resource to the server's registered address, such as https://mcp.example.com.");
		}
		if (configured.aauth() && (resource == null || audience != null || configured.discover())) {
			this.problems.add(property + " has aauth=true, which needs a resource, and no audience and no discover.",
					"Set " + property + ".resource alone, to the server's resource identifier at LumoAuth.");
		}
		else if (configured.discover() && resource != null) {
			this.problems.add(
					property + " has both resource and discover=true, which reads the resource from the server.",
					"Remove " + property + ".resource, or " + property + ".discover.");
		}
		else if (!configured.discover() && resource == null && audience == null) {
			this.problems.add(property + " does not say what its tokens are for.",
					"Set " + property + ".audience to the server's id at LumoAuth, or " + property
							+ ".resource to its registered address, or " + property
							+ ".discover=true to read both from the server (RFC 9728).");
		}
	}

	/**
	 * RFC 8707 section 2. A user name may come with a password.
	 */
	private static boolean isIdentifier(String resource) {
		try {
			URI uri = URI.create(resource);
			return uri.isAbsolute() && uri.getRawFragment() == null && !resource.contains("@");
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private @Nullable String id(@Nullable String id, String property) {
		this.problems.checkServerId(id, property);
		return StringUtils.hasText(id) ? id : null;
	}

	private @Nullable String serverId(String name, String property, Connection configured, @Nullable String target) {
		String serverId = id(configured.serverId(), property + ".server-id");
		if (configured.decideBy() == DecideBy.CAPABILITY) {
			if (serverId != null) {
				this.problems.add(property + ".server-id has no effect without decide-by=authorize.",
						"Remove " + property + ".server-id, or set " + property + ".decide-by=authorize.");
			}
			return null;
		}
		if (!name.matches("[\\p{Graph}&&[^/]]{1,100}")) {
			this.problems.add(property + " has decide-by=authorize, but its name is not valid for that.",
					"Give the connection a name of up to 100 letters, digits, '-' and '_'.");
		}
		if (serverId == null && target == null) {
			this.problems.add(
					property + " has decide-by=authorize, but nothing says which server LumoAuth is asked about.",
					"Set " + property + ".server-id to the server's id at LumoAuth.");
		}
		return (serverId != null) ? serverId : target;
	}

	private Map<String, GuardTerms> approvals(String property, Connection configured) {
		List<String> audiences = Stream.of(configured.audience(), configured.resource())
			.flatMap(Stream::ofNullable)
			.toList();
		Map<String, GuardTerms> approvals = new LinkedHashMap<>();
		configured.approval().tools().forEach((tool, approval) -> {
			String key = property + ".approval.tools[" + tool + "]";
			try {
				if (this.terms != null) {
					approvals.put(tool, this.terms.of(approval, audiences));
				}
				else {
					this.problems.add(key + " is set, and nothing here asks people.",
							"Add the dependency dev.lumoauth:lumoauth-approvals.");
				}
			}
			catch (IllegalArgumentException ex) {
				this.problems.add(key + " is not valid: " + ex.getMessage() + ".",
						"Correct " + key + ", such as reason: \"Refund {amount}\", when: \"#amount > 100\".");
			}
		});
		return approvals;
	}

	private @Nullable CapabilityRequirement requirement(List<String> capabilities, String property) {
		boolean valid = true;
		for (String capability : capabilities) {
			if (!CapabilityRequirement.isValid(capability)) {
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
