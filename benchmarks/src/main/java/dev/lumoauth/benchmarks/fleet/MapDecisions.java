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

package dev.lumoauth.benchmarks.fleet;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.capability.CapabilitySource;
import dev.lumoauth.spring.capability.SharedDecisions;

/**
 * Decisions that replicas share in a map, on a clock of their own.
 */
final class MapDecisions implements SharedDecisions {

	private final Map<String, Decision> decisions = new HashMap<>();

	private final Clock clock;

	MapDecisions(Clock clock) {
		this.clock = clock;
	}

	@Override
	public Agent of(String identity, Duration allowTtl, Duration denyTtl, Duration maxWait) {
		return new Agent() {

			@Override
			public void ask(Collection<String> capabilities, CapabilitySource source, Answers answers) {
				long now = MapDecisions.this.clock.millis();
				List<String> open = new ArrayList<>();
				for (String capability : capabilities) {
					Decision decision = MapDecisions.this.decisions.get(capability);
					Duration age = (decision != null) ? Duration.ofMillis(now - decision.askedAt()) : allowTtl;
					if (decision != null && age.compareTo(decision.allowed() ? allowTtl : denyTtl) < 0) {
						answers.accept(capability, decision.allowed(), age);
					}
					else {
						open.add(capability);
					}
				}
				if (!open.isEmpty()) {
					source.ask(open, (capability, allowed) -> {
						MapDecisions.this.decisions.put(capability, new Decision(allowed, now));
						answers.accept(capability, allowed, Duration.ZERO);
					});
				}
			}

			@Override
			public void forget() {
				MapDecisions.this.decisions.clear();
			}

		};
	}

	/**
	 * An answer of LumoAuth.
	 *
	 * @param allowed whether it is an allow
	 * @param askedAt when it was requested
	 */
	private record Decision(boolean allowed, long askedAt) {

	}

}
