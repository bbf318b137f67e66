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

package dev.lumoauth.spring.guard;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call go on if the agent has the capabilities. Two of them are the same gate if
 * the same decisions count.
 *
 * @param decisions supplies the decisions of the agent
 * @param reports are told of each grant
 */
record CapabilityGate(Supplier<CapabilityDecisions> decisions, GuardReports reports) implements Gate<CapabilityTerm> {

	@Override
	public Class<CapabilityTerm> term() {
		return CapabilityTerm.class;
	}

	@Override
	public int order() {
		return CAPABILITY;
	}

	@Override
	public Admission admit(GuardedCall call, CapabilityTerm term) {
		CapabilityRequirement requirement = term.requirement();
		// The application's own implementation may return none.
		return admission(call, requirement.isNeverMet() ? CapabilityDecision.deny(List.of()) : Objects.requireNonNull(
				this.decisions.get().decide(requirement, call.toolOrOuterTool()), "No decision on a capability"));
	}

	@Override
	public @Nullable Admission known(GuardedCall call, CapabilityTerm term) {
		if (term.requirement().isNeverMet()) {
			return admit(call, term);
		}
		CapabilityDecision known = this.decisions.get().decideKnown(term.requirement(), call.toolOrOuterTool());
		return (known != null) ? admission(call, known) : null;
	}

	private Admission admission(GuardedCall call, CapabilityDecision decision) {
		if (decision.isGranted()) {
			if (this.reports.wants(decision)) {
				this.reports.granted(call, decision);
			}
			return Admission.FREE;
		}
		if (decision.outcome() == CapabilityDecision.Outcome.DENY) {
			throw new CapabilityDeniedException(decision.missing());
		}
		LumoAuthException cause = decision.cause();
		throw (cause != null) ? cause : new LumoAuthUnavailableException("There is no decision", null);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof CapabilityGate gate && gate.decisions.get() == this.decisions.get();
	}

	@Override
	public int hashCode() {
		return CapabilityGate.class.hashCode();
	}

}
