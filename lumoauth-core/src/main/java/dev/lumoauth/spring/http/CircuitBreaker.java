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
import java.util.function.BiFunction;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.concurrent.SingleFlight;
import dev.lumoauth.spring.http.EndpointState.Breaker;

/**
 * Keeps calls from waiting for a timeout each while LumoAuth is down. An endpoint that
 * has failed three times in a row gets no requests for a second. After each further
 * failure this time doubles, up to ten seconds. Then one call probes the endpoint, while
 * other calls are still refused at once, and its answer opens the endpoint to all calls.
 * If a call has waited as long as it may, and no other call got an answer meanwhile, only
 * one call at a time asks from then on.
 */
public final class CircuitBreaker {

	static final int FAILURES = 3;

	static final Duration FIRST_WAIT = Duration.ofSeconds(1);

	static final Duration MAX_WAIT = Duration.ofSeconds(10);

	/**
	 * The longest time that a probing call may take. After that, another call may probe.
	 */
	static final Duration PROBE = Duration.ofSeconds(30);

	private final Map<URI, Outage> outages = new ConcurrentHashMap<>();

	private final Map<URI, Long> answeredAt = new ConcurrentHashMap<>();

	private final Clock clock;

	private final LongSupplier nanoTime;

	private final BiFunction<URI, String, LumoAuthUnavailableException> refusal;

	CircuitBreaker(Clock clock, LongSupplier nanoTime) {
		this(clock, nanoTime, (endpoint, what) -> new LumoAuthUnavailableException(
				"LumoAuth at " + endpoint + what + ", and is not asked for a moment", null, true));
	}

	/**
	 * Create a circuit breaker.
	 * @param clock the clock
	 * @param nanoTime a monotonic clock
	 * @param refusal creates the exception for calls that are refused, from the endpoint
	 * and what has happened to it
	 */
	public CircuitBreaker(Clock clock, LongSupplier nanoTime,
			BiFunction<URI, String, LumoAuthUnavailableException> refusal) {
		this.clock = clock;
		this.nanoTime = nanoTime;
		this.refusal = refusal;
	}

	/**
	 * Let a call through, or refuse it.
	 * @param endpoint the endpoint of the call
	 * @param whole whether the call may wait as long as any call may: only such a call
	 * can probe
	 * @return whether the call probes, so that other calls are refused until it has its
	 * answer, and nobody waits for it ({@link SingleFlight#waitNoLonger})
	 * @throws LumoAuthUnavailableException if the endpoint gets no requests now
	 */
	public boolean enter(URI endpoint, boolean whole) {
		Outage outage = this.outages.get(endpoint);
		if (outage == null || !outage.isClosing()) {
			return false;
		}
		Instant now = this.clock.instant();
		if (!whole || !outage.isOver(now)
				|| !this.outages.replace(endpoint, outage, outage.probedUntil(now.plus(PROBE)))) {
			throw refusal(endpoint, outage);
		}
		SingleFlight.waitNoLonger(refusal(endpoint, outage));
		return true;
	}

	/**
	 * Return whether an endpoint has failed so that it is not asked, or asked by one call
	 * at a time, and has not answered since.
	 * @param endpoint the endpoint
	 */
	boolean isSuspect(URI endpoint) {
		Outage outage = this.outages.get(endpoint);
		return outage != null && outage.isClosing();
	}

	private LumoAuthUnavailableException refusal(URI endpoint, Outage outage) {
		String what = (outage.failures() == 1) ? " has failed with " + outage.cause()
				: " has failed " + outage.failures() + " times in a row, the last time with " + outage.cause();
		return this.refusal.apply(endpoint, what);
	}

	/**
	 * Note that a call failed: there was no answer, or an answer that says that LumoAuth
	 * is unavailable.
	 * @param endpoint the endpoint
	 * @param cause what happened, for the log; without secrets
	 * @param hung whether the call waited as long as it may, and no other call got an
	 * answer meanwhile
	 */
	public void failed(URI endpoint, String cause, boolean hung) {
		this.outages.compute(endpoint, (key, outage) -> {
			int failures = (outage != null) ? outage.failures() + 1 : 1;
			return new Outage(failures, this.clock.instant().plus(waitAfter(failures)), cause, false,
					hung || (outage != null && outage.hung()));
		});
	}

	/**
	 * Note that the result of a probing call is unknown.
	 * @param endpoint the endpoint
	 */
	public void leftOpen(URI endpoint) {
		this.outages.computeIfPresent(endpoint, (key, outage) -> outage.probing() ? outage.over(this.clock) : outage);
	}

	/**
	 * Note that an endpoint has answered, whatever it said.
	 * @param endpoint the endpoint
	 */
	public void answered(URI endpoint) {
		this.answeredAt.put(endpoint, this.nanoTime.getAsLong());
		if (this.outages.get(endpoint) != null) {
			this.outages.remove(endpoint);
		}
	}

	/**
	 * Return when an endpoint answered the last time.
	 * @param endpoint the endpoint
	 * @return the moment, by the monotonic clock; {@code null} = never
	 */
	public @Nullable Long answeredAt(URI endpoint) {
		return this.answeredAt.get(endpoint);
	}

	void clear() {
		this.answeredAt.clear();
		this.outages.clear();
	}

	/**
	 * Return the time without requests: up to a fifth less than the full time, so that
	 * many applications don't ask at the same moment.
	 */
	private static Duration waitAfter(int failures) {
		if (failures < FAILURES) {
			return Duration.ZERO;
		}
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
	 * @param rateLimitedUntil until when the rate limit lasts, or {@code null}
	 */
	EndpointState state(URI endpoint, String name, @Nullable Instant rateLimitedUntil) {
		Outage outage = this.outages.get(endpoint);
		if (outage == null || !outage.isClosing()) {
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
	 * @param probing whether one call is probing the endpoint
	 * @param hung whether one of those calls waited as long as it may
	 */
	private record Outage(int failures, Instant notBefore, String cause, boolean probing, boolean hung) {

		boolean isClosing() {
			return this.hung || this.failures >= FAILURES;
		}

		boolean isOver(Instant now) {
			Duration remaining = Duration.between(now, this.notBefore);
			// A longer wait than was ever set means that the clock was set back.
			return remaining.isNegative() || remaining.isZero() || remaining.compareTo(PROBE) > 0;
		}

		Outage probedUntil(Instant other) {
			return new Outage(this.failures, other, this.cause, true, this.hung);
		}

		Outage over(Clock clock) {
			return new Outage(this.failures, clock.instant(), this.cause, false, this.hung);
		}

	}

}
