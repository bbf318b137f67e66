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

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.jspecify.annotations.Nullable;

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
	 * Find the tools not to offer, because the agent may not use them now, with at most
	 * one request.
	 * @param tools the tools
	 * @return those denied; none where denied tools are not to be hidden. A tool whose
	 * answer is not to be had is not among them, since it is asked about again when it is
	 * called
	 */
	Set<ToolCallback> among(Collection<ToolCallback> tools) {
		if (!this.hideDenied) {
			return Set.of();
		}
		Map<String, CapabilityDecision> asked = ask(tools);
		Set<ToolCallback> denied = null;
		for (ToolCallback tool : tools) {
			CapabilityRequirement requirement = requirementOf(tool);
			if (requirement != null && isDenied(requirement, asked)) {
				denied = (denied != null) ? denied : Collections.newSetFromMap(new IdentityHashMap<>());
				denied.add(tool);
			}
		}
		return (denied != null) ? denied : Set.of();
	}

	private @Nullable CapabilityRequirement requirementOf(ToolCallback tool) {
		ToolTerms terms = this.requirements.find(tool);
		return (terms != null) ? terms.requirement() : null;
	}

	private boolean isDenied(CapabilityRequirement requirement, Map<String, CapabilityDecision> asked) {
		CapabilityDecision decision = asked.keySet().containsAll(requirement.capabilities()) ? requirement.decide(asked)
				: this.decisions.get().known(requirement);
		return decision != null && decision.outcome() == CapabilityDecision.Outcome.DENY;
	}

	private Map<String, CapabilityDecision> ask(Collection<ToolCallback> tools) {
		Set<String> unknown = null;
		for (ToolCallback tool : tools) {
			CapabilityRequirement requirement = requirementOf(tool);
			if (requirement != null && this.decisions.get().known(requirement) == null) {
				unknown = (unknown != null) ? unknown : new LinkedHashSet<>();
				unknown.addAll(requirement.capabilities());
			}
		}
		return (unknown != null) ? this.decisions.get().decideEach(unknown) : Map.of();
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
		for (ToolCallback tool : tools) {
			CapabilityRequirement requirement = requirementOf(tool);
			if (requirement != null && this.decisions.get().known(requirement) == null) {
				return true;
			}
		}
		return false;
	}

}
