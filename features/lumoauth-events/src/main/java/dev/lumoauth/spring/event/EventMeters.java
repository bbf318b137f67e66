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

package dev.lumoauth.spring.event;

import java.util.function.Supplier;

import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The counter {@code lumoauth.events}, by channel, type and outcome.
 *
 * @since 0.1.0
 */
public final class EventMeters implements Revocations.Counter {

	private final Supplier<@Nullable MeterRegistry> registry;

	/**
	 * Create the counter.
	 * @param registry supplies the registry, or {@code null} if there is none; called
	 * with each event
	 */
	public EventMeters(Supplier<@Nullable MeterRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public void count(String channel, String type, String outcome) {
		MeterRegistry registry = this.registry.get();
		if (registry != null) {
			registry.counter("lumoauth.events", "channel", channel, "type", type, "outcome", outcome).increment();
		}
	}

}
