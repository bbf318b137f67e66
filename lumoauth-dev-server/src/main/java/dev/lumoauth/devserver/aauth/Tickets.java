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

package dev.lumoauth.devserver.aauth;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Random texts that identify objects for a limited time: the last 1,000. Thread-safe.
 *
 * @param <T> the type of the objects
 */
final class Tickets<T> {

	private static final int MAX_TICKETS = 1_000;

	private static final int BYTES = 24;

	private static final SecureRandom RANDOM = new SecureRandom();

	private final String prefix;

	private final Duration lifetime;

	private final Clock clock;

	private final Map<String, Ticket<T>> tickets = new LinkedHashMap<>();

	Tickets(String prefix, Duration lifetime, Clock clock) {
		this.prefix = prefix;
		this.lifetime = lifetime;
		this.clock = clock;
	}

	synchronized String issue(T value) {
		byte[] bytes = new byte[BYTES];
		RANDOM.nextBytes(bytes);
		String id = this.prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
		if (this.tickets.size() >= MAX_TICKETS) {
			this.tickets.remove(this.tickets.keySet().iterator().next());
		}
		this.tickets.put(id, new Ticket<>(value, this.clock.instant().plus(this.lifetime)));
		return id;
	}

	synchronized @Nullable T find(String id) {
		Ticket<T> ticket = this.tickets.get(id);
		return (ticket != null && ticket.expiresAt().isAfter(this.clock.instant())) ? ticket.value() : null;
	}

	/**
	 * Returns the object of a text. This works once.
	 */
	synchronized @Nullable T take(String id) {
		T value = find(id);
		this.tickets.remove(id);
		return value;
	}

	synchronized void remove(String id) {
		this.tickets.remove(id);
	}

	synchronized int removeIf(Predicate<T> condition) {
		int before = this.tickets.size();
		this.tickets.values().removeIf((ticket) -> condition.test(ticket.value()));
		return before - this.tickets.size();
	}

	private record Ticket<T>(T value, Instant expiresAt) {

	}

}
