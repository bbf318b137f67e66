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

package dev.lumoauth.spring.aauth.resource;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.ClassUtils;

import dev.lumoauth.spring.aauth.signature.ReceivedRequest;

/**
 * A request as the server received it: without what {@code X-Forwarded-*} headers and
 * filters made of it. A signature counts for that request, and only if the application
 * handles the same method, path, query and token. A difference is refused: whoever can
 * send the header that made the difference could have a signature count for another
 * resource.
 *
 * @param method the method
 * @param host the host; {@code null} = the client named none
 * @param path the path, not decoded
 * @param query the query, not decoded; {@code null} = there is no question mark
 * @param headers returns the values of a header
 */
record SentRequest(String method, @Nullable String host, String path, @Nullable String query,
		Function<String, List<String>> headers) {

	private static final boolean NETTY = ClassUtils.isPresent("reactor.netty.http.server.HttpServerRequest",
			SentRequest.class.getClassLoader());

	private static final boolean SERVLET = ClassUtils.isPresent("jakarta.servlet.http.HttpServletRequest",
			SentRequest.class.getClassLoader());

	/**
	 * Return the request that a servlet handles.
	 * @throws RefusedRequestException if the servlet handles another request than the one
	 * that was sent
	 */
	static SentRequest of(HttpServletRequest handled) {
		HttpServletRequest received = Servlet.received(handled);
		SentRequest sent = Servlet.sent(received);
		sent.checkHandled(handled.getMethod(), handled.getQueryString(),
				Servlet.headers(handled).apply(HttpHeaders.AUTHORIZATION),
				Servlet.pathWithinApplication(received).equals(Servlet.pathWithinApplication(handled)));
		return sent;
	}

	/**
	 * Return the request that a reactive handler handles.
	 * @throws RefusedRequestException if the handler handles another request than the one
	 * that was sent
	 */
	static SentRequest of(ServerHttpRequest handled) {
		Object received = ServerHttpRequestDecorator.getNativeRequest(handled);
		SentRequest sent = null;
		if (NETTY) {
			sent = Netty.sent(received);
		}
		if (sent == null && SERVLET) {
			sent = Servlet.sent(received);
		}
		if (sent == null) {
			throw refused("A signature can be checked on Reactor Netty and on Tomcat, and not on this server");
		}
		String path = handled.getURI().getRawPath();
		String prefix = path.substring(0, Math.max(0, path.length() - sent.path.length()));
		sent.checkHandled(handled.getMethod().name(), handled.getURI().getRawQuery(),
				handled.getHeaders().getOrEmpty(HttpHeaders.AUTHORIZATION),
				path.equals(prefix + sent.path) && handled.getPath().value().equals(path)
						&& handled.getPath().contextPath().value().startsWith(prefix));
		return sent;
	}

	private void checkHandled(String method, @Nullable String query, List<String> authorization, boolean samePath) {
		if (!samePath || !this.method.equals(method) || !Objects.equals(this.query, query)
				|| !this.headers.apply(HttpHeaders.AUTHORIZATION).equals(authorization)) {
			throw refused("The method, the path, the query or the token was changed in front of this filter: a "
					+ "signature counts only for the request that was sent");
		}
	}

	/**
	 * Return the request as its signature covers it.
	 * @throws RefusedRequestException if the client named no host
	 */
	ReceivedRequest received(String scheme, byte[] body) {
		if (this.host == null) {
			throw refused("The request names no host, or several. By HTTP/2 with X-Forwarded-Host, its host is not "
					+ "known: have the proxy use HTTP/1.1, or leave that header out");
		}
		return new ReceivedRequest(this.method, scheme, this.host, this.path, this.query, this.headers, body);
	}

	private static RefusedRequestException refused(String message) {
		return new RefusedRequestException(Refusal.SIGNATURE, message);
	}

	private static final class Servlet {

		static HttpServletRequest received(HttpServletRequest handled) {
			ServletRequest received = handled;
			while (received instanceof HttpServletRequestWrapper wrapper) {
				received = wrapper.getRequest();
			}
			return (HttpServletRequest) received;
		}

		static @Nullable SentRequest sent(Object received) {
			return (received instanceof HttpServletRequest request) ? sent(received(request)) : null;
		}

		static SentRequest sent(HttpServletRequest received) {
			return new SentRequest(received.getMethod(), host(received), received.getRequestURI(),
					received.getQueryString(), headers(received));
		}

		static Function<String, List<String>> headers(HttpServletRequest request) {
			return (name) -> Collections.list(request.getHeaders(name));
		}

		/**
		 * Only HTTP/2 has no {@code Host} header: there the name of the server is
		 * {@code :authority}, unless Tomcat has taken it from {@code X-Forwarded-Host}.
		 * The containers refuse a target of another host.
		 */
		private static @Nullable String host(HttpServletRequest received) {
			List<String> hosts = Collections.list(received.getHeaders("Host"));
			if (hosts.isEmpty() && received.getProtocol().startsWith("HTTP/2")
					&& received.getHeader("X-Forwarded-Host") == null) {
				int port = received.getServerPort();
				return received.getServerName() + ((port == (received.isSecure() ? 443 : 80)) ? "" : ":" + port);
			}
			return (hosts.size() == 1) ? hosts.get(0).strip() : null;
		}

		/**
		 * The context path is the container's, or the prefix that a proxy's header names.
		 */
		static String pathWithinApplication(HttpServletRequest request) {
			return request.getRequestURI().substring(request.getContextPath().length());
		}

	}

	private static final class Netty {

		/** Origin form, or absolute form (RFC 9112 section 3.2). */
		private static final Pattern TARGET = Pattern.compile("(?:(?i:https?)://([^/?#]+))?(/[^?#]*)(?:\\?([^#]*))?");

		static @Nullable SentRequest sent(Object received) {
			if (!(received instanceof HttpServerRequest request)) {
				return null;
			}
			Matcher target = TARGET.matcher(request.uri());
			if (!target.matches()) {
				throw refused("The target of the request is neither a path nor an address");
			}
			List<String> hosts = request.requestHeaders().getAll("Host");
			String host = (hosts.size() == 1) ? hosts.get(0).strip() : null;
			String named = target.group(1);
			return new SentRequest(request.method().name(),
					(named == null || named.equalsIgnoreCase(host)) ? host : null, target.group(2), target.group(3),
					request.requestHeaders()::getAll);
		}

	}

}
