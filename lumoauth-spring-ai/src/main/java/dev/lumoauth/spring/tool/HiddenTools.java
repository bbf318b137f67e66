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
package dev.lumoauth.spring.tool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.CapabilityTerm;
import dev.lumoauth.spring.guard.GuardTerms;

import org.springframework.ai.tool.ToolCallback;

/**
 * Finds the tools that are not offered to a model.
 */
final class HiddenTools {

	private final ToolRequirements requirements;

	private final Supplier<CapabilityDecisions> decisions;

	private final boolean hideDenied;

	HiddenTools(ToolRequirements requirements, Supplier<CapabilityDecisions> decisions, boolean hideDenied) {
		this.requirements = requirements;
		this.decisions = decisions;
		this.hideDenied = hideDenied;
	}

	/**
	 * Find the tools that must not be offered, because the agent may not use them now.
	 * There is at most one request for each agent whose guards are around the tools.
	 * @param tools the tools
	 * @return the denied tools; none if denied tools are not hidden. A tool for which
	 * there is no answer is not among them, because LumoAuth is asked again when the tool
	 * is called
	 */
	Set<ToolCallback> among(Collection<ToolCallback> tools) {
		if (!this.hideDenied) {
			return Set.of();
		}
		Set<ToolCallback> denied = Collections.newSetFromMap(new IdentityHashMap<>());
		byAgent(tools).forEach((decisions, required) -> {
			Map<String, CapabilityDecision> asked = ask(decisions, required);
			required.stream()
				.filter((each) -> isDenied(decisions, each.requirement(), asked))
				.forEach((each) -> denied.add(each.tool()));
		});
		return denied;
	}

	/**
	 * Return the requirements of the tools that have any, by the decisions that apply. If
	 * the guard of another agent is around a tool, that agent's decisions apply.
	 */
	private IdentityHashMap<CapabilityDecisions, List<Required>> byAgent(Collection<ToolCallback> tools) {
		IdentityHashMap<CapabilityDecisions, List<Required>> byAgent = new IdentityHashMap<>(2);
		for (ToolCallback tool : tools) {
			GuardTerms terms = this.requirements.find(tool);
			if (terms != null && terms.requirement() != null && !isCurable(tool, terms)) {
				byAgent.computeIfAbsent(decisionsOn(tool), (decisions) -> new ArrayList<>())
					.add(new Required(tool, terms.requirement()));
			}
		}
		return byAgent;
	}

	/**
	 * A tool whose refusal may be cured is offered.
	 */
	private static boolean isCurable(ToolCallback tool, GuardTerms terms) {
		if (tool instanceof CallerBoundToolCallback callers) {
			return isCurable(callers.tool(), terms);
		}
		GuardedToolCallback guarded = GuardedToolCallback.around(tool);
		CapabilityTerm term = terms.get(CapabilityTerm.class);
		return (guarded != null) ? guarded.isCurable() : term != null && term.isRequested();
	}

	private CapabilityDecisions decisionsOn(ToolCallback tool) {
		if (tool instanceof CallerBoundToolCallback callers) {
			return decisionsOn(callers.tool());
		}
		GuardedToolCallback guarded = GuardedToolCallback.around(tool);
		return (guarded != null) ? guarded.decisions() : this.decisions.get();
	}

	private static boolean isDenied(CapabilityDecisions decisions, CapabilityRequirement requirement,
			Map<String, CapabilityDecision> asked) {
		CapabilityDecision decision = asked.keySet().containsAll(requirement.capabilities()) ? requirement.decide(asked)
				: decisions.known(requirement);
		return decision != null && decision.outcome() == CapabilityDecision.Outcome.DENY;
	}

	private static Map<String, CapabilityDecision> ask(CapabilityDecisions decisions, List<Required> required) {
		Set<String> unknown = new LinkedHashSet<>();
		for (Required each : required) {
			if (decisions.known(each.requirement()) == null) {
				unknown.addAll(each.requirement().capabilities());
			}
		}
		return unknown.isEmpty() ? Map.of() : decisions.decideEach(unknown);
	}

	/**
	 * Return whether {@link #among} would have to ask.
	 * @param tools the tools
	 * @return {@code false} if every answer is known, or none is needed
	 */
	boolean hasToAsk(Collection<ToolCallback> tools) {
		if (!this.hideDenied) {
			return false;
		}
		return byAgent(tools).entrySet()
			.stream()
			.anyMatch((agent) -> agent.getValue()
				.stream()
				.anyMatch((each) -> agent.getKey().known(each.requirement()) == null));
	}

	/**
	 * A tool that needs something.
	 *
	 * @param tool the tool
	 * @param requirement the tool's requirement
	 */
	private record Required(ToolCallback tool, CapabilityRequirement requirement) {
	}

}
