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
	 * Decide what a tool needs. If LumoAuth is asked about tools, and not about
	 * capabilities, it is asked about this tool.
	 * @param requirement what the tool needs
	 * @param tool the name of the tool, or of the tool that runs the guarded code;
	 * {@code null} if there is none
	 * @return as {@link #decide(CapabilityRequirement)}
	 */
	CapabilityDecision decide(CapabilityRequirement requirement, @Nullable String tool);

	/**
	 * Decide the same from what is known, without sending a request. Does not block.
	 * @param requirement what the tool needs
	 * @param tool the name of the tool, or {@code null} if there is none
	 * @return the decision if it follows from fresh answers, otherwise {@code null}
	 */
	@Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement, @Nullable String tool);

	/**
	 * Decide what each of several tools needs. Everything that is not known is asked for
	 * in one request, if LumoAuth accepts several questions at once.
	 * @param tools what each tool needs, by the name of the tool
	 * @return a decision for each tool
	 */
	Map<String, CapabilityDecision> decideTools(Map<String, CapabilityRequirement> tools);

	/**
	 * Decide what a tool needs, with any kind of decisions.
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
	 * Decide what a tool needs from what is known, with any kind of decisions.
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
	 * Decide what each of several tools needs, with any kind of decisions.
	 * @param decisions the decisions
	 * @param tools what each tool needs, by the name of the tool
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
