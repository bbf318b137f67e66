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

package dev.lumoauth.devserver.tls;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.lumoauth.devserver.web.ApiPaths;

/**
 * Makes requests to the TLS port belong to the same issuer as requests to the first port.
 * The issuer's metadata names both ports.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 12)
class TlsAddress extends OncePerRequestFilter {

	private final TlsPort port;

	private volatile int mainPort;

	TlsAddress(TlsPort port) {
		this.port = port;
	}

	@EventListener
	void started(ServletWebServerInitializedEvent event) {
		this.mainPort = event.getWebServer().getPort();
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (this.port.number() > 0 && request.getLocalPort() == this.port.number()) {
			ApiPaths.setServer(request, "http://%s:%d".formatted(request.getServerName(), this.mainPort));
		}
		chain.doFilter(request, response);
	}

}
