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

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.modelcontextprotocol.server.transport.DefaultServerTransportSecurityValidator;
import io.modelcontextprotocol.server.transport.ServerTransportSecurityException;
import io.modelcontextprotocol.server.transport.ServerTransportSecurityValidator;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers requests to this server's own names only, and none of a web page, unless it is
 * told to: a page whose name resolves to 127.0.0.1 reaches a local server past a firewall
 * (DNS rebinding, which the MCP specification has servers guard against in its section
 * about transports). It stands before the check of the token, and in both protocols.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class HostFilter extends OncePerRequestFilter {

	private static final List<String> LOOPBACK = List.of("localhost:*", "127.0.0.1:*", "[::1]:*");

	private final ServerTransportSecurityValidator validator;

	HostFilter(ServerProperties properties) {
		List<String> hosts = new ArrayList<>(LOOPBACK);
		properties.allowedHosts().forEach((host) -> hosts.add(host.toLowerCase(Locale.ROOT)));
		if (properties.publicUrl() != null) {
			hosts.add(properties.publicUrl().getAuthority().toLowerCase(Locale.ROOT));
		}
		this.validator = DefaultServerTransportSecurityValidator.builder()
			.allowedHosts(hosts)
			.allowedOrigins(properties.allowedOrigins())
			.build();
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		try {
			this.validator.validateHeaders(headers(request));
		}
		catch (ServerTransportSecurityException ex) {
			response.setStatus(ex.getStatusCode());
			response.setContentType("text/plain");
			response.getWriter().println(ex.getMessage());
			return;
		}
		chain.doFilter(request, response);
	}

	private static Map<String, List<String>> headers(HttpServletRequest request) {
		Map<String, List<String>> headers = new HashMap<>();
		for (String name : List.of(HttpHeaders.HOST, HttpHeaders.ORIGIN)) {
			List<String> values = Collections.list(request.getHeaders(name));
			if (!values.isEmpty()) {
				headers.put(name, values.stream().map((value) -> value.toLowerCase(Locale.ROOT)).toList());
			}
		}
		return headers;
	}

}
