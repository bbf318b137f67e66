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

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Logs a line for each request: method, path, status and what was decided. Never a query,
 * a header or a body, for these may hold a secret or a token.
 *
 * @since 0.1.0
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public class RequestLog extends OncePerRequestFilter {

	private static final Logger log = LoggerFactory.getLogger(RequestLog.class);

	private static final String NOTE = RequestLog.class.getName() + ".note";

	/**
	 * Adds something to the line of a request.
	 * @param request the request
	 * @param note what to add: neither a secret nor a token; control characters are
	 * replaced
	 */
	public static void note(HttpServletRequest request, @Nullable String note) {
		request.setAttribute(NOTE, note);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		try {
			chain.doFilter(request, response);
		}
		finally {
			Object note = request.getAttribute(NOTE);
			log.info("{} {} {}{}", printable(request.getMethod()), printable(request.getRequestURI()),
					response.getStatus(), (note != null) ? " " + printable(note.toString()) : "");
		}
	}

	private static String printable(String text) {
		String bounded = (text.length() > 300) ? text.substring(0, 300) + "..." : text;
		return bounded.replaceAll("\\p{C}", "?");
	}

}
