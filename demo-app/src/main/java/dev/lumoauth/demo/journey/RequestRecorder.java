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

package dev.lumoauth.demo.journey;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.observation.ClientRequestObservationContext;

/**
 * Counts and records the requests to LumoAuth.
 */
public class RequestRecorder implements ObservationHandler<ClientRequestObservationContext> {

	private final JourneyRecorder recorder;

	private final String authority;

	private final AtomicLong total = new AtomicLong();

	RequestRecorder(JourneyRecorder recorder, URI lumoAuth) {
		this.recorder = recorder;
		this.authority = String.valueOf(lumoAuth.getRawAuthority());
	}

	/**
	 * Return how many requests there were since the application started.
	 * @return the number
	 */
	public long total() {
		return this.total.get();
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ClientRequestObservationContext;
	}

	@Override
	public void onStart(ClientRequestObservationContext context) {
		ClientHttpRequest request = context.getCarrier();
		if (request != null && this.authority.equals(request.getURI().getRawAuthority())) {
			context.put(RequestRecorder.class, System.nanoTime());
			context.put(JourneyRecorder.Place.class, this.recorder
				.begin("Asking LumoAuth: %s %s".formatted(request.getMethod(), request.getURI().getRawPath()), false));
		}
	}

	@Override
	public void onStop(ClientRequestObservationContext context) {
		ClientHttpRequest request = context.getCarrier();
		Long start = context.get(RequestRecorder.class);
		JourneyRecorder.Place place = context.get(JourneyRecorder.Place.class);
		if (request != null && start != null && place != null) {
			place.end(new Step.Request(request.getMethod().name(), request.getURI().getRawPath(), status(context),
					Duration.ofNanos(System.nanoTime() - start).toMillis(), this.total.incrementAndGet()));
		}
	}

	private static @Nullable Integer status(ClientRequestObservationContext context) {
		try {
			return (context.getResponse() != null) ? context.getResponse().getStatusCode().value() : null;
		}
		catch (IOException ex) {
			return null;
		}
	}

}
