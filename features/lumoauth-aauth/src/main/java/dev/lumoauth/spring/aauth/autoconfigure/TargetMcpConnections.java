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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

import dev.lumoauth.spring.aauth.agent.AAuthTarget;

/**
 * The MCP connections whose requests are signed, read from their properties, because this
 * module works without MCP's classes too. If the address of a connection is not in the
 * properties, the resource token is requested at the resource identifier.
 */
final class TargetMcpConnections {

	private static final String SPRING_AI = "spring.ai.mcp.client.";

	private TargetMcpConnections() {
	}

	static Map<String, Signed> of(Binder binder) {
		Map<String, Http> streamable = map(binder, SPRING_AI + "streamable-http.connections", Http.class);
		Map<String, Http> sse = map(binder, SPRING_AI + "sse.connections", Http.class);
		Map<String, Signed> signed = new LinkedHashMap<>();
		map(binder, "lumoauth.mcp.connections", Connection.class).forEach((name, connection) -> {
			String resource = connection.resource();
			if (connection.aauth() && StringUtils.hasText(resource)) {
				signed.put(name, new Signed(resource, address(resource, streamable.get(name), sse.get(name)),
						Set.copyOf(connection.scopes())));
			}
		});
		return signed;
	}

	private static <T> Map<String, T> map(Binder binder, String name, Class<T> type) {
		return binder.bind(name, Bindable.mapOf(String.class, type)).orElseGet(LinkedHashMap::new);
	}

	private static URI address(String resource, @Nullable Http streamable, @Nullable Http sse) {
		if (streamable != null && StringUtils.hasText(streamable.url())) {
			return URI.create(streamable.url()).resolve(streamable.endpoint());
		}
		if (sse != null && StringUtils.hasText(sse.url())) {
			return URI.create(sse.url()).resolve(sse.sseEndpoint());
		}
		return URI.create(resource);
	}

	/**
	 * A connection in Spring AI's properties.
	 *
	 * @param url its base address
	 * @param endpoint its path, of streamable HTTP
	 * @param sseEndpoint its path, of SSE
	 */
	record Http(@Nullable String url, @DefaultValue("/mcp") String endpoint, @DefaultValue("/sse") String sseEndpoint) {
	}

	/**
	 * A listed connection.
	 *
	 * @param aauth whether its requests are signed
	 * @param resource its resource identifier
	 * @param scopes the scopes to request
	 */
	record Connection(@DefaultValue("false") boolean aauth, @Nullable String resource,
			@DefaultValue List<String> scopes) {
	}

	/**
	 * A connection whose requests are signed.
	 *
	 * @param resource its resource identifier
	 * @param address the address of its endpoint
	 * @param scopes the scopes to request
	 */
	record Signed(String resource, URI address, Set<String> scopes) {

		AAuthTarget target(String property) {
			return new AAuthTarget(property, this.resource, this.address, this.scopes, null);
		}

	}

}
