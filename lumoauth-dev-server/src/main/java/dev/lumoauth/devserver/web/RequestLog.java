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
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingRequestWrapper;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Logs a line for each request: method, path, status and the decision. It never contains
 * a query, a header or a body, because these may contain a secret or a token. The data
 * that the console shows about a request is kept too, with the answer. Requests of the
 * console itself are neither logged nor kept.
 *
 * @since 0.1.0
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
public class RequestLog extends OncePerRequestFilter {

	private static final Logger log = LoggerFactory.getLogger(RequestLog.class);

	private static final String NOTE = RequestLog.class.getName() + ".note";

	private static final String SIGNED_BY = RequestLog.class.getName() + ".signedBy";

	/** W3C Trace Context, section 3.2. */
	private static final Pattern TRACE = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

	private static final Pattern APPROVAL_TOKEN = Pattern.compile("(/agents/me/approvals/)[^/]+");

	private final RequestHistory history;

	private final Clock clock;

	RequestLog(RequestHistory history, Clock clock) {
		this.history = history;
		this.clock = clock;
	}

	/**
	 * Adds a note to the line of a request.
	 * @param request the request
	 * @param note the note, without secrets and tokens; control characters are replaced
	 */
	public static void note(HttpServletRequest request, @Nullable String note) {
		request.setAttribute(NOTE, note);
	}

	/**
	 * Records the signer of a request, after the signature is verified.
	 * @param request the request
	 * @param signedBy the signer
	 */
	public static void signedBy(HttpServletRequest request, SignedBy signedBy) {
		request.setAttribute(SIGNED_BY, signedBy);
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (ApiPaths.isOfConsole(request.getRequestURI())) {
			chain.doFilter(request, response);
			return;
		}
		Instant at = this.clock.instant();
		long start = System.nanoTime();
		ContentCachingRequestWrapper question = new ContentCachingRequestWrapper(request, ShownText.MAX_BYTES + 1);
		ContentCachingResponseWrapper answer = new ContentCachingResponseWrapper(response);
		try {
			chain.doFilter(question, answer);
		}
		finally {
			add(at, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start), question, answer);
			answer.copyBodyToResponse();
		}
	}

	private void add(Instant at, long millis, ContentCachingRequestWrapper request,
			ContentCachingResponseWrapper answer) {
		Object note = request.getAttribute(NOTE);
		String method = printable(request.getMethod());
		String path = printable(withoutToken(request.getRequestURI()));
		String added = (note != null) ? printable(note.toString()) : null;
		log.info("{} {} {}{}", method, path, answer.getStatus(), (added != null) ? " " + added : "");
		ShownText shown = new ShownText();
		HttpHeaders headers = headers(request);
		String asked = shown.request(method, path, request.getQueryString(), headers, request.getContentAsByteArray());
		String answered = shown.answer(answer.getStatus(), headers(answer), answer.getContentAsByteArray());
		SignedBy signedBy = (SignedBy) request.getAttribute(SIGNED_BY);
		Matcher trace = TRACE.matcher(String.valueOf(headers.getFirst("traceparent")));
		String traceId = trace.matches() ? trace.group(1) : null;
		String client = (signedBy != null) ? signedBy.identifier() : shown.client();
		String agent = (client != null) ? printable(client) : null;
		this.history.add(
				(number) -> new RecordedRequest(number, at, method, path, answer.getStatus(), millis, added, signedBy,
						agent, traceId),
				(number) -> new RecordedText(number, visible(asked), visible(answered), shown.tokens()));
	}

	private static HttpHeaders headers(HttpServletRequest request) {
		HttpHeaders headers = new HttpHeaders();
		Collections.list(request.getHeaderNames())
			.forEach((name) -> headers.addAll(name, Collections.list(request.getHeaders(name))));
		return headers;
	}

	private static HttpHeaders headers(ContentCachingResponseWrapper answer) {
		HttpHeaders headers = new HttpHeaders();
		answer.getHeaderNames().forEach((name) -> headers.addAll(name, List.copyOf(answer.getHeaders(name))));
		if (answer.getContentType() != null) {
			headers.set(HttpHeaders.CONTENT_TYPE, answer.getContentType());
		}
		return headers;
	}

	/** Other control characters could make the text look like another one. */
	private static String visible(String text) {
		return text.replaceAll("[\\p{C}&&[^\\n\\t]]", "?");
	}

	/** The path of a push approval's status contains its token. */
	private static String withoutToken(String path) {
		return APPROVAL_TOKEN.matcher(path).replaceAll("$1(left out)");
	}

	private static String printable(String text) {
		String bounded = (text.length() > 600) ? text.substring(0, 600) + "..." : text;
		return bounded.replaceAll("\\p{C}", "?");
	}

}
