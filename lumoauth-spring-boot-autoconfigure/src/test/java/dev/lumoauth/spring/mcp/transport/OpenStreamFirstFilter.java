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

package dev.lumoauth.spring.mcp.transport;

import java.io.IOException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets a message to an SSE server of Spring MVC wait until streams that are being opened
 * are open. Without it the first answer of such a server is lost in about one of a
 * hundred connections on one machine: Spring MVC's builder of events isn't safe for
 * threads, Spring AI locks it for answers only, and a near client's first message comes
 * while the opening thread still clears what it has written.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class OpenStreamFirstFilter extends OncePerRequestFilter {

	private final ReadWriteLock opening = new ReentrantReadWriteLock();

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (!request.getRequestURI().equals("/sse")) {
			this.opening.readLock().lock();
			this.opening.readLock().unlock();
			chain.doFilter(request, response);
			return;
		}
		this.opening.writeLock().lock();
		try {
			chain.doFilter(request, response);
		}
		finally {
			this.opening.writeLock().unlock();
		}
	}

}
