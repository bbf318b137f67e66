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

package dev.lumoauth.spring.autoconfigure;

import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.lumoauth.spring.capability.CallerCapabilitySource;
import dev.lumoauth.spring.client.CallerClient;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.StringUtils;

/**
 * How is decided for the callers of the application's MCP server. Read by hand: the guard
 * is there before beans of properties are bound, and whether or not there is an MCP
 * server on the class path.
 *
 * @param server the settings of the server
 */
record CallerSettings(LumoAuthMcpServerProperties server) {

	static final String PREFIX = "lumoauth.mcp.server";

	/**
	 * Read the settings.
	 * @param environment where the properties are
	 * @return the settings; {@code null} if there are no callers to decide for
	 * @throws InvalidLumoAuthConfigurationException if something is missing
	 */
	static @Nullable CallerSettings of(Environment environment) {
		LumoAuthMcpServerProperties server = find(environment);
		if (server == null) {
			return null;
		}
		ConfigurationProblems problems = new ConfigurationProblems();
		if (server.getDecideBy() == LumoAuthMcpServerProperties.DecideBy.AUTHORIZE
				&& !StringUtils.hasText(server.getServerId())) {
			problems.add(PREFIX + ".decide-by is 'authorize', but " + PREFIX + ".server-id is missing.",
					"Set " + PREFIX + ".server-id to the id of this MCP server at LumoAuth, such as mcp_finance.");
		}
		problems.throwIfAny();
		return new CallerSettings(server);
	}

	/**
	 * Return whether there are callers to decide for.
	 */
	static boolean isSet(Environment environment) {
		return find(environment) != null;
	}

	private static @Nullable LumoAuthMcpServerProperties find(Environment environment) {
		LumoAuthMcpServerProperties server = Binder.get(environment)
			.bind(PREFIX, LumoAuthMcpServerProperties.class)
			.orElse(null);
		return (server != null && StringUtils.hasText(server.getAudience())
				&& server.getDecideFor() == LumoAuthMcpServerProperties.DecideFor.CALLER) ? server : null;
	}

	CallerCapabilitySource source(Function<OAuth2AccessToken, CallerClient> client) {
		return switch (this.server.getDecideBy()) {
			case CHECK -> CallerCapabilitySource.check(client);
			case SCOPES -> CallerCapabilitySource.scopes();
			case AUTHORIZE ->
				CallerCapabilitySource.authorize(client, String.valueOf(this.server.getServerId()), names()::contains);
		};
	}

	/**
	 * By which names LumoAuth may call this server.
	 */
	private Set<String> names() {
		return Stream.of(this.server.getAudience(), this.server.getResource())
			.map(String::valueOf)
			.collect(Collectors.toSet());
	}

}
