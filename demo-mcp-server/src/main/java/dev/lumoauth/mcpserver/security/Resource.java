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

package dev.lumoauth.mcpserver.security;

import java.net.URI;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * The addresses of this server, as its clients know it: those of the public URL, or of
 * the request, whose {@code Host} is one of ours by then ({@link HostFilter}).
 */
@Component
class Resource {

	/** RFC 9728, section 3. */
	static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

	/** The path of the MCP endpoint, as a placeholder. */
	static final String ENDPOINT = "${spring.ai.mcp.server.streamable-http.mcp-endpoint:/mcp}";

	private final @Nullable URI publicUrl;

	private final String endpoint;

	Resource(ServerProperties properties, @Value(ENDPOINT) String endpoint) {
		this.publicUrl = properties.publicUrl();
		this.endpoint = endpoint;
	}

	String endpoint() {
		return this.endpoint;
	}

	/** Where a request's own resource is: the same path without the well-known part. */
	String identifierFor(HttpServletRequest metadataRequest) {
		return origin(metadataRequest) + metadataRequest.getRequestURI().replaceFirst(WELL_KNOWN, "");
	}

	/** The address of the metadata whose {@code resource} is the MCP endpoint. */
	String metadataUrl(HttpServletRequest request) {
		return origin(request) + WELL_KNOWN + this.endpoint;
	}

	private String origin(HttpServletRequest request) {
		return (this.publicUrl != null) ? this.publicUrl.toString()
				: ServletUriComponentsBuilder.fromContextPath(request).replacePath(null).build().toUriString();
	}

}
