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

import java.net.URI;
import java.util.regex.Pattern;

import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.mcp.server.McpServerSecurity;
import io.modelcontextprotocol.spec.McpServerTransportProviderBase;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Rules for {@code lumoauth.mcp.server}. Any error ends the start: an MCP server that
 * seems to be protected must not be open.
 *
 * @param properties what is configured
 */
record McpServerRule(LumoAuthMcpServerProperties properties) {

	static final String MCP_SERVER = "io.modelcontextprotocol.server.McpServerFeatures";

	static final String RESOURCE_SERVER = "org.springframework.security.oauth2.server.resource.authentication.DPoPAuthenticationProvider";

	private static final String PREFIX = "lumoauth.mcp.server.";

	private static final String NAME_AND_PORT = "(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:]+])(?::(?:\\d{1,5}|\\*))?";

	private static final Pattern HOST = Pattern.compile(NAME_AND_PORT);

	private static final Pattern ORIGIN = Pattern.compile("(?i:[a-z][a-z0-9+.-]*)://" + NAME_AND_PORT);

	/**
	 * Check all that can be known before there are other beans.
	 */
	void check(Activation activation, @Nullable ClassLoader classLoader) {
		ConfigurationProblems problems = new ConfigurationProblems();
		if (!StringUtils.hasText(this.properties.audience())) {
			problems.add(
					"lumoauth.mcp.server is configured without " + PREFIX
							+ "audience, which switches the security of the MCP server on.",
					"Set " + PREFIX + "audience to the server's id or address at LumoAuth, such as "
							+ "urn:mcp:financial-data, or remove all of lumoauth.mcp.server.");
		}
		if (activation == Activation.DISABLED || activation == Activation.IDLE) {
			problems.add(
					"lumoauth.mcp.server is configured, and " + activation.reason()
							+ ": the tokens of the MCP server's callers could not be verified.",
					"Remove lumoauth.enabled=false, or remove all of lumoauth.mcp.server, which opens the MCP server.");
		}
		if (this.properties.decideFor() == LumoAuthMcpServerProperties.DecideFor.SELF
				&& activation == Activation.SERVER_ONLY) {
			problems.add(
					PREFIX + "decide-for is self, but the application has no default agent to make the decisions for.",
					activation.action() + " Or remove " + PREFIX
							+ "decide-for: decisions are then made for the callers.");
		}
		if (!ClassUtils.isPresent(MCP_SERVER, classLoader)) {
			problems.add("lumoauth.mcp.server is configured, but there is no MCP server.",
					"Add org.springframework.ai:spring-ai-starter-mcp-server-webmvc or "
							+ "spring-ai-starter-mcp-server-webflux to the dependencies.");
		}
		if (!ClassUtils.isPresent(RESOURCE_SERVER, classLoader)) {
			problems.add("lumoauth.mcp.server needs Spring Security's resource server, which is not there.",
					"Add org.springframework.boot:spring-boot-starter-security-oauth2-resource-server to the "
							+ "dependencies, or org.springframework.security:spring-security-oauth2-resource-server, "
							+ "which leaves all other pages as they are.");
		}
		problems.checkScopes(this.properties.scopes(), PREFIX + "scopes");
		checkResource(this.properties.resource(), problems);
		this.properties.allowedHosts().forEach((host) -> checkHost(host, problems));
		this.properties.allowedOrigins().forEach((origin) -> checkOrigin(origin, problems));
		checkLimit("max-request-size", this.properties.maxRequestSize().toBytes(), "4MB", problems);
		checkLimit("max-requests-per-caller", this.properties.maxRequestsPerCaller(), "50", problems);
		checkLimit("sessions.max", this.properties.sessions().max(), "1000", problems);
		problems.throwIfAny();
	}

	private static void checkLimit(String name, long value, String example, ConfigurationProblems problems) {
		if (value < 1 || value > 1 << 30) {
			problems.add(PREFIX + name + " is " + value + ", which is not between 1 and 2^30.",
					"Set " + PREFIX + name + " to a value such as " + example + ".");
		}
	}

	private static void checkResource(@Nullable URI resource, ConfigurationProblems problems) {
		if (resource != null && !isAddress(resource)) {
			problems.add(
					PREFIX + "resource is not an https address without a user name, a query and a fragment (value not "
							+ "shown).",
					"Set " + PREFIX + "resource to the address of the MCP endpoint as clients know it, such as "
							+ "https://mcp.example.com/mcp. Plain http works for localhost, 127.0.0.1 and [::1] only.");
		}
	}

	private static boolean isAddress(URI resource) {
		try {
			Origin.of(resource);
			return resource.getRawUserInfo() == null && resource.getRawQuery() == null
					&& resource.getRawFragment() == null;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static void checkHost(String host, ConfigurationProblems problems) {
		if (!HOST.matcher(host).matches()) {
			problems.add(
					PREFIX + "allowed-hosts has " + ConfigurationProblems.quote(host) + ", which is not a valid host.",
					"Write a host as it is in the header Host, without a scheme or a path: mcp.example.com, "
							+ "mcp.example.com:8443 or mcp.example.com:*.");
		}
	}

	private static void checkOrigin(String origin, ConfigurationProblems problems) {
		if (!ORIGIN.matcher(origin).matches()) {
			problems.add(
					PREFIX + "allowed-origins has " + ConfigurationProblems.quote(origin)
							+ ", which is not a valid origin.",
					"Write an origin as it is in the header Origin, without a path: https://app.example.com or "
							+ "http://localhost:*.");
		}
	}

	/**
	 * Check that there is a secured transport, and no other transport.
	 */
	static void checkServed(McpServerSecurity security, ListableBeanFactory beanFactory) {
		int transports = beanFactory.getBeansOfType(McpServerTransportProviderBase.class).size()
				+ beanFactory.getBeansOfType(McpStatelessServerTransport.class).size();
		if (transports > 0) {
			security.requireServed(transports);
			return;
		}
		ConfigurationProblems problems = new ConfigurationProblems();
		problems.add("lumoauth.mcp.server is configured, and no MCP server is served over HTTP.",
				"Add org.springframework.ai:spring-ai-starter-mcp-server-webmvc or "
						+ "spring-ai-starter-mcp-server-webflux to the dependencies, and don't set "
						+ "spring.ai.mcp.server.enabled=false.");
		problems.throwIfAny();
	}

}
