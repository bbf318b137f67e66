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

import org.jspecify.annotations.Nullable;

/**
 * Keeps every thread from asking an endpoint again before the wait that the endpoint
 * named has passed, at most for 30 seconds.
 */
final class RetryAfterGate {

	static final Duration MAX_WAIT = Duration.ofSeconds(30);

	static final Duration WAIT_IF_NONE_IS_NAMED = Duration.ofSeconds(1);

	private final Map<URI, Instant> notBefore = new ConcurrentHashMap<>();

	private final Clock clock;

	private final boolean forAll;

	/**
	 * Create a gate.
	 * @param clock the clock
	 * @param forAll whether a wait is for all callers of an endpoint; {@code false} =
	 * only for the caller that got the answer, and this gate stays open
	 */
	RetryAfterGate(Clock clock, boolean forAll) {
		this.clock = clock;
		this.forAll = forAll;
	}

	void close(URI endpoint, @Nullable Duration wait) {
		if (!this.forAll) {
			return;
		}
		Duration bounded = (wait != null) ? wait : WAIT_IF_NONE_IS_NAMED;
		if (bounded.compareTo(MAX_WAIT) > 0) {
			bounded = MAX_WAIT;
		}
		this.notBefore.merge(endpoint, this.clock.instant().plus(bounded), (a, b) -> a.isAfter(b) ? a : b);
	}

	void clear() {
		this.notBefore.clear();
	}

	/**
	 * Return the endpoints that once named a wait.
	 */
	Set<URI> endpoints() {
		return Set.copyOf(this.notBefore.keySet());
	}

	/**
	 * Return when the wait is over, or {@code null} if the endpoint may be asked.
	 */
	@Nullable Instant until(URI endpoint) {
		Duration remaining = remaining(endpoint);
		return (remaining != null) ? this.clock.instant().plus(remaining) : null;
	}

	/**
	 * Return what remains of the wait, or {@code null} if the endpoint may be asked.
	 */
	@Nullable Duration remaining(URI endpoint) {
		Instant open = this.notBefore.get(endpoint);
		if (open == null) {
			return null;
		}
		Duration remaining = Duration.between(this.clock.instant(), open);
		// A longer wait than was ever set means that the clock was set back.
		if (remaining.isNegative() || remaining.isZero() || remaining.compareTo(MAX_WAIT) > 0) {
			this.notBefore.remove(endpoint, open);
			return null;
		}
		return remaining;
	}

}
