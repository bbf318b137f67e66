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

package dev.lumoauth.devserver.console;

import java.time.Duration;
import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.event.EventFault;
import dev.lumoauth.devserver.event.EventFaults;
import dev.lumoauth.devserver.web.Fault;
import dev.lumoauth.devserver.web.Faults;

/**
 * A fault that is switched on.
 *
 * @param id its name in paths
 * @param since when it was switched on
 * @param delayMillis by how much it delays, if it is one that delays
 */
record FaultState(String id, Instant since, @JsonProperty("delay_ms") long delayMillis) {

	static @Nullable FaultState of(Faults faults) {
		Fault fault = faults.current();
		return (fault != null) ? of(fault.id(), faults.since(), faults.delay()) : null;
	}

	static @Nullable FaultState of(EventFaults faults) {
		EventFault fault = faults.current();
		return (fault != null) ? of(fault.id(), faults.since(), faults.delay()) : null;
	}

	private static FaultState of(String id, Instant since, Duration delay) {
		return new FaultState(id, since, delay.toMillis());
	}

}
