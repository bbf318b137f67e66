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

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;

import io.modelcontextprotocol.client.transport.customizer.McpAsyncHttpClientRequestCustomizer;
import io.modelcontextprotocol.common.McpTransportContext;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * The body of a message, which says what the message belongs to: the JDK's client has no
 * Reactor context.
 *
 * @param body the body
 * @param call what the message belongs to
 * @param text the text of the message
 */
record CallBody(BodyPublisher body, McpCall call, String text) implements BodyPublisher {

	@Override
	public long contentLength() {
		return this.body.contentLength();
	}

	@Override
	public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
		this.body.subscribe(subscriber);
	}

	/**
	 * Return what a request belongs to.
	 * @throws IllegalStateException if a message does not say that
	 */
	static McpCall callOf(HttpRequest request) {
		BodyPublisher body = request.bodyPublisher().orElse(null);
		if (body instanceof CallBody known) {
			return known.call();
		}
		if (request.method().equals("POST")) {
			throw new IllegalStateException("This version of the MCP SDK does not customize each message");
		}
		return McpCall.NONE;
	}

	/**
	 * Return the content of a request, to be signed. An application's customizer that
	 * changes the content makes the signature invalid.
	 */
	static byte[] contentOf(HttpRequest request) {
		return (request.bodyPublisher().orElse(null) instanceof CallBody known)
				? known.text().getBytes(StandardCharsets.UTF_8) : new byte[0];
	}

	/**
	 * Puts such a body on each message, after the application's own changes.
	 *
	 * @param application the application's own changes of requests
	 */
	record Customizer(McpAsyncHttpClientRequestCustomizer application) implements McpAsyncHttpClientRequestCustomizer {

		@Override
		@SuppressWarnings("NullAway") // The transport has no body for some requests.
		public Publisher<HttpRequest.Builder> customize(HttpRequest.Builder builder, String method, URI endpoint,
				@Nullable String body, McpTransportContext context) {
			Publisher<HttpRequest.Builder> customized = this.application.customize(builder, method, endpoint, body,
					context);
			return (context instanceof McpCall call && body != null)
					? Mono.from(customized).map((request) -> with(request, call, body)) : customized;
		}

		private static HttpRequest.Builder with(HttpRequest.Builder request, McpCall call, String text) {
			return request.POST(
					new CallBody(request.copy().build().bodyPublisher().orElseGet(BodyPublishers::noBody), call, text));
		}

	}

}
