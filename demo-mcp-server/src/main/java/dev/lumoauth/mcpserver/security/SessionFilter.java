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

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps an MCP session to the one who began it: its id is no credential, and the id of
 * another is answered like one that does not exist, with 404, which tells a client to
 * begin a session of its own.
 */
class SessionFilter extends OncePerRequestFilter {

	static final String HEADER = "Mcp-Session-Id";

	private static final Log log = LogFactory.getLog(SessionFilter.class);

	private final McpSessions sessions;

	SessionFilter(McpSessions sessions) {
		this.sessions = sessions;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Caller caller = Caller.current();
		String session = request.getHeader(HEADER);
		if (session != null && !this.sessions.belongsTo(session, caller)) {
			if (this.sessions.isKnown(session)) {
				log.warn("Refused: the MCP session of another, asked for by " + LogText.of(caller));
			}
			response.setStatus(HttpStatus.NOT_FOUND.value());
			return;
		}
		chain.doFilter(request, new BeginningResponse(response, caller));
		if (session != null && HttpMethod.DELETE.matches(request.getMethod())
				&& response.getStatus() == HttpStatus.OK.value()) {
			this.sessions.end(session);
		}
	}

	/**
	 * Sees the id of a new session before the client does.
	 */
	private final class BeginningResponse extends HttpServletResponseWrapper {

		private final Caller caller;

		BeginningResponse(HttpServletResponse response, Caller caller) {
			super(response);
			this.caller = caller;
		}

		@Override
		public void setHeader(String name, String value) {
			begin(name, value);
			super.setHeader(name, value);
		}

		@Override
		public void addHeader(String name, String value) {
			begin(name, value);
			super.addHeader(name, value);
		}

		private void begin(String name, String value) {
			if (name.equalsIgnoreCase(HEADER)) {
				SessionFilter.this.sessions.begin(value, this.caller);
			}
		}

	}

}
