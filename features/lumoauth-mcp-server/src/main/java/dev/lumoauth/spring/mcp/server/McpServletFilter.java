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

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.RequestPath;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * The security of the MCP endpoint in servlets. Other requests pass unchanged.
 */
final class McpServletFilter extends OncePerRequestFilter {

	private final McpServerSecurity security;

	private final OwnedSessions sessions;

	McpServletFilter(McpServerSecurity security) {
		this.security = security;
		this.sessions = security.sessions();
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		McpVerdict verdict = verdict(request);
		if (verdict instanceof McpVerdict.Answer answer) {
			answer(response, answer);
		}
		else if (verdict instanceof McpVerdict.Admitted admitted) {
			admit(request, response, chain, admitted);
		}
		else {
			if (verdict != null) {
				request.setAttribute(McpVerdict.DECIDED, true);
			}
			chain.doFilter(request, response);
		}
	}

	private @Nullable McpVerdict verdict(HttpServletRequest request) {
		Object cached = request.getAttribute(ServletRequestPathUtils.PATH_ATTRIBUTE);
		try {
			RequestPath path = ServletRequestPathUtils.parseAndCache(request);
			// The context path, and the path of the servlet.
			String before = path.value()
				.substring(0, path.value().length() - path.pathWithinApplication().value().length());
			return this.security.access()
				.decide(new ServletServerHttpRequest(request), path.pathWithinApplication(), before,
						request.getQueryString());
		}
		finally {
			request.setAttribute(ServletRequestPathUtils.PATH_ATTRIBUTE, cached);
		}
	}

	private void admit(HttpServletRequest request, HttpServletResponse response, FilterChain chain,
			McpVerdict.Admitted admitted) throws ServletException, IOException {
		byte[] body = body(request);
		if (body == null) {
			answer(response, McpVerdict.Answer.TOO_LARGE);
			return;
		}
		McpVerdict.Answer challenge = this.security.missingScopes(admitted, body);
		if (challenge != null) {
			answer(response, challenge);
			return;
		}
		request.setAttribute(McpVerdict.DECIDED, true);
		request.setAttribute(McpVerdict.CALLER, admitted.caller());
		AtomicReference<String> session = new AtomicReference<>(request.getHeader(McpAccess.SESSION_HEADER));
		SecurityContext before = SecurityContextHolder.getContext();
		SecurityContextHolder.setContext(new SecurityContextImpl(admitted.caller()));
		try {
			chain.doFilter(new ReadRequest(request, body), new BeginningResponse(response, (id) -> {
				this.sessions.begin(id, admitted.caller());
				session.set(id);
			}, admitted.opensStream()));
		}
		finally {
			SecurityContextHolder.setContext(before);
		}
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

	private static void answer(HttpServletResponse response, McpVerdict.Answer answer) throws IOException {
		response.setStatus(answer.status());
		answer.headers().forEach(response::setHeader);
		String body = answer.json();
		if (body != null) {
			response.setContentType(MediaType.APPLICATION_JSON_VALUE);
			response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
		}
		response.flushBuffer();
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
	 * A request whose body was read.
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

		@Override
		public BufferedReader getReader() throws IOException {
			String encoding = getCharacterEncoding();
			return new BufferedReader(new InputStreamReader(getInputStream(),
					(encoding != null) ? encoding : StandardCharsets.UTF_8.name()));
		}

	}

	/**
	 * Sees the id of a new session before the client does.
	 */
	private static final class BeginningResponse extends HttpServletResponseWrapper {

		private final Consumer<String> begun;

		private final boolean opensStream;

		private @Nullable ServletOutputStream output;

		BeginningResponse(HttpServletResponse response, Consumer<String> begun, boolean opensStream) {
			super(response);
			this.begun = begun;
			this.opensStream = opensStream;
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

		@Override
		public ServletOutputStream getOutputStream() throws IOException {
			if (!this.opensStream) {
				return super.getOutputStream();
			}
			ServletOutputStream known = this.output;
			if (known == null) {
				known = new ScannedOutput(super.getOutputStream(), new SessionIdScan(this.begun));
				this.output = known;
			}
			return known;
		}

	}

	private static final class ScannedOutput extends ServletOutputStream {

		private final ServletOutputStream output;

		private final SessionIdScan scan;

		ScannedOutput(ServletOutputStream output, SessionIdScan scan) {
			this.output = output;
			this.scan = scan;
		}

		@Override
		public void write(int value) throws IOException {
			write(new byte[] { (byte) value }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			this.scan.look(bytes, offset, length);
			this.output.write(bytes, offset, length);
		}

		@Override
		public void flush() throws IOException {
			this.output.flush();
		}

		@Override
		public void close() throws IOException {
			this.output.close();
		}

		@Override
		public boolean isReady() {
			return this.output.isReady();
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			this.output.setWriteListener(listener);
		}

	}

}
