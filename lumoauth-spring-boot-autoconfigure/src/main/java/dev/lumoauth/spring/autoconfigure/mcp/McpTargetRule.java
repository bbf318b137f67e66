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
import java.net.URISyntaxException;

import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.mcp.LumoAuthMcpProperties.Connection;
import dev.lumoauth.spring.mcp.DecideBy;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Rules for the audience and the resource of an MCP connection.
 */
final class McpTargetRule {

	private McpTargetRule() {
	}

	/**
	 * Check an audience.
	 * @param audience what was configured
	 * @param property the property of the connection
	 * @param problems takes the problems
	 * @return the audience, or {@code null} if there is none
	 */
	static @Nullable String audience(@Nullable String audience, String property, ConfigurationProblems problems) {
		return id(audience, property + ".audience", problems);
	}

	private static @Nullable String id(@Nullable String id, String property, ConfigurationProblems problems) {
		if (!StringUtils.hasText(id)) {
			return null;
		}
		if (id.matches("(?s).*[\\s\\p{C}].*") || id.startsWith("${")) {
			problems.add(property + " is not a valid server id: " + ConfigurationProblems.quote(id) + ".",
					"Set " + property + " to the server's id at LumoAuth, such as urn:mcp:financial-data.");
		}
		return id;
	}

	/**
	 * Check a resource (RFC 8707 section 2: an absolute URI without a fragment).
	 * @param resource what was configured
	 * @param property the property of the connection
	 * @param problems takes the problems
	 * @return the resource, or {@code null} if there is none
	 */
	static @Nullable String resource(@Nullable String resource, String property, ConfigurationProblems problems) {
		if (!StringUtils.hasText(resource)) {
			return null;
		}
		// A user name may come with a password, so the value is not repeated.
		if (resource.contains("@")) {
			problems.add(property + ".resource has a user name (value not shown).",
					"Set " + property + ".resource to the server's registered address only.");
		}
		else if (!isAbsoluteWithoutFragment(resource)) {
			problems.add(
					property + ".resource is not an absolute URI without a fragment: "
							+ ConfigurationProblems.quote(resource) + ".",
					"Set " + property
							+ ".resource to the server's registered address, such as https://mcp.example.com.");
		}
		return resource;
	}

	private static boolean isAbsoluteWithoutFragment(String resource) {
		try {
			URI uri = new URI(resource);
			return uri.isAbsolute() && uri.getRawFragment() == null;
		}
		catch (URISyntaxException ex) {
			return false;
		}
	}

	/**
	 * Return the id by which LumoAuth is asked about the tools of a connection.
	 * @param name the name of the connection
	 * @param connection what was configured
	 * @param property the property of the connection
	 * @param problems takes the problems
	 * @return the id; {@code null} if it is not asked
	 */
	static @Nullable String serverId(String name, Connection connection, String property,
			ConfigurationProblems problems) {
		String serverId = id(connection.getServerId(), property + ".server-id", problems);
		if (connection.getDecideBy() == DecideBy.CAPABILITY) {
			if (serverId != null) {
				problems.add(property + ".server-id has no effect without decide-by=authorize.",
						"Remove " + property + ".server-id, or set " + property + ".decide-by=authorize.");
			}
			return null;
		}
		if (!name.matches("[\\p{Graph}&&[^/]]{1,100}")) {
			problems.add(property + " has decide-by=authorize, but its name is not valid for that.",
					"Give the connection a name of up to 100 letters, digits, '-' and '_'.");
		}
		String target = StringUtils.hasText(connection.getAudience()) ? connection.getAudience()
				: connection.getResource();
		if (serverId == null && !StringUtils.hasText(target)) {
			problems.add(property + " has decide-by=authorize, but nothing says which server LumoAuth is asked about.",
					"Set " + property + ".server-id to the server's id at LumoAuth.");
		}
		return (serverId != null) ? serverId : target;
	}

	/**
	 * Check that a connection names the target of its tokens in only one way.
	 * @param connection what was configured
	 * @param property the property of the connection
	 * @param problems takes the problems
	 */
	static void together(Connection connection, String property, ConfigurationProblems problems) {
		boolean hasResource = StringUtils.hasText(connection.getResource());
		if (connection.isAauth()) {
			signed(connection, property, hasResource, problems);
			return;
		}
		if (connection.isDiscover() && hasResource) {
			problems.add(property + " has both resource and discover=true, which reads the resource from the server.",
					"Remove " + property + ".resource, or " + property + ".discover.");
		}
		if (!connection.isDiscover() && !hasResource && !StringUtils.hasText(connection.getAudience())) {
			problems.add(property + " does not say what its tokens are for.",
					"Set " + property + ".audience to the server's id at LumoAuth, or " + property
							+ ".resource to its registered address, or " + property
							+ ".discover=true to read both from the server (RFC 9728).");
		}
	}

	/**
	 * AAuth tokens are for a resource whose identifier has to be configured.
	 */
	private static void signed(Connection connection, String property, boolean hasResource,
			ConfigurationProblems problems) {
		if (!hasResource) {
			problems.add(property + " has aauth=true, but no resource that its tokens are for.",
					"Set " + property + ".resource to the server's resource identifier at LumoAuth.");
		}
		if (connection.isDiscover()) {
			problems.add(property
					+ " has both aauth=true and discover=true: AAuth tokens don't depend on what a server says "
					+ "about itself.", "Remove " + property + ".discover.");
		}
		if (StringUtils.hasText(connection.getAudience())) {
			problems.add(property + " has both aauth=true and audience, which AAuth does not use.",
					"Remove " + property + ".audience: .resource says what the tokens are for.");
		}
	}

}
