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

import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Opens connections to LumoAuth with the settings that all connections of an application
 * have in common: the addresses, the HTTP client, observations and the longest wait.
 *
 * @since 0.1.0
 */
public final class LumoAuthConnector {

	private final LumoAuthAddresses addresses;

	private final Supplier<ClientHttpRequestFactory> requestFactory;

	private final Supplier<ObservationRegistry> observationRegistry;

	private final Clock clock;

	private final Duration maxWait;

	private final Supplier<@Nullable RequestLimits> limits;

	/**
	 * Create the connector.
	 * @param addresses LumoAuth's addresses
	 * @param requestFactory creates the HTTP client of a connection
	 * @param observationRegistry supplies the registry when a connection is opened
	 * @param clock the clock for waits
	 * @param maxWait how long a call waits at most
	 * @param limits supplies the requests that all replicas have together when a
	 * connection is opened; {@code null} = each replica counts its own
	 */
	public LumoAuthConnector(LumoAuthAddresses addresses, Supplier<ClientHttpRequestFactory> requestFactory,
			Supplier<ObservationRegistry> observationRegistry, Clock clock, Duration maxWait,
			Supplier<@Nullable RequestLimits> limits) {
		this.addresses = addresses;
		this.requestFactory = requestFactory;
		this.observationRegistry = observationRegistry;
		this.clock = clock;
		this.maxWait = maxWait;
		this.limits = limits;
	}

	/**
	 * Return LumoAuth's addresses.
	 * @return the addresses in the layout that the application has chosen
	 */
	public LumoAuthAddresses addresses() {
		return this.addresses;
	}

	/**
	 * Create an HTTP client for requests to LumoAuth that don't need a
	 * {@link LumoAuthHttp}, such as for its public keys.
	 * @return the client, with timeouts, and without redirects
	 */
	public ClientHttpRequestFactory requestFactory() {
		return this.requestFactory.get();
	}

	/**
	 * Open a connection.
	 * @param name who uses the connection, in messages: an agent's client id, or a word
	 * such as {@code events}
	 * @return the builder of the connection
	 */
	public LumoAuthHttp.Builder open(String name) {
		return LumoAuthHttp.builder(this.addresses, name, this.requestFactory.get())
			.observationRegistry(this.observationRegistry.get())
			.clock(this.clock)
			.maxWait(this.maxWait)
			.limits(this.limits.get());
	}

}
