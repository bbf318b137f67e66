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
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import javax.net.ssl.SSLSession;

/**
 * The answer of a server that holds no stream open (405), given without asking the
 * server. The transport then continues without a stream.
 *
 * @param <T> the type of the body
 * @param request the request, which is not sent
 * @param body the body, which is empty
 */
record NoStream<T>(HttpRequest request, T body) implements HttpResponse<T>, HttpResponse.ResponseInfo {

	static final int STATUS = 405;

	static <T> CompletableFuture<HttpResponse<T>> answer(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
		HttpResponse.BodySubscriber<T> subscriber = handler.apply(new NoStream<>(request, ""));
		subscriber.onSubscribe(new Flow.Subscription() {

			@Override
			public void request(long elements) {
				// There are none.
			}

			@Override
			public void cancel() {
				// There is nothing to cancel.
			}

		});
		subscriber.onComplete();
		return subscriber.getBody()
			.<HttpResponse<T>>thenApply((body) -> new NoStream<>(request, body))
			.toCompletableFuture();
	}

	@Override
	public int statusCode() {
		return STATUS;
	}

	@Override
	public HttpHeaders headers() {
		return HttpHeaders.of(Map.of(), (name, value) -> true);
	}

	@Override
	public Optional<HttpResponse<T>> previousResponse() {
		return Optional.empty();
	}

	@Override
	public Optional<SSLSession> sslSession() {
		return Optional.empty();
	}

	@Override
	public URI uri() {
		return this.request.uri();
	}

	@Override
	public HttpClient.Version version() {
		return HttpClient.Version.HTTP_1_1;
	}

}
