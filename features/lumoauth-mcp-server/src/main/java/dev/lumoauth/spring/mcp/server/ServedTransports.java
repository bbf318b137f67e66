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
import java.util.function.Supplier;

import dev.lumoauth.spring.tool.PrivateField;
import org.jspecify.annotations.Nullable;

/**
 * Secures the transports of the application's MCP server, those of Spring AI (2.0.1) for
 * WebMVC and WebFlux: records their paths, and makes them pass callers on.
 */
final class ServedTransports {

	private static final String PACKAGE = "org.springframework.ai.mcp.server.web";

	private final Supplier<McpServerSecurity> security;

	ServedTransports(Supplier<McpServerSecurity> security) {
		this.security = security;
	}

	/**
	 * Secure a bean, if it is a transport.
	 */
	void secure(Object bean) {
		ServedEndpoints.Endpoint endpoint = endpointOf(bean);
		if (endpoint != null) {
			CallerContext.addTo(bean);
			this.security.get().endpoints().add(endpoint, sessionsOf(bean));
		}
	}

	private static ServedEndpoints.@Nullable Endpoint endpointOf(Object bean) {
		Class<?> type = bean.getClass();
		if (!type.getName().startsWith(PACKAGE)) {
			return null;
		}
		return switch (type.getSimpleName()) {
			case "WebMvcStreamableServerTransportProvider", "WebMvcStatelessServerTransport",
					"WebFluxStreamableServerTransportProvider", "WebFluxStatelessServerTransport" ->
				ServedEndpoints.Endpoint.of(path(bean, "mcpEndpoint"), false);
			case "WebMvcSseServerTransportProvider", "WebFluxSseServerTransportProvider" ->
				ServedEndpoints.Endpoint.of(path(bean, "sseEndpoint"), true, path(bean, "messageEndpoint"));
			default -> null;
		};
	}

	/**
	 * In the order in which the transport itself removes a session.
	 */
	private static List<Map<String, ?>> sessionsOf(Object transport) {
		return switch (transport.getClass().getSimpleName()) {
			case "WebMvcStreamableServerTransportProvider" ->
				List.of(map(transport, "sessionLastAccessTimes"), map(transport, "sessions"));
			case "WebMvcStatelessServerTransport", "WebFluxStatelessServerTransport" -> List.of();
			default -> List.of(map(transport, "sessions"));
		};
	}

	@SuppressWarnings("unchecked")
	private static Map<String, ?> map(Object transport, String field) {
		return (Map<String, ?>) PrivateField.of(transport.getClass(), field, Map.class).get(transport);
	}

	private static String path(Object transport, String field) {
		return PrivateField.of(transport.getClass(), field, String.class).get(transport);
	}

}
