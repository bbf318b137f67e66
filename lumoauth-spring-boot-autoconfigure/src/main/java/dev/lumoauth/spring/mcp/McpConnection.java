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

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.Match;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What is configured for one connection to an MCP server.
 *
 * @param name the connection's name, as Spring AI knows it
 * @param audience the server's id at LumoAuth, or {@code null}
 * @param resource the server's registered address, or {@code null}
 * @param scopes the scopes to ask for; empty = those that LumoAuth chooses
 * @param capability what every tool of the connection needs, or {@code null} for nothing
 * @param tools what a tool needs besides, by the name that the server gave it
 * @param onBehalfOf for whom the agent acts
 * @param discover whether audience and resource come from the server's own metadata (RFC
 * 9728)
 * @since 0.1.0
 */
public record McpConnection(String name, @Nullable String audience, @Nullable String resource, Set<String> scopes,
		@Nullable CapabilityRequirement capability, Map<String, CapabilityRequirement> tools, OnBehalfOf onBehalfOf,
		boolean discover) {

	/**
	 * Check and copy.
	 * @throws IllegalArgumentException if a requirement is met by one of several
	 * capabilities: what the connection and what a tool needs could not be joined
	 */
	public McpConnection {
		scopes = Set.copyOf(scopes);
		tools = Map.copyOf(tools);
		Assert.isTrue(capability == null || isAll(capability), "Every capability of a connection is needed");
		Assert.isTrue(tools.values().stream().allMatch(McpConnection::isAll), "Every capability of a tool is needed");
	}

	private static boolean isAll(CapabilityRequirement requirement) {
		return requirement.match() == Match.ALL || requirement.capabilities().size() == 1;
	}

	/**
	 * Return what a tool needs: what the connection needs and what the tool needs.
	 * <p>
	 * A name that was configured counts for each tool whose name has the same letters and
	 * digits, unless one was configured exactly: Spring Boot drops an underscore from a
	 * key that is not in brackets, and an environment variable has no capitals. A tool is
	 * never open because of how its name was written.
	 * @param tool the name that the server gave the tool
	 * @return the requirement, or {@code null} if the tool needs no capability
	 */
	public @Nullable CapabilityRequirement requirementOf(String tool) {
		List<String> capabilities = new ArrayList<>();
		if (this.capability != null) {
			capabilities.addAll(this.capability.capabilities());
		}
		CapabilityRequirement exact = this.tools.get(tool);
		if (exact != null) {
			capabilities.addAll(exact.capabilities());
		}
		else {
			this.tools.forEach((name, requirement) -> {
				if (lettersAndDigits(name).equals(lettersAndDigits(tool))) {
					capabilities.addAll(requirement.capabilities());
				}
			});
		}
		return capabilities.isEmpty() ? null : new CapabilityRequirement(capabilities, Match.ALL);
	}

	private static String lettersAndDigits(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

}
