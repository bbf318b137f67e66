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

package dev.lumoauth.demo.journey;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.Match;
import dev.lumoauth.spring.capability.RememberedDecision;
import org.jspecify.annotations.Nullable;

/**
 * Records each decision, and whether it came from memory or from LumoAuth.
 */
class RecordingDecisions implements CapabilityDecisions {

	private final CapabilityDecisions decisions;

	private final JourneyRecorder recorder;

	RecordingDecisions(CapabilityDecisions decisions, JourneyRecorder recorder) {
		this.decisions = decisions;
		this.recorder = recorder;
	}

	@Override
	public CapabilityDecision decide(CapabilityRequirement requirement) {
		boolean known = this.decisions.known(requirement) != null;
		long start = System.nanoTime();
		CapabilityDecision decision = this.decisions.decide(requirement);
		record(String.join(", ", requirement.capabilities()), decision, known, start, this.recorder.runningTool());
		return decision;
	}

	@Override
	public Map<String, CapabilityDecision> decideEach(Collection<String> capabilities) {
		Set<String> known = new HashSet<>();
		for (String capability : capabilities) {
			if (this.decisions.known(new CapabilityRequirement(List.of(capability), Match.ALL)) != null) {
				known.add(capability);
			}
		}
		String before = this.recorder.offeringTools();
		long start = System.nanoTime();
		Map<String, CapabilityDecision> decided = this.decisions.decideEach(capabilities);
		decided
			.forEach((capability, decision) -> record(capability, decision, known.contains(capability), start, before));
		return decided;
	}

	private void record(String capability, CapabilityDecision decision, boolean known, long start, String before) {
		this.recorder.add(new Step.Decision(capability, decision.outcome().name().toLowerCase(Locale.ROOT),
				known ? "cache" : "LumoAuth", Duration.ofNanos(System.nanoTime() - start).toMillis(), before));
	}

	@Override
	public @Nullable CapabilityDecision known(CapabilityRequirement requirement) {
		CapabilityDecision decision = this.decisions.known(requirement);
		if (decision != null) {
			this.recorder.remembered(requirement.capabilities());
		}
		return decision;
	}

	@Override
	public List<RememberedDecision> remembered() {
		return this.decisions.remembered();
	}

	@Override
	public void invalidate() {
		this.decisions.invalidate();
	}

	@Override
	public void invalidate(String capability) {
		this.decisions.invalidate(capability);
	}

}
