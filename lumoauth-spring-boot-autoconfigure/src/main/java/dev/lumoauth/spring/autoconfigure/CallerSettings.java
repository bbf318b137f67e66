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

import java.util.function.Function;

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
 * @param by who decides
 * @param serverId the id of the server at LumoAuth; there is one if LumoAuth is asked
 * about tools
 */
record CallerSettings(By by, @Nullable String serverId) {

	static final String PREFIX = "lumoauth.mcp.server";

	/** Its presence makes the application a server that LumoAuth protects. */
	static final String AUDIENCE = "audience";

	/**
	 * Read the settings.
	 * @param environment where the properties are
	 * @return the settings; {@code null} if there are no callers to decide for
	 * @throws InvalidLumoAuthConfigurationException if something is missing
	 */
	static @Nullable CallerSettings of(Environment environment) {
		Binder binder = Binder.get(environment);
		if (!isSet(environment)) {
			return null;
		}
		CallerSettings settings = new CallerSettings(binder.bind(PREFIX + ".decide-by", By.class).orElse(By.CHECK),
				text(binder, "server-id"));
		ConfigurationProblems problems = new ConfigurationProblems();
		if (settings.by() == By.AUTHORIZE && !StringUtils.hasText(settings.serverId())) {
			problems.add(PREFIX + ".decide-by is 'authorize', but " + PREFIX + ".server-id is missing.",
					"Set " + PREFIX + ".server-id to the id of this MCP server at LumoAuth, such as mcp_finance.");
		}
		problems.throwIfAny();
		return settings;
	}

	/**
	 * Return whether there are callers to decide for.
	 */
	static boolean isSet(Environment environment) {
		Binder binder = Binder.get(environment);
		return StringUtils.hasText(text(binder, AUDIENCE))
				&& binder.bind(PREFIX + ".decide-for", For.class).orElse(For.CALLER) == For.CALLER;
	}

	private static @Nullable String text(Binder binder, String name) {
		return binder.bind(PREFIX + "." + name, String.class).orElse(null);
	}

	CallerCapabilitySource source(Function<OAuth2AccessToken, CallerClient> client) {
		return switch (this.by) {
			case CHECK -> CallerCapabilitySource.check(client);
			case SCOPES -> CallerCapabilitySource.scopes();
			case AUTHORIZE -> CallerCapabilitySource.authorize(client, String.valueOf(this.serverId));
		};
	}

	/**
	 * Whose capabilities count in what the server serves.
	 */
	enum For {

		/**
		 * Those of who calls.
		 */
		CALLER,

		/**
		 * Those of the agent that the application is.
		 */
		SELF

	}

	/**
	 * Who decides for a caller.
	 */
	enum By {

		/**
		 * LumoAuth's checks, asked with the caller's token.
		 */
		CHECK,

		/**
		 * The scopes of the caller's token.
		 */
		SCOPES,

		/**
		 * LumoAuth's decision on a tool of this server.
		 */
		AUTHORIZE

	}

}
