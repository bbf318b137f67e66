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

package dev.lumoauth.spring.capability;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * Observes decisions as {@code lumoauth.capability}. If nobody observes, the cost is only
 * the check for that.
 */
final class CapabilityObservations {

	/**
	 * Observes nothing.
	 */
	static final CapabilityObservations NONE = new CapabilityObservations("none", () -> ObservationRegistry.NOOP);

	private final String agent;

	private final Supplier<ObservationRegistry> registry;

	private final DefaultCapabilityObservationConvention convention = new DefaultCapabilityObservationConvention();

	/**
	 * Create observations.
	 * @param agent the client id of the agent
	 * @param registry supplies the registry; called for each decision, so it should cache
	 * its result. The registry may be created after the decisions
	 */
	CapabilityObservations(String agent, Supplier<ObservationRegistry> registry) {
		this.agent = agent;
		this.registry = registry;
	}

	boolean isNoop() {
		return this.registry.get().isNoop();
	}

	/**
	 * Observe a decision that follows from what is known. It is too fast to be worth
	 * measuring.
	 */
	void known(CapabilityRequirement requirement, CapabilityDecision decision) {
		CapabilityObservationContext context = context(requirement.capabilities(), false);
		context.setCached(true);
		context.decided(decision);
		observation(context).start().stop();
	}

	/**
	 * Observe a decision for which LumoAuth has to be asked.
	 */
	CapabilityDecision ask(CapabilityRequirement requirement, Supplier<CapabilityDecision> asking) {
		CapabilityObservationContext context = context(requirement.capabilities(), false);
		Observation observation = observation(context);
		return observation.observe(() -> {
			CapabilityDecision decision = asking.get();
			note(decision, context, observation);
			return decision;
		});
	}

	/**
	 * Observe decisions about several capabilities at once.
	 */
	Map<String, CapabilityDecision> decideEach(Collection<String> capabilities, boolean cached,
			Supplier<Map<String, CapabilityDecision>> asking) {
		CapabilityObservationContext context = context(List.copyOf(capabilities), true);
		context.setCached(cached);
		Observation observation = observation(context);
		return observation.observe(() -> {
			Map<String, CapabilityDecision> decisions = asking.get();
			decisions.values().forEach((decision) -> note(decision, context, observation));
			return decisions;
		});
	}

	private static void note(CapabilityDecision decision, CapabilityObservationContext context,
			Observation observation) {
		context.decided(decision);
		LumoAuthException cause = decision.cause();
		if (cause != null && !decision.isStale() && context.getError() == null) {
			observation.error(cause);
		}
	}

	private CapabilityObservationContext context(List<String> capabilities, boolean bulk) {
		return new CapabilityObservationContext(this.agent, capabilities, bulk);
	}

	private Observation observation(CapabilityObservationContext context) {
		return CapabilityObservationDocumentation.CAPABILITY.observation(null, this.convention, () -> context,
				this.registry.get());
	}

}
