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

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.RequestPath;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.web.context.support.WebApplicationContextUtils;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * The security of the MCP endpoint in servlets: a filter of the chain that is only for
 * the MCP endpoints.
 */
final class McpServletFilter extends OncePerRequestFilter {

	private final McpServerSecurity security;

	private final OwnedSessions sessions;

	private final SecurityContextRepository contexts = new RequestAttributeSecurityContextRepository();

	McpServletFilter(McpServerSecurity security) {
		this.security = security;
		this.sessions = security.sessions();
	}

	/**
	 * Return the filter chain of the MCP endpoints and their metadata.
	 */
	static SecurityFilterChain chain(HttpSecurity http, McpServerSecurity security) {
		ApplicationContext application = http.getSharedObject(ApplicationContext.class);
		return http.securityMatcher((request) -> concerns(request, security, application))
			.csrf(AbstractHttpConfigurer::disable)
			.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.addFilterAt(new McpServletFilter(security), BearerTokenAuthenticationFilter.class)
			.authorizeHttpRequests((requests) -> requests.requestMatchers(CorsUtils::isPreFlightRequest)
				.permitAll()
				.anyRequest()
				.authenticated())
			.build();
	}

	/**
	 * The page about an error belongs to the request that failed. The actuator's own port
	 * is an application of its own.
	 */
	private static boolean concerns(HttpServletRequest request, McpServerSecurity security,
			ApplicationContext application) {
		if (request.getDispatcherType() == DispatcherType.ERROR) {
			return request.getAttribute(McpVerdict.CALLER) != null;
		}
		ApplicationContext receiver = WebApplicationContextUtils.getWebApplicationContext(request.getServletContext());
		return (receiver == null || receiver == application) && security.access()
			.concerns(HttpMethod.valueOf(request.getMethod()), pathOf(request).pathWithinApplication());
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		RequestPath path = pathOf(request);
		// The context path, and the path of the servlet.
		String before = path.value()
			.substring(0, path.value().length() - path.pathWithinApplication().value().length());
		McpVerdict verdict = this.security.access()
			.decide(new ServletServerHttpRequest(request), path.pathWithinApplication(), before,
					request.getQueryString());
		if (verdict instanceof McpVerdict.Answer answer) {
			answer(request, response, answer);
		}
		else if (verdict instanceof McpVerdict.Admitted admitted) {
			Disposable running = this.security.requests().begin(admitted.caller());
			if (running == null) {
				answer(request, response, this.security.requests().tooMany());
				return;
			}
			try {
				admit(request, response, chain, admitted);
			}
			finally {
				running.dispose();
				// Also if the filters of the application clear another strategy's.
				SecurityContextHolder.clearContext();
			}
		}
		else {
			chain.doFilter(request, response);
		}
	}

	private static RequestPath pathOf(HttpServletRequest request) {
		Object cached = request.getAttribute(ServletRequestPathUtils.PATH_ATTRIBUTE);
		try {
			return ServletRequestPathUtils.parseAndCache(request);
		}
		finally {
			request.setAttribute(ServletRequestPathUtils.PATH_ATTRIBUTE, cached);
		}
	}

	private void admit(HttpServletRequest request, HttpServletResponse response, FilterChain chain,
			McpVerdict.Admitted admitted) throws ServletException, IOException {
		byte[] body = body(request);
		if (body == null) {
			answer(request, response, McpVerdict.Answer.TOO_LARGE);
			return;
		}
		McpVerdict.Answer challenge = this.security.missingScopes(admitted, body);
		if (challenge != null) {
			answer(request, response, challenge);
			return;
		}
		request.setAttribute(McpVerdict.CALLER, admitted.caller());
		AtomicReference<String> session = new AtomicReference<>(request.getHeader(McpAccess.SESSION_HEADER));
		SecurityContext context = new SecurityContextImpl(admitted.caller());
		SecurityContextHolder.setContext(context);
		this.contexts.saveContext(context, request, response);
		chain.doFilter(new ReadRequest(request, body), new BeginningResponse(response, (id) -> {
			this.sessions.begin(id, admitted.caller());
			session.set(id);
		}));
		String id = session.get();
		if (id == null) {
			return;
		}
		if (HttpMethod.DELETE.matches(request.getMethod()) && response.getStatus() == HttpStatus.OK.value()) {
			this.sessions.end(id);
		}
		else if (HttpMethod.GET.matches(request.getMethod()) && request.isAsyncStarted()) {
			request.getAsyncContext().addListener(new StreamEnd(this.sessions.opened(id, endOf(request))));
		}
	}

	private static Runnable endOf(HttpServletRequest request) {
		AsyncContext stream = request.getAsyncContext();
		return () -> {
			try {
				stream.complete();
			}
			catch (IllegalStateException ex) {
				// The stream has already ended.
			}
		};
	}

	/**
	 * Read the body, which the transports read as a whole anyway.
	 * @return the body, or {@code null} if it is too large
	 */
	private byte @Nullable [] body(HttpServletRequest request) throws IOException {
		if (request.getContentLengthLong() > this.security.maxBody()) {
			return null;
		}
		byte[] body = request.getInputStream().readNBytes(this.security.maxBody() + 1);
		return (body.length <= this.security.maxBody()) ? body : null;
	}

	private static void answer(HttpServletRequest request, HttpServletResponse response, McpVerdict.Answer answer)
			throws IOException {
		boolean arrived = UnreadBody.hasArrived(request);
		if (!arrived && request.getProtocol().startsWith("HTTP/1")) {
			// What arrives later would be taken for another request.
			response.setHeader(HttpHeaders.CONNECTION, "close");
		}
		response.setStatus(answer.status());
		answer.headers().forEach(response::setHeader);
		byte[] body = (answer.json() != null) ? answer.json().getBytes(StandardCharsets.UTF_8) : new byte[0];
		// So that the answer ends now, whenever the body of the request does.
		response.setContentLength(body.length);
		if (body.length > 0) {
			response.setContentType(MediaType.APPLICATION_JSON_VALUE);
			response.getOutputStream().write(body);
		}
		response.flushBuffer();
		if (!arrived) {
			UnreadBody.discard(request);
		}
	}

	/**
	 * Listens for the end of a stream.
	 *
	 * @param stream the stream to dispose of
	 */
	private record StreamEnd(Disposable stream) implements AsyncListener {

		@Override
		public void onComplete(AsyncEvent event) {
			this.stream.dispose();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			// Then it is completed.
		}

		@Override
		public void onError(AsyncEvent event) {
			// Then it is completed.
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			event.getAsyncContext().addListener(this);
		}

	}

	/**
	 * A request whose body was read, and is read once more as a stream.
	 */
	private static final class ReadRequest extends HttpServletRequestWrapper {

		private final ByteArrayInputStream body;

		ReadRequest(HttpServletRequest request, byte[] body) {
			super(request);
			this.body = new ByteArrayInputStream(body);
		}

		@Override
		public ServletInputStream getInputStream() {
			ByteArrayInputStream bytes = this.body;
			return new ServletInputStream() {

				@Override
				public int read() {
					return bytes.read();
				}

				@Override
				public int read(byte[] target, int offset, int length) {
					return bytes.read(target, offset, length);
				}

				@Override
				public boolean isFinished() {
					return bytes.available() == 0;
				}

				@Override
				public boolean isReady() {
					return true;
				}

				@Override
				public void setReadListener(ReadListener listener) {
					throw new IllegalStateException("The body was read");
				}

			};
		}

	}

	/**
	 * Sees the id of a new session before the client does.
	 */
	private static final class BeginningResponse extends HttpServletResponseWrapper {

		private final Consumer<String> begun;

		BeginningResponse(HttpServletResponse response, Consumer<String> begun) {
			super(response);
			this.begun = begun;
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
			if (name.equalsIgnoreCase(McpAccess.SESSION_HEADER)) {
				this.begun.accept(value);
			}
		}

	}

}
