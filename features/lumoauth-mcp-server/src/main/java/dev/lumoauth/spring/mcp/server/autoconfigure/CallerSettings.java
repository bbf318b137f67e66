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

package dev.lumoauth.spring.mcp.server.autoconfigure;

import java.time.Clock;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDecisionsBuilder;
import dev.lumoauth.spring.client.SubjectClient;
import dev.lumoauth.spring.http.LumoAuthConnector;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.mcp.server.CallerCapabilitySource;
import dev.lumoauth.spring.mcp.server.CallerDecisions;
import dev.lumoauth.spring.mcp.server.autoconfigure.LumoAuthMcpServerProperties.DecideBy;
import dev.lumoauth.spring.mcp.server.autoconfigure.LumoAuthMcpServerProperties.DecideFor;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * How decisions are made for the callers of the application's MCP server. The settings
 * are read directly, because the guard exists before property beans are bound, and
 * whether or not an MCP server is on the class path.
 *
 * @param by what decides
 * @param serverId the id of the server at LumoAuth
 * @param names the names that LumoAuth may use for the server
 */
record CallerSettings(DecideBy by, String serverId, Set<String> names) {

	/** The common name of callers, in messages and metrics. */
	private static final String CALLERS = "caller";

	/**
	 * Read the settings.
	 * @param environment the properties
	 * @return the settings; {@code null} if there are no callers to decide for
	 */
	static @Nullable CallerSettings of(Environment environment) {
		Binder binder = Binder.get(environment);
		String audience = binder.bind("lumoauth.mcp.server.audience", String.class).orElse(null);
		if (audience == null || audience.isBlank()) {
			return null;
		}
		LumoAuthMcpServerProperties server = binder.bindOrCreate("lumoauth.mcp.server",
				LumoAuthMcpServerProperties.class);
		if (server.decideFor() == DecideFor.SELF) {
			return null;
		}
		String id = StringUtils.hasText(server.serverId()) ? server.serverId() : audience;
		Stream<String> resource = Stream.ofNullable(server.resource()).map(Object::toString);
		return new CallerSettings(server.decideBy(), id,
				Stream.concat(Stream.of(id, audience), resource).collect(Collectors.toSet()));
	}

	CallerCapabilitySource source(Function<OAuth2AccessToken, SubjectClient> client) {
		return switch (this.by) {
			case CHECK -> CallerCapabilitySource.check(client);
			case SCOPES -> CallerCapabilitySource.scopes();
			case AUTHORIZE -> CallerCapabilitySource.authorize(client, this.serverId, this.names::contains);
		};
	}

	/**
	 * Create the decisions for the callers of the application's MCP server. They use a
	 * separate connection to LumoAuth, so that failures for callers don't affect an
	 * agent.
	 */
	CallerDecisions decisions(LumoAuthConnector connector, LumoAuthProperties properties,
			Supplier<ObservationRegistry> registry) {
		LumoAuthProperties.Capabilities.Cache cache = properties.capabilities().cache();
		SingletonSupplier<LumoAuthHttp> http = SingletonSupplier
			.of(() -> connector.open(CALLERS).tokensOfMany().build());
		CapabilityDecisionsBuilder decisions = CapabilityDecisions.builder((names) -> {
			throw new LumoAuthUnavailableException("There are no decisions for an agent here", null);
		})
			.allowTtl(cache.allowTtl())
			.denyTtl(cache.denyTtl())
			.maxWait(properties.maxWait())
			.observations(CALLERS, registry);
		return new CallerDecisions(source((token) -> new SubjectClient(http.obtain(), token)), decisions,
				Clock.systemUTC());
	}

}
