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

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.EndpointState.Breaker;

/**
 * Keeps LumoAuth being down from costing each call a timeout. An endpoint that has failed
 * three times in a row is left alone, for a second at first and twice as long after each
 * further failure, up to ten. Then one call asks, while the others go on being refused at
 * once, and its answer opens the endpoint to all.
 */
final class CircuitBreaker {

	static final int FAILURES = 3;

	static final Duration FIRST_WAIT = Duration.ofSeconds(1);

	static final Duration MAX_WAIT = Duration.ofSeconds(10);

	/** For as long as this a call that asks for all may take; then another one may. */
	static final Duration PROBE = Duration.ofSeconds(30);

	private final Map<URI, Outage> outages = new ConcurrentHashMap<>();

	private final Clock clock;

	CircuitBreaker(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Let a call through, or refuse it.
	 * @param endpoint what it asks
	 * @throws LumoAuthUnavailableException if the endpoint is to be left alone
	 */
	void enter(URI endpoint) {
		Outage outage = this.outages.get(endpoint);
		if (outage == null || outage.failures() < FAILURES) {
			return;
		}
		Instant now = this.clock.instant();
		if (!outage.isOver(now) || !this.outages.replace(endpoint, outage, outage.probedUntil(now.plus(PROBE)))) {
			throw new LumoAuthUnavailableException("LumoAuth at " + endpoint + " has failed " + outage.failures()
					+ " times in a row, the last time with " + outage.cause() + ", and is left alone for a moment",
					null, true);
		}
	}

	/**
	 * Note that a call failed: there was no answer, or one that says that there is none.
	 * @param endpoint what was asked
	 * @param cause what happened, for the log; without secrets
	 */
	void failed(URI endpoint, String cause) {
		this.outages.compute(endpoint, (key, outage) -> {
			int failures = (outage != null) ? outage.failures() + 1 : 1;
			return new Outage(failures, this.clock.instant().plus(waitAfter(failures)), cause, false);
		});
	}

	/**
	 * Note that an endpoint has answered, whatever it said.
	 * @param endpoint what was asked
	 */
	void answered(URI endpoint) {
		if (this.outages.get(endpoint) != null) {
			this.outages.remove(endpoint);
		}
	}

	void clear() {
		this.outages.clear();
	}

	/**
	 * Up to a fifth less than its full length, so that many applications don't ask all at
	 * once.
	 */
	private static Duration waitAfter(int failures) {
		int doublings = Math.min(Math.max(failures - FAILURES, 0), 10);
		long full = Math.min(FIRST_WAIT.toMillis() << doublings, MAX_WAIT.toMillis());
		return Duration.ofMillis(full - ThreadLocalRandom.current().nextLong(full / 5 + 1));
	}

	/**
	 * Return the endpoints that have failed and not answered since.
	 */
	Set<URI> endpoints() {
		return Set.copyOf(this.outages.keySet());
	}

	/**
	 * Say whether an endpoint may be asked.
	 * @param endpoint the endpoint
	 * @param name its name
	 * @param rateLimitedUntil what another gate says
	 */
	EndpointState state(URI endpoint, String name, @Nullable Instant rateLimitedUntil) {
		Outage outage = this.outages.get(endpoint);
		if (outage == null || outage.failures() < FAILURES) {
			return new EndpointState(name, Breaker.CLOSED, (outage != null) ? outage.failures() : 0, null,
					rateLimitedUntil);
		}
		boolean asked = outage.probing() || outage.isOver(this.clock.instant());
		return new EndpointState(name, asked ? Breaker.HALF_OPEN : Breaker.OPEN, outage.failures(), outage.notBefore(),
				rateLimitedUntil);
	}

	/**
	 * How an endpoint has failed.
	 *
	 * @param failures how many times in a row
	 * @param notBefore when it may be asked again; counts from {@link #FAILURES} on
	 * @param cause what happened the last time
	 * @param probing whether one call asks for all
	 */
	private record Outage(int failures, Instant notBefore, String cause, boolean probing) {

		boolean isOver(Instant now) {
			Duration remaining = Duration.between(now, this.notBefore);
			// More than was ever set means that the clock was put back.
			return remaining.isNegative() || remaining.isZero() || remaining.compareTo(PROBE) > 0;
		}

		Outage probedUntil(Instant other) {
			return new Outage(this.failures, other, this.cause, true);
		}

	}

}
