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

package dev.lumoauth.devserver.web;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

import dev.lumoauth.devserver.config.DevProperties;

/**
 * Refuses requests that a web page of another site could make a browser of this machine
 * send. The name in {@code Host} has to be a name of the loopback interface, or a name by
 * which other containers know this server. A page whose name resolves to 127.0.0.1 (DNS
 * rebinding) sends its own name there. A request with an {@code Origin} or
 * {@code Sec-Fetch-Site} of another site is refused too, with two exceptions: an
 * application of another origin sends its users here to log in or to consent, and links
 * to the console. The browser shows these pages as a whole page and never in a frame, and
 * these pages send the user's choice.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class LoopbackFilter extends OncePerRequestFilter {

	private static final Pattern LOOPBACK = Pattern
		.compile("(?:localhost|[a-z0-9-]+\\.localhost|127(?:\\.\\d{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1])(?::\\d+)?");

	private static final Pattern LOGIN = Pattern.compile(
			"/(?:t|orgs)/[^/;%]+/(?:api/v1" + ApiPaths.AUTHORIZE + "|api/v1/aauth/agent/auth|portal/aauth/authorize)");

	private final Set<String> networkNames;

	@Autowired
	LoopbackFilter(DevProperties properties) {
		this(properties.networkNames());
	}

	LoopbackFilter(Set<String> networkNames) {
		this.networkNames = networkNames;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		String host = request.getHeader(HttpHeaders.HOST);
		if (host == null || !isOurs(host.toLowerCase(Locale.ROOT))) {
			refuse(response, "forbidden_host",
					"The dev server answers requests to localhost and to its --dev.network-names only");
		}
		else if (isCrossSite(request, host)) {
			refuse(response, "forbidden_origin", "The dev server refuses requests of other sites' pages");
		}
		else {
			chain.doFilter(request, response);
		}
	}

	private boolean isOurs(String host) {
		return LOOPBACK.matcher(host).matches() || this.networkNames.contains(host.replaceFirst(":\\d+$", ""));
	}

	private boolean isCrossSite(HttpServletRequest request, String host) {
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		String site = request.getHeader("Sec-Fetch-Site");
		return (origin != null && !origin.equalsIgnoreCase(request.getScheme() + "://" + host))
				|| (isElsewhere(site) && !isPage(request));
	}

	private boolean isPage(HttpServletRequest request) {
		String path = request.getRequestURI();
		return HttpMethod.GET.matches(request.getMethod())
				&& (ApiPaths.isPageOfConsole(path) || LOGIN.matcher(path).matches())
				&& "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
				&& "document".equals(request.getHeader("Sec-Fetch-Dest"));
	}

	private boolean isElsewhere(@Nullable String site) {
		return site != null && !site.equals("same-origin") && !site.equals("none");
	}

	private void refuse(HttpServletResponse response, String code, String message) throws IOException {
		ErrorAnswer.api(HttpStatus.FORBIDDEN, code, message).writeTo(response);
	}

}
