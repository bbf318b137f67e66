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

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.modelcontextprotocol.server.transport.DefaultServerTransportSecurityValidator;
import io.modelcontextprotocol.server.transport.ServerTransportSecurityException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatus;

import dev.lumoauth.spring.http.Excerpt;

/**
 * Accepts only requests to this server's own names, and none from a web page unless the
 * page is this server's own or is configured: a page whose name resolves to 127.0.0.1
 * reaches a local server behind a firewall (DNS rebinding; the section about transports
 * of the MCP specification requires servers to prevent it).
 */
final class HostCheck {

	private static final Log logger = LogFactory.getLog(HostCheck.class);

	private static final List<String> LOOPBACK = List.of("localhost:*", "127.0.0.1:*", "[::1]:*", "localhost",
			"127.0.0.1", "[::1]");

	private static final int MAX_WARNINGS = 10;

	private final AtomicInteger hostWarnings = new AtomicInteger();

	private final AtomicInteger originWarnings = new AtomicInteger();

	private final DefaultServerTransportSecurityValidator validator;

	HostCheck(List<String> hosts, List<String> origins, @Nullable URI resource) {
		List<String> names = new ArrayList<>(LOOPBACK);
		hosts.forEach((host) -> names.add(host.toLowerCase(Locale.ROOT)));
		if (resource != null) {
			names.addAll(names(resource));
		}
		this.validator = DefaultServerTransportSecurityValidator.builder()
			.allowedHosts(names)
			.allowedOrigins(origins.stream().map((origin) -> origin.toLowerCase(Locale.ROOT)).toList())
			.build();
	}

	/**
	 * A client may name the usual port or leave it out.
	 */
	private static List<String> names(URI resource) {
		String host = resource.getHost().toLowerCase(Locale.ROOT);
		int usual = "https".equalsIgnoreCase(resource.getScheme()) ? 443 : 80;
		int port = (resource.getPort() >= 0) ? resource.getPort() : usual;
		return (port == usual) ? List.of(host, host + ":" + port) : List.of(host + ":" + port);
	}

	/**
	 * Check the names in a request: those in its headers, and the host according to a
	 * trusted proxy.
	 * @param request the request
	 * @return the refusal, or {@code null} if there is none
	 */
	McpVerdict.@Nullable Answer refusal(HttpRequest request) {
		String authority = String.valueOf(request.getURI().getAuthority()).toLowerCase(Locale.ROOT);
		Map<String, List<String>> headers = headers(request.getHeaders());
		for (String name : headers.keySet()) {
			// Others on the way may have read the other one.
			if (headers.get(name).size() > 1) {
				return refused(name.equals(HttpHeaders.HOST) ? HttpStatus.BAD_REQUEST : HttpStatus.FORBIDDEN,
						"There is more than one header " + name);
			}
		}
		// HTTP/2 has :authority instead.
		headers.putIfAbsent(HttpHeaders.HOST, List.of(authority));
		List<String> hosts = Stream.concat(headers.get(HttpHeaders.HOST).stream(), Stream.of(authority))
			.distinct()
			.toList();
		List<String> origins = headers.getOrDefault(HttpHeaders.ORIGIN, List.of());
		if (isOwnPage(request, hosts, origins)) {
			headers.remove(HttpHeaders.ORIGIN);
		}
		try {
			this.validator.validateHeaders(headers);
			this.validator.validateHeaders(Map.of(HttpHeaders.HOST, List.of(authority)));
			return null;
		}
		catch (ServerTransportSecurityException ex) {
			boolean host = ex.getStatusCode() == 421;
			log(host ? HttpHeaders.HOST : HttpHeaders.ORIGIN, host ? hosts : origins);
			return refused(HttpStatus.valueOf(ex.getStatusCode()),
					host ? "The Host is not one of this server's hosts" : "Requests from this Origin are not accepted");
		}
	}

	/**
	 * Strangers must not fill the log.
	 */
	private void log(String header, List<String> values) {
		String text = "Refused: a request to the MCP server with the " + header + " '"
				+ Excerpt.of(String.join("', '", values)) + "'. If it is yours, add it to lumoauth.mcp.server.allowed-"
				+ header.toLowerCase(Locale.ROOT) + "s";
		// Many strange hosts must not hide a page.
		AtomicInteger warnings = header.equals(HttpHeaders.HOST) ? this.hostWarnings : this.originWarnings;
		if (warnings.get() < MAX_WARNINGS && warnings.getAndIncrement() < MAX_WARNINGS) {
			logger.warn(text + ". Logged " + MAX_WARNINGS + " times, then at level debug");
		}
		else {
			logger.debug(text);
		}
	}

	private static McpVerdict.Answer refused(HttpStatus status, String reason) {
		return new McpVerdict.Answer(status.value(), Map.of(),
				Map.of("error", "invalid_request", "error_description", reason));
	}

	/**
	 * Return whether the request comes from a page of the host that the request is for.
	 * The host itself is checked in any case. Without the headers of a proxy, a request
	 * by {@code https} may look like one by {@code http}.
	 */
	private static boolean isOwnPage(HttpRequest request, List<String> hosts, List<String> origins) {
		return hosts.stream()
			.anyMatch((host) -> origins.contains("https://" + host)
					|| origins.contains(request.getURI().getScheme() + "://" + host));
	}

	private static Map<String, List<String>> headers(HttpHeaders all) {
		Map<String, List<String>> headers = new HashMap<>();
		for (String name : List.of(HttpHeaders.HOST, HttpHeaders.ORIGIN)) {
			List<String> values = all.getOrEmpty(name);
			if (!values.isEmpty()) {
				headers.put(name, values.stream().map((value) -> value.toLowerCase(Locale.ROOT)).toList());
			}
		}
		return headers;
	}

}
