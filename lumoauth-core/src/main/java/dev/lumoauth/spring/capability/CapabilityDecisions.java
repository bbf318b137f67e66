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

import org.jspecify.annotations.Nullable;

/**
 * Decides whether the agent has a capability. The one place where every guard and
 * {@code LumoAuthAgent} ask. Never throws because LumoAuth could not be asked: that is an
 * outcome.
 *
 * @since 0.1.0
 */
public interface CapabilityDecisions {

	/**
	 * Return a builder of decisions out of a source's answers.
	 * @param source whom to ask
	 * @return the builder of decisions that remember nothing
	 */
	static CapabilityDecisionsBuilder builder(CapabilitySource source) {
		return new CapabilityDecisionsBuilder(source);
	}

	/**
	 * Decide what code needs, with at most one request for all that is not known.
	 * @param requirement what it needs
	 * @return allow, deny with what is missing, or unavailable with the cause
	 */
	CapabilityDecision decide(CapabilityRequirement requirement);

	/**
	 * Decide each of several capabilities, with one request for all that are not known
	 * (in slices of 100).
	 * @param capabilities the names
	 * @return an entry for each name, in the order given
	 * @throws IllegalArgumentException if a name is not valid
	 */
	Map<String, CapabilityDecision> decideEach(Collection<String> capabilities);

	/**
	 * Return what is known of a requirement without asking anyone. Does not block.
	 * @param requirement what code needs
	 * @return the decision if it follows from fresh answers, otherwise {@code null}
	 */
	@Nullable CapabilityDecision known(CapabilityRequirement requirement);

	/**
	 * Decide from what is known, without asking anyone. Does not block. Unlike
	 * {@link #known}, which only looks, this is a decision, and observed as one.
	 * @param requirement what code needs
	 * @return the decision if it follows from fresh answers, otherwise {@code null}
	 */
	default @Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement) {
		return known(requirement);
	}

	/**
	 * Return the answers that are remembered: those that count now, and those that would
	 * if LumoAuth were unreachable. Asks nobody.
	 * @return the answers, sorted by the name of the capability; none by default
	 */
	default List<RememberedDecision> remembered() {
		return List.of();
	}

	/**
	 * Return whether, since LumoAuth's last answer, allows past their lifetime have been
	 * used. Asks nobody.
	 * @return since when and how often; {@code null} if none was, as by default
	 */
	default @Nullable StaleIfErrorUse staleUse() {
		return null;
	}

	/**
	 * Forget every answer, for applications that learn of a change by themselves. An
	 * answer under way when this is called is not kept.
	 */
	void invalidate();

	/**
	 * Forget the answer about one capability.
	 * @param capability the name
	 */
	void invalidate(String capability);

}
