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

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.lumoauth.spring.guard.tool.PrivateField;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpTransportContextExtractor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ResponseStatusException;

/**
 * Passes the sender of a request on to the tool, in the context that a transport creates
 * from the request, because tools run on other threads. A request that reaches a
 * transport without passing the security is refused here, whatever its path is.
 */
final class CallerContext implements McpTransportContextExtractor<Object> {

	private static final boolean SERVLET = isPresent("org.springframework.web.servlet.function.ServerRequest");

	private static final boolean REACTIVE = isPresent("org.springframework.web.reactive.function.server.ServerRequest");

	private static final Log logger = LogFactory.getLog(CallerContext.class);

	private final McpTransportContextExtractor<Object> others;

	private final AtomicBoolean warned = new AtomicBoolean();

	private CallerContext(McpTransportContextExtractor<Object> others) {
		this.others = others;
	}

	private static boolean isPresent(String type) {
		return ClassUtils.isPresent(type, CallerContext.class.getClassLoader());
	}

	/**
	 * Let a transport carry callers, in addition to its own data.
	 * @param transport a transport of Spring AI's
	 */
	@SuppressWarnings("unchecked")
	static void addTo(Object transport) {
		PrivateField<McpTransportContextExtractor<Object>> field = (PrivateField<McpTransportContextExtractor<Object>>) (PrivateField<?>) PrivateField
			.of(transport.getClass(), "contextExtractor", McpTransportContextExtractor.class);
		McpTransportContextExtractor<Object> others = field.get(transport);
		if (!(others instanceof CallerContext)) {
			field.set(transport, new CallerContext(others));
		}
	}

	static @Nullable CallerAuthenticationToken callerOf(McpTransportContext context) {
		return (context.get(McpVerdict.CALLER) instanceof CallerAuthenticationToken caller) ? caller : null;
	}

	@Override
	public McpTransportContext extract(Object request) {
		if (!(attributes(request).get(McpVerdict.CALLER) instanceof CallerAuthenticationToken caller)) {
			if (this.warned.compareAndSet(false, true)) {
				logger.warn("Refused: a request reached the MCP server without passing its filter chain. If it is a "
						+ "caller's, another SecurityFilterChain of the application comes first: give it a later "
						+ "order than Ordered.HIGHEST_PRECEDENCE. Logged once.");
			}
			throw new ResponseStatusException(HttpStatus.UNAUTHORIZED);
		}
		McpTransportContext context = this.others.extract(request);
		return (key) -> McpVerdict.CALLER.equals(key) ? caller : context.get(key);
	}

	private static Map<String, Object> attributes(Object request) {
		if (SERVLET && Servlet.isRequest(request)) {
			return Servlet.attributes(request);
		}
		return (REACTIVE && Reactive.isRequest(request)) ? Reactive.attributes(request) : Map.of();
	}

	private static final class Servlet {

		static boolean isRequest(Object request) {
			return request instanceof org.springframework.web.servlet.function.ServerRequest;
		}

		static Map<String, Object> attributes(Object request) {
			return ((org.springframework.web.servlet.function.ServerRequest) request).attributes();
		}

	}

	private static final class Reactive {

		static boolean isRequest(Object request) {
			return request instanceof org.springframework.web.reactive.function.server.ServerRequest;
		}

		static Map<String, Object> attributes(Object request) {
			return ((org.springframework.web.reactive.function.server.ServerRequest) request).attributes();
		}

	}

}
