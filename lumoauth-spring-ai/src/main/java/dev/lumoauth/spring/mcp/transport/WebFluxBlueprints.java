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

package dev.lumoauth.spring.mcp.transport;

import io.modelcontextprotocol.spec.McpClientTransport;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.mcp.client.webflux.transport.WebClientStreamableHttpTransport;
import org.springframework.ai.mcp.client.webflux.transport.WebFluxSseClientTransport;

/**
 * The transports over a {@code WebClient}, in a separate class because their classes may
 * be missing.
 */
final class WebFluxBlueprints {

	private WebFluxBlueprints() {
	}

	@SuppressWarnings("removal") // HTTP with SSE is still in use
	static @Nullable TransportBlueprint of(McpClientTransport transport, @Nullable Object builder) {
		if (transport instanceof WebClientStreamableHttpTransport streamable
				&& builder instanceof WebClientStreamableHttpTransport.Builder with) {
			return new WebClientStreamableBlueprint(streamable, with);
		}
		return (transport instanceof WebFluxSseClientTransport sse) ? new WebFluxSseBlueprint(sse) : null;
	}

}
