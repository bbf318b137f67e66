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
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.RequestReplySenderContext;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.observation.ClientHttpObservationDocumentation.HighCardinalityKeyNames;
import org.springframework.http.client.observation.ClientHttpObservationDocumentation.LowCardinalityKeyNames;

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
	 * @param request the request as the MCP SDK made it
	 * @param prepared the request to send, which gets the trace's headers
	 * @param sending sends the request
	 * @return the answer
	 */
	<T> CompletableFuture<HttpResponse<T>> observe(HttpRequest request, HttpRequest.Builder prepared,
			Supplier<CompletableFuture<HttpResponse<T>>> sending) {
		ObservationRegistry registry = this.registry.get();
		if (registry.isNoop() || !CallMark.isCall(request)) {
			return sending.get();
		}
		Sent context = new Sent(request);
		context.setCarrier(prepared);
		Observation observation = Observation.createNotStarted(Convention.INSTANCE, () -> context, registry);
		McpCallEnd call = CallMark.end(request);
		if (call != null && call.caller() != null) {
			observation.parentObservation(call.caller());
		}
		observation.start();
		CompletableFuture<HttpResponse<T>> answer;
		try {
			answer = sending.get();
		}
		catch (RuntimeException | Error ex) {
			observation.error(ex);
			observation.stop();
			throw ex;
		}
		return answer.whenComplete((response, failure) -> {
			if (response != null) {
				context.setResponse(response);
			}
			if (failure != null) {
				observation.error((failure instanceof CompletionException && failure.getCause() != null)
						? failure.getCause() : failure);
			}
			observation.stop();
		});
	}

	private static final class Sent extends RequestReplySenderContext<HttpRequest.Builder, HttpResponse<?>> {

		private final HttpRequest request;

		private Sent(HttpRequest request) {
			super((carrier, key, value) -> Objects.requireNonNull(carrier).setHeader(key, value));
			this.request = request;
		}

	}

	private enum Convention implements ObservationConvention<Sent> {

		INSTANCE;

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof Sent;
		}

		@Override
		public String getName() {
			return "http.client.requests";
		}

		@Override
		public String getContextualName(Sent context) {
			return "http post";
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(Sent context) {
			HttpResponse<?> response = context.getResponse();
			Throwable error = context.getError();
			return KeyValues.of(LowCardinalityKeyNames.METHOD.withValue(context.request.method()),
					// The address has no template, and its path may contain a key.
					LowCardinalityKeyNames.URI.withValue(KeyValue.NONE_VALUE),
					LowCardinalityKeyNames.CLIENT_NAME.withValue(context.request.uri().getHost()),
					LowCardinalityKeyNames.STATUS
						.withValue((response != null) ? String.valueOf(response.statusCode()) : "CLIENT_ERROR"),
					LowCardinalityKeyNames.OUTCOME.withValue(outcome(response)), LowCardinalityKeyNames.EXCEPTION
						.withValue((error != null) ? error.getClass().getSimpleName() : KeyValue.NONE_VALUE));
		}

		@Override
		public KeyValues getHighCardinalityKeyValues(Sent context) {
			return KeyValues.of(HighCardinalityKeyNames.HTTP_URL
				.withValue(context.request.uri().getScheme() + "://" + context.request.uri().getRawAuthority()));
		}

		private static String outcome(@Nullable HttpResponse<?> response) {
			if (response == null) {
				return "UNKNOWN";
			}
			return switch (response.statusCode() / 100) {
				case 1 -> "INFORMATIONAL";
				case 2 -> "SUCCESS";
				case 3 -> "REDIRECTION";
				case 4 -> "CLIENT_ERROR";
				case 5 -> "SERVER_ERROR";
				default -> "UNKNOWN";
			};
		}

	}

}
