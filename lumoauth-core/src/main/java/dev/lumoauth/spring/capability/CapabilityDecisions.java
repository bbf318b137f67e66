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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether the agent has a capability. All guards and {@code LumoAuthAgent} ask
 * here. The methods don't throw if LumoAuth can't be asked: that is an outcome.
 *
 * @since 0.1.0
 */
public interface CapabilityDecisions {

	/**
	 * Return a builder of decisions that are based on a source's answers.
	 * @param source the source to ask
	 * @return the builder; without further settings the decisions remember nothing
	 */
	static CapabilityDecisionsBuilder builder(CapabilitySource source) {
		return new CapabilityDecisionsBuilder(source);
	}

	/**
	 * Decide a requirement of guarded code, with at most one request for everything that
	 * is not known.
	 * @param requirement the requirement
	 * @return allow, deny with what is missing, or unavailable with the cause
	 */
	CapabilityDecision decide(CapabilityRequirement requirement);

	/**
	 * Decide what a tool needs. If LumoAuth is asked about tools, and not about
	 * capabilities, it is asked about this tool.
	 * @param requirement what the tool needs
	 * @param tool the name of the tool, or of the tool that runs the guarded code;
	 * {@code null} if there is none
	 * @return by default as {@link #decide(CapabilityRequirement)}
	 */
	default CapabilityDecision decide(CapabilityRequirement requirement, @Nullable String tool) {
		return decide(requirement);
	}

	/**
	 * Decide what each of several tools needs. Everything that is not known is asked for
	 * in one request, if LumoAuth accepts several questions at once.
	 * @param tools what each tool needs, by the name of the tool
	 * @return a decision for each tool
	 */
	default Map<String, CapabilityDecision> decideTools(Map<String, CapabilityRequirement> tools) {
		List<String> capabilities = tools.values()
			.stream()
			.flatMap((requirement) -> requirement.capabilities().stream())
			.distinct()
			.toList();
		Map<String, CapabilityDecision> each = capabilities.isEmpty() ? Map.of() : decideEach(capabilities);
		Map<String, CapabilityDecision> decided = new LinkedHashMap<>();
		tools.forEach((tool, requirement) -> decided.put(tool,
				Objects.requireNonNull(requirement.decide(each::get), "A capability without a decision")));
		return decided;
	}

	/**
	 * Decide each of several capabilities, with one request for all that are not known
	 * (in batches of 100).
	 * @param capabilities the names
	 * @return an entry for each name, in the order given
	 * @throws IllegalArgumentException if a name is not valid
	 */
	Map<String, CapabilityDecision> decideEach(Collection<String> capabilities);

	/**
	 * Return what is known about a requirement without sending a request. Does not block.
	 * @param requirement what code needs
	 * @return the decision if it follows from fresh answers, otherwise {@code null}
	 */
	@Nullable CapabilityDecision known(CapabilityRequirement requirement);

	/**
	 * Decide from what is known, without sending a request. Does not block. Unlike
	 * {@link #known}, this is a decision and is observed as one.
	 * @param requirement what code needs
	 * @return the decision if it follows from fresh answers, otherwise {@code null}
	 */
	default @Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement) {
		return known(requirement);
	}

	/**
	 * Decide what a tool needs from what is known, without sending a request. Does not
	 * block.
	 * @param requirement what the tool needs
	 * @param tool the name of the tool, or {@code null} if there is none
	 * @return by default as {@link #decideKnown(CapabilityRequirement)}
	 */
	default @Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement, @Nullable String tool) {
		return decideKnown(requirement);
	}

	/**
	 * Return the remembered answers: those that count now, and those that would count if
	 * LumoAuth were unreachable. Sends no request.
	 * @return the answers, sorted by the name of the capability; none by default
	 */
	default List<RememberedDecision> remembered() {
		return List.of();
	}

	/**
	 * Return whether allows past their lifetime have been used since LumoAuth's last
	 * answer. Sends no request.
	 * @return since when and how often; {@code null} if none was used, and by default
	 */
	default @Nullable StaleIfErrorUse staleUse() {
		return null;
	}

	/**
	 * Forget every answer, for applications that learn of a change in another way. The
	 * answer to a request in progress is not kept. What replicas share is forgotten too;
	 * what the others remember themselves is not.
	 */
	void invalidate();

	/**
	 * Forget the answer about one capability.
	 * @param capability the name
	 */
	void invalidate(String capability);

}
