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

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * The fields that {@link CallerLists} reads, and those of the transports that the
 * security reads and replaces.
 */
final class McpServerRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		for (String server : List.of("McpAsyncServer", "McpStatelessAsyncServer")) {
			field(hints, classLoader, "io.modelcontextprotocol.server." + server, "mcpTransportProvider");
		}
		field(hints, classLoader, "io.modelcontextprotocol.server.McpStatelessSyncServer", "asyncServer");
		field(hints, classLoader, "io.modelcontextprotocol.spec.McpStreamableServerSession", "requestHandlers",
				"notificationHandlers");
		field(hints, classLoader,
				"org.springframework.ai.mcp.server.webmvc.transport.WebMvcStreamableServerTransportProvider",
				"sessionLastAccessTimes");
		for (String web : List.of("webmvc.transport.WebMvc", "webflux.transport.WebFlux")) {
			String transport = "org.springframework.ai.mcp.server." + web;
			field(hints, classLoader, transport + "StreamableServerTransportProvider", "mcpEndpoint",
					"contextExtractor", "sessionFactory", "sessions");
			field(hints, classLoader, transport + "StatelessServerTransport", "mcpEndpoint", "contextExtractor",
					"mcpHandler");
		}
	}

	/**
	 * By name, because the class may be missing.
	 */
	private static void field(RuntimeHints hints, @Nullable ClassLoader classLoader, String type, String... fields) {
		hints.reflection().registerTypeIfPresent(classLoader, type, (hint) -> {
			for (String field : fields) {
				hint.withField(field);
			}
		});
	}

}
