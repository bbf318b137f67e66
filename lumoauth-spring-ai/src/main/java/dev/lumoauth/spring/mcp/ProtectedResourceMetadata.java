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

package dev.lumoauth.spring.mcp;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.LumoAuthJson;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Reads a server's protected-resource metadata (RFC 9728), without a token.
 */
final class ProtectedResourceMetadata {

	private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

	private static final int MAX_BYTES = 64 * 1024;

	private final RestClient http;

	/**
	 * Create a reader.
	 * @param http makes the requests: without credentials, without following redirects
	 */
	ProtectedResourceMetadata(RestClient http) {
		this.http = http;
	}

	/**
	 * Read a server's resource identifier. The first address is that for a resource with
	 * its own path (section 3.1). If nothing is there, the address for the host is read.
	 * @param endpoint the connection
	 * @return the resource, whose identifier is the connection's address or its host's
	 * @throws LumoAuthUnavailableException if there is no identifier that can be trusted
	 */
	Resource resourceOf(McpConnectionAddress endpoint) {
		URI url = endpoint.url();
		String host = url.getScheme() + "://" + url.getRawAuthority();
		String path = (url.getRawPath() != null) ? url.getRawPath() : "";
		String query = (url.getRawQuery() != null) ? "?" + url.getRawQuery() : "";
		if (!path.isEmpty() && !path.equals("/")) {
			Resource resource = read(endpoint, URI.create(host + WELL_KNOWN + path + query), url.toString());
			if (resource != null) {
				return resource;
			}
		}
		URI root = URI.create(host + WELL_KNOWN);
		Resource resource = read(endpoint, root, host);
		if (resource == null) {
			throw unusable(endpoint, root, "there is none", null);
		}
		return resource;
	}

	/**
	 * Read the metadata at one place.
	 * @return the resource, or {@code null} if there is nothing
	 */
	private @Nullable Resource read(McpConnectionAddress endpoint, URI place, String expected) {
		Optional<byte[]> body;
		try {
			body = this.http.get()
				.uri(place)
				.accept(MediaType.APPLICATION_JSON)
				.exchange((request, response) -> body(endpoint, place, response));
		}
		catch (RestClientException ex) {
			throw unusable(endpoint, place, "the server can't be reached", ex);
		}
		return body.map((json) -> resource(endpoint, place, json, expected)).orElse(null);
	}

	private static Optional<byte[]> body(McpConnectionAddress endpoint, URI place, ClientHttpResponse response)
			throws IOException {
		HttpStatusCode status = response.getStatusCode();
		if (status.value() == 404) {
			return Optional.empty();
		}
		if (status.value() != 200) {
			throw unusable(endpoint, place, "the server answers " + status.value(), null);
		}
		byte[] body = response.getBody().readNBytes(MAX_BYTES + 1);
		if (body.length > MAX_BYTES) {
			throw unusable(endpoint, place, "it is longer than " + MAX_BYTES + " bytes", null);
		}
		return Optional.of(body);
	}

	/**
	 * Section 3.3: the metadata of another resource must not be used. Otherwise any
	 * server could ask for tokens that are meant for another.
	 */
	private static Resource resource(McpConnectionAddress endpoint, URI place, byte[] body, String expected) {
		Map<String, Object> metadata;
		try {
			metadata = LumoAuthJson.read(body);
		}
		catch (IllegalArgumentException ex) {
			throw unusable(endpoint, place, "it is " + ex.getMessage(), null);
		}
		if (!(metadata.get("resource") instanceof String resource)) {
			throw unusable(endpoint, place, "it has no 'resource'", null);
		}
		// A slash after the host does not change the identifier (section 3.1).
		if (resource.equals(expected) || (place.getRawPath().equals(WELL_KNOWN) && resource.equals(expected + "/"))) {
			return new Resource(resource, Boolean.TRUE.equals(metadata.get("dpop_bound_access_tokens_required")));
		}
		throw unusable(endpoint, place, "its 'resource' is not " + expected + ", as RFC 9728 section 3.3 requires",
				null);
	}

	private static LumoAuthUnavailableException unusable(McpConnectionAddress endpoint, URI place, String why,
			@Nullable Throwable cause) {
		return new LumoAuthUnavailableException("The protected-resource metadata for " + endpoint + ", at "
				+ place.getScheme() + "://" + place.getRawAuthority() + place.getRawPath() + ", can't be used: " + why
				+ ". Set lumoauth.mcp.connections." + endpoint.connection().name()
				+ ".audience or .resource instead of .discover, or correct the server's metadata", cause);
	}

	/**
	 * A server's metadata.
	 *
	 * @param id its resource identifier
	 * @param dpopRequired whether it accepts only tokens that are bound to a key (RFC
	 * 9449)
	 */
	record Resource(String id, boolean dpopRequired) {
	}

}
