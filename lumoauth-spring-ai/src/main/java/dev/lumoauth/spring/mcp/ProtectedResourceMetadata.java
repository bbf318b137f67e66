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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.Excerpt;
import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.http.Origin;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Reads a server's protected-resource metadata (RFC 9728), without a token. What the
 * server says is foreign text: it can name no place outside the connection's own origin,
 * and no other resource.
 */
final class ProtectedResourceMetadata {

	private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

	private static final int MAX_BYTES = 64 * 1024;

	private static final int MAX_HEADER = 8_192;

	/** Has no effect at any server, and opens no session. */
	private static final String PING = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";

	private static final Pattern PLACE = Pattern
		.compile("(?i)(?:^|[\\s,])resource_metadata\\s*+=\\s*+(?:\"([^\"\\\\]++)\"|([^\\s,\"]++))");

	private final RestClient http;

	/**
	 * Create a reader.
	 * @param requestFactory makes the requests; it must have connect and read timeouts
	 * and must not follow redirects
	 */
	ProtectedResourceMetadata(ClientHttpRequestFactory requestFactory) {
		// A separate client: an application's interceptors might add credentials.
		this.http = RestClient.builder().requestFactory(requestFactory).build();
	}

	/**
	 * Read a server's resource identifier. The first address is the one that the server
	 * names when it refuses a request without a token (section 5.1), if it is at the
	 * connection's own origin. Then comes the address for a resource with its own path
	 * (section 3.1), and then the address for the host.
	 * @param endpoint the connection
	 * @return the resource, whose identifier is the connection's address or its host's
	 * @throws LumoAuthUnavailableException if there is no identifier that can be trusted
	 */
	Resource resourceOf(McpConnectionAddress endpoint) {
		URI url = endpoint.url();
		String host = url.getScheme() + "://" + url.getRawAuthority();
		String path = (url.getRawPath() != null) ? url.getRawPath() : "";
		String query = (url.getRawQuery() != null) ? "?" + url.getRawQuery() : "";
		URI root = URI.create(host + WELL_KNOWN);
		URI named = placeNamedBy(endpoint, root);
		boolean foreign = named != null && !isAtOriginOf(endpoint, named);
		Map<URI, String> places = new LinkedHashMap<>();
		if (named != null && !foreign) {
			places.put(named, named.equals(root) ? host : url.toString());
		}
		if (!path.isEmpty() && !path.equals("/")) {
			places.putIfAbsent(URI.create(host + WELL_KNOWN + path + query), url.toString());
		}
		places.putIfAbsent(root, host);
		return places.entrySet()
			.stream()
			.map((place) -> read(endpoint, place.getKey(), place.getValue()))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(
					() -> unusable(endpoint, root,
							foreign ? "there is none, and the server's 401 names an address of another origin ("
									+ Excerpt.of(String.valueOf(named)) + "), which is not read" : "there is none",
							null));
	}

	/**
	 * Ask the server, without a token, where its metadata is.
	 */
	private @Nullable URI placeNamedBy(McpConnectionAddress endpoint, URI root) {
		try {
			List<String> challenges = this.http.post()
				.uri(endpoint.url())
				.contentType(MediaType.APPLICATION_JSON)
				.accept(MediaType.APPLICATION_JSON, MediaType.TEXT_EVENT_STREAM)
				.body(PING)
				.exchange((request, response) -> (response.getStatusCode().value() == 401)
						? response.getHeaders().getOrEmpty(HttpHeaders.WWW_AUTHENTICATE) : List.<String>of());
			return Objects.requireNonNull(challenges)
				.stream()
				.filter((challenge) -> challenge.length() <= MAX_HEADER)
				.map(PLACE::matcher)
				.filter(Matcher::find)
				.map((place) -> URI.create((place.group(1) != null) ? place.group(1) : place.group(2)))
				.findFirst()
				.orElse(null);
		}
		catch (RestClientException ex) {
			throw unusable(endpoint, root, "the server can't be reached", ex);
		}
		catch (IllegalArgumentException ex) {
			return null; // no address
		}
	}

	private static boolean isAtOriginOf(McpConnectionAddress endpoint, URI place) {
		try {
			return place.getRawUserInfo() == null && Origin.of(place).equals(endpoint.origin());
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
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
	private Resource resource(McpConnectionAddress endpoint, URI place, byte[] body, String expected) {
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
