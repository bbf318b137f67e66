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
		context.put(RequestRecorder.class, System.nanoTime());
	}

	@Override
	public void onStop(ClientRequestObservationContext context) {
		Long start = context.get(RequestRecorder.class);
		if (context.getCarrier() == null || start == null) {
			return;
		}
		URI uri = context.getCarrier().getURI();
		if (this.authority.equals(uri.getRawAuthority())) {
			this.recorder
				.add(new Step.Request(context.getCarrier().getMethod().name(), uri.getRawPath(), status(context),
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
