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

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.RequestReplySenderContext;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;

/**
 * Observes the requests that call a tool over the JDK's client, as
 * {@code http.client.requests} and with the tags that Spring's own clients have. The
 * request carries the trace. A {@code WebClient} does this itself.
 *
 * @param registry supplies the registry
 */
record CallRequestObservations(Supplier<ObservationRegistry> registry) {

	/**
	 * Send a request.
	 * @param call what the request belongs to
	 * @param request the request to send, which gets the trace's headers
	 * @param sending sends the request
	 * @return the answer
	 */
	<T> Mono<HttpResponse<T>> observe(McpCall call, HttpRequest.Builder request,
			Supplier<CompletableFuture<HttpResponse<T>>> sending) {
		ObservationRegistry registry = this.registry.get();
		if (registry.isNoop() || !call.ofTool()) {
			return Mono.fromFuture(sending);
		}
		return Mono.defer(() -> {
			RequestReplySenderContext<HttpRequest.Builder, HttpResponse<?>> context = new RequestReplySenderContext<>(
					(carrier, key, value) -> Objects.requireNonNull(carrier).setHeader(key, value));
			context.setCarrier(request);
			HttpRequest sent = request.copy().build();
			// The address has no template, and its path may contain a key.
			Observation observation = Observation.createNotStarted("http.client.requests", () -> context, registry)
				.contextualName("http post")
				.parentObservation(call.caller())
				.lowCardinalityKeyValue("method", sent.method())
				.lowCardinalityKeyValue("uri", "none")
				.lowCardinalityKeyValue("client.name", sent.uri().getHost())
				.highCardinalityKeyValue("http.url", sent.uri().getScheme() + "://" + sent.uri().getRawAuthority())
				.start();
			return Mono.fromFuture(sending)
				.doOnSuccess((response) -> end(observation, response, null))
				.doOnError((failure) -> end(observation, null, failure))
				.doOnCancel(() -> end(observation, null, null));
		});
	}

	private static void end(Observation observation, @Nullable HttpResponse<?> response, @Nullable Throwable failure) {
		if (failure != null) {
			observation.error(failure);
		}
		HttpStatus.Series series = (response != null) ? HttpStatus.Series.resolve(response.statusCode()) : null;
		String outcome = (series != null) ? series.name() : "UNKNOWN";
		observation.lowCardinalityKeyValue("exception", (failure != null) ? failure.getClass().getSimpleName() : "none")
			.lowCardinalityKeyValue("status",
					(response != null) ? String.valueOf(response.statusCode()) : "CLIENT_ERROR")
			.lowCardinalityKeyValue("outcome", outcome.equals("SUCCESSFUL") ? "SUCCESS" : outcome)
			.stop();
	}

}
