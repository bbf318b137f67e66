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

package dev.lumoauth.demo.page;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Protects the demo, which has no login. Refuses requests that a page of another site
 * makes a browser of this machine send. Allows the demo's page only its own script, style
 * and requests. Clients other than browsers send neither {@code Origin} nor
 * {@code Sec-Fetch-Site}.
 */
@Component
class LocalPages extends OncePerRequestFilter {

	private static final Pattern LOOPBACK = Pattern.compile("(?:localhost|127(?:\\.\\d{1,3}){3}|\\[::1])(?::\\d+)?");

	private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
			+ " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		response.setHeader("Content-Security-Policy", POLICY);
		response.setHeader("Referrer-Policy", "no-referrer");
		response.setHeader("X-Content-Type-Options", "nosniff");
		// Also the script and the style: all builds of the demo have files of the same
		// date.
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
		String host = request.getHeader(HttpHeaders.HOST);
		if (host == null || !LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
			refuse(response, "The demo answers requests to localhost only.");
			return;
		}
		if (isForeign(request, host)) {
			refuse(response, "The demo refuses requests of other sites' pages.");
			return;
		}
		chain.doFilter(request, response);
	}

	private static void refuse(HttpServletResponse response, String reason) throws IOException {
		response.setStatus(HttpServletResponse.SC_FORBIDDEN);
		response.setContentType("text/plain;charset=UTF-8");
		response.getWriter().println(reason);
	}

	private static boolean isForeign(HttpServletRequest request, String host) {
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		if (origin != null && !origin.equalsIgnoreCase(request.getScheme() + "://" + host)) {
			return true;
		}
		String site = request.getHeader("Sec-Fetch-Site");
		boolean link = "GET".equals(request.getMethod()) && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
				&& "document".equals(request.getHeader("Sec-Fetch-Dest"));
		return site != null && !site.equals("same-origin") && !site.equals("none") && !link;
	}

}
