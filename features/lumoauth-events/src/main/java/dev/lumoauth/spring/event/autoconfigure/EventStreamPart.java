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

package dev.lumoauth.spring.event.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.autoconfigure.actuate.EndpointPart;
import dev.lumoauth.spring.event.EventStreamRegistration;

/**
 * The stream of events at the actuator's endpoint {@code lumoauth}: its state, and what
 * is wrong with it.
 */
record EventStreamPart(EventStreamRegistration stream) implements EndpointPart {

	@Override
	public String name() {
		return "eventStream";
	}

	@Override
	public Map<String, @Nullable Object> describe() {
		EventStreamRegistration.Snapshot snapshot = this.stream.snapshot();
		Map<String, @Nullable Object> described = new LinkedHashMap<>();
		described.put("state", snapshot.state().name().toLowerCase(Locale.ROOT));
		described.put("problem", snapshot.problem());
		return described;
	}

}
