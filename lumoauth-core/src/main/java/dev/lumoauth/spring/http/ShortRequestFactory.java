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

package dev.lumoauth.spring.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Flow;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.AbstractClientHttpRequest;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.FastByteArrayOutputStream;

/**
 * Sends short requests and accepts short answers with the JDK's client on the calling
 * thread: no other thread writes the request or reads the answer, unlike with Spring's
 * streams. At most 1 MiB of an answer is read. The complete answer has to arrive within
 * the read timeout, counted from the time when the request is sent.
 */
final class ShortRequestFactory implements ClientHttpRequestFactory {

	/** The headers that the JDK's client sets itself, and that nobody else may set. */
	private static final Set<String> SET_BY_CLIENT = Set.of("connection", "content-length", "expect", "host",
			"upgrade");

	private final HttpClient client;

	private final Duration readTimeout;

	/**
	 * Create a factory.
	 * @param client sends the requests; it has to have a connect timeout
	 * @param readTimeout how long a request may take, its answer included
	 */
	ShortRequestFactory(HttpClient client, Duration readTimeout) {
		this.client = client;
		this.readTimeout = readTimeout;
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod httpMethod) {
		return new ShortRequest(uri, httpMethod);
	}

	private final class ShortRequest extends AbstractClientHttpRequest {

		private final URI uri;

		private final HttpMethod method;

		private final FastByteArrayOutputStream body = new FastByteArrayOutputStream();

		private ShortRequest(URI uri, HttpMethod method) {
			this.uri = uri;
			this.method = method;
		}

		@Override
		public HttpMethod getMethod() {
			return this.method;
		}

		@Override
		public URI getURI() {
			return this.uri;
		}

		@Override
		protected OutputStream getBodyInternal(HttpHeaders headers) {
			return this.body;
		}

		@Override
		protected ClientHttpResponse executeInternal(HttpHeaders headers) throws IOException {
			long sentAt = System.nanoTime();
			Duration timeout = Deadline.within(ShortRequestFactory.this.readTimeout, this);
			PublishedBody published = new PublishedBody();
			try {
				HttpResponse<Flow.Publisher<List<ByteBuffer>>> response = ShortRequestFactory.this.client
					.send(request(headers, timeout), published);
				BodyReceiver receiver = new BodyReceiver(BoundedResponseInterceptor.MAX_BYTES + 1);
				response.body().subscribe(receiver);
				ReceivedBody body = receiver.await(timeout.toNanos() - (System.nanoTime() - sentAt));
				return new ShortResponse(response.statusCode(), response.headers(), body);
			}
			catch (InterruptedException ex) {
				published.abandon();
				Thread.currentThread().interrupt();
				InterruptedIOException interrupted = new InterruptedIOException("the request was interrupted");
				interrupted.initCause(ex);
				throw interrupted;
			}
		}

		private java.net.http.HttpRequest request(HttpHeaders headers, Duration timeout) {
			java.net.http.HttpRequest.Builder request = java.net.http.HttpRequest.newBuilder(this.uri)
				.timeout(timeout)
				.header(HttpHeaders.ACCEPT_ENCODING, ReceivedBody.GZIP);
			headers.forEach((name, values) -> {
				if (!SET_BY_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
					values.forEach((value) -> request.header(name, value));
				}
			});
			if (this.body.size() > 0) {
				request.method(this.method.name(), BodyPublishers.ofByteArray(this.body.toByteArrayUnsafe()));
			}
			else if (!HttpMethod.GET.equals(this.method)) {
				request.method(this.method.name(), BodyPublishers.noBody());
			}
			return request.build();
		}

	}

}
