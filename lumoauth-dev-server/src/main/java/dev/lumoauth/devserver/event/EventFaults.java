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

package dev.lumoauth.devserver.event;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The current faults of events. Thread-safe.
 *
 * @since 0.1.0
 */
@Component
public class EventFaults {

	private static final Duration DELAY = Duration.ofSeconds(6);

	private volatile State state = new State(null, DELAY, Instant.EPOCH);

	/**
	 * Returns the fault that is switched on.
	 * @return the fault, or {@code null}
	 */
	public @Nullable EventFault current() {
		return this.state.fault;
	}

	/**
	 * Returns since when the fault is switched on.
	 * @return the time, the beginning of time if there is no fault
	 */
	public Instant since() {
		return this.state.since;
	}

	/**
	 * Returns how much later {@link EventFault#DELAY} sends an event.
	 * @return the delay
	 */
	public Duration delay() {
		return this.state.delay;
	}

	/**
	 * Switches a fault on. It replaces another one.
	 * @param fault the fault, {@code null} for none
	 * @param delay how much later a delayed event is sent, {@code null} for 6 seconds
	 */
	public void set(@Nullable EventFault fault, @Nullable Duration delay) {
		this.state = new State(fault, (delay != null) ? delay : DELAY, Instant.now());
	}

	private record State(@Nullable EventFault fault, Duration delay, Instant since) {
	}

}
