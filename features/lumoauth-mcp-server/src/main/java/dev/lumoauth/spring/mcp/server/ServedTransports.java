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

package dev.lumoauth.spring.mcp.server;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.tool.PrivateField;

/**
 * Secures the transports of the application's MCP server, those of Spring AI (2.0.1) for
 * streamable HTTP, with and without sessions, in WebMVC and WebFlux: records their paths,
 * and makes them pass callers on.
 */
record ServedTransports(Supplier<McpServerSecurity> security) {

	private static final String PACKAGE = "org.springframework.ai.mcp.server.web";

	private static final Set<String> TRANSPORTS = Set.of("WebMvcStreamableServerTransportProvider",
			"WebMvcStatelessServerTransport", "WebFluxStreamableServerTransportProvider",
			"WebFluxStatelessServerTransport");

	/**
	 * Secure a bean, if it is a transport.
	 */
	void secure(Object bean) {
		Class<?> type = bean.getClass();
		if (type.getName().startsWith(PACKAGE) && TRANSPORTS.contains(type.getSimpleName())) {
			CallerContext.addTo(bean);
			String path = PrivateField.of(type, "mcpEndpoint", String.class).get(bean);
			this.security.get().endpoints().add(path, sessionsOf(bean));
		}
	}

	/**
	 * In the order in which the transport itself removes a session. An application's own
	 * transport may have an idle timeout: what looks for idle sessions by their last use
	 * fails at one that is not there, and doesn't look again.
	 */
	private static List<Map<String, ?>> sessionsOf(Object transport) {
		return switch (transport.getClass().getSimpleName()) {
			case "WebMvcStreamableServerTransportProvider" ->
				List.of(map(transport, "sessionLastAccessTimes"), map(transport, "sessions"));
			case "WebFluxStreamableServerTransportProvider" -> List.of(map(transport, "sessions"));
			default -> List.of();
		};
	}

	@SuppressWarnings("unchecked")
	private static Map<String, ?> map(Object transport, String field) {
		return (Map<String, ?>) PrivateField.of(transport.getClass(), field, Map.class).get(transport);
	}

	/**
	 * Return the refusal of a server that can't be protected.
	 */
	static GuardConfigurationException unprotected() {
		return new GuardConfigurationException(
				"lumoauth.mcp.server can't protect this MCP server: one of its transports is not one of Spring AI's "
						+ "transports for streamable HTTP, with WebMVC or WebFlux.",
				"Set spring.ai.mcp.server.protocol to STREAMABLE or STATELESS (without it, Spring AI serves HTTP+SSE, "
						+ "which MCP has replaced), don't set spring.ai.mcp.server.stdio=true, and use only Spring AI's "
						+ "transport beans, or remove all of lumoauth.mcp.server.");
	}

}
