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

package dev.lumoauth.spring.guard.tool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardTerms;
import org.jspecify.annotations.Nullable;

/**
 * The tools that an application is about to offer to a model, and which of them the agent
 * may not use now. A tool that is hidden from the model can still be called, and is then
 * refused.
 *
 * @param <T> the framework's type of tools, which are told apart as objects
 * @since 0.1.0
 */
public final class ToolOffer<T> {

	private final IdentityHashMap<CapabilityDecisions, List<Required<T>>> byAgent = new IdentityHashMap<>(2);

	/**
	 * Add a tool. A tool without a capability, or whose refusal may be cured, is always
	 * offered.
	 * @param tool the tool
	 * @param terms the terms of the tool, or {@code null} for none
	 * @param guard makes the calls of the tool: its agent's decisions apply
	 */
	public void add(T tool, @Nullable GuardTerms terms, Guard guard) {
		CapabilityRequirement requirement = (terms != null) ? terms.requirement() : null;
		if (terms != null && requirement != null && !guard.isCurable(terms)) {
			this.byAgent.computeIfAbsent(guard.decisions(), (decisions) -> new ArrayList<>())
				.add(new Required<>(tool, requirement));
		}
	}

	/**
	 * Return whether {@link #hidden} would have to ask LumoAuth.
	 * @return {@code false} if every answer is known, or none is needed
	 */
	public boolean hasToAsk() {
		return this.byAgent.entrySet()
			.stream()
			.anyMatch((agent) -> agent.getValue()
				.stream()
				.anyMatch((each) -> agent.getKey().known(each.requirement()) == null));
	}

	/**
	 * Find the tools that must not be offered, because the agent may not use them now.
	 * There is at most one request for each agent.
	 * @return the denied tools, as a set of objects. A tool for which there is no answer
	 * is not among them, because LumoAuth is asked again when the tool is called
	 */
	public Set<T> hidden() {
		Set<T> denied = Collections.newSetFromMap(new IdentityHashMap<>());
		this.byAgent.forEach((decisions, required) -> {
			Map<String, CapabilityDecision> asked = ask(decisions, required);
			required.stream()
				.filter((each) -> isDenied(decisions, each.requirement(), asked))
				.forEach((each) -> denied.add(each.tool()));
		});
		return denied;
	}

	private static boolean isDenied(CapabilityDecisions decisions, CapabilityRequirement requirement,
			Map<String, CapabilityDecision> asked) {
		CapabilityDecision decision = asked.keySet().containsAll(requirement.capabilities())
				? requirement.decide(asked::get) : decisions.known(requirement);
		return decision != null && decision.outcome() == CapabilityDecision.Outcome.DENY;
	}

	private static <T> Map<String, CapabilityDecision> ask(CapabilityDecisions decisions, List<Required<T>> required) {
		Set<String> unknown = new LinkedHashSet<>();
		for (Required<T> each : required) {
			if (decisions.known(each.requirement()) == null) {
				unknown.addAll(each.requirement().capabilities());
			}
		}
		return unknown.isEmpty() ? Map.of() : decisions.decideEach(unknown);
	}

	/**
	 * A tool that needs something.
	 *
	 * @param tool the tool
	 * @param requirement the tool's requirement
	 */
	private record Required<T>(T tool, CapabilityRequirement requirement) {
	}

}
