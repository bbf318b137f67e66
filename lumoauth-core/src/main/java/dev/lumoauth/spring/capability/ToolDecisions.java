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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Decisions that may depend on the tool that is called, and not only on what the tool
 * needs.
 *
 * @since 0.1.0
 */
public interface ToolDecisions extends CapabilityDecisions {

	/**
	 * Decide what a tool needs. Where LumoAuth is asked about tools, and not about
	 * capabilities, the tool is what it is asked about.
	 * @param requirement what it needs
	 * @param tool the name of the tool, or of the tool that runs what is decided on;
	 * {@code null} if there is none
	 * @return as {@link #decide(CapabilityRequirement)}
	 */
	CapabilityDecision decide(CapabilityRequirement requirement, @Nullable String tool);

	/**
	 * Decide the same from what is known, without asking anyone. Does not block.
	 * @param requirement what it needs
	 * @param tool the name of the tool, or {@code null} if there is none
	 * @return the decision if it follows from fresh answers, otherwise {@code null}
	 */
	@Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement, @Nullable String tool);

	/**
	 * Decide what each of several tools needs, with one request for all that is not
	 * known, where LumoAuth takes several at once.
	 * @param tools what each needs, by the name of the tool
	 * @return a decision for each tool
	 */
	Map<String, CapabilityDecision> decideTools(Map<String, CapabilityRequirement> tools);

	/**
	 * Decide what a tool needs, by whatever decisions there are.
	 * @param decisions the decisions
	 * @param requirement what it needs
	 * @param tool the name of the tool, or {@code null} if there is none
	 * @return the decision
	 */
	static CapabilityDecision decide(CapabilityDecisions decisions, CapabilityRequirement requirement,
			@Nullable String tool) {
		return (decisions instanceof ToolDecisions aware) ? aware.decide(requirement, tool)
				: decisions.decide(requirement);
	}

	/**
	 * Decide what a tool needs from what is known, by whatever decisions there are.
	 * @param decisions the decisions
	 * @param requirement what it needs
	 * @param tool the name of the tool, or {@code null} if there is none
	 * @return the decision, or {@code null}
	 */
	static @Nullable CapabilityDecision decideKnown(CapabilityDecisions decisions, CapabilityRequirement requirement,
			@Nullable String tool) {
		return (decisions instanceof ToolDecisions aware) ? aware.decideKnown(requirement, tool)
				: decisions.decideKnown(requirement);
	}

	/**
	 * Decide what each of several tools needs, by whatever decisions there are.
	 * @param decisions the decisions
	 * @param tools what each needs, by the name of the tool
	 * @return a decision for each tool
	 */
	static Map<String, CapabilityDecision> decideTools(CapabilityDecisions decisions,
			Map<String, CapabilityRequirement> tools) {
		if (decisions instanceof ToolDecisions aware) {
			return aware.decideTools(tools);
		}
		List<String> capabilities = tools.values()
			.stream()
			.flatMap((requirement) -> requirement.capabilities().stream())
			.distinct()
			.toList();
		Map<String, CapabilityDecision> each = capabilities.isEmpty() ? Map.of() : decisions.decideEach(capabilities);
		Map<String, CapabilityDecision> decided = new LinkedHashMap<>();
		tools.forEach((tool, requirement) -> decided.put(tool, requirement.decide(each)));
		return decided;
	}

}
