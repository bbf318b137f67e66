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

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.OnDenied;
import dev.lumoauth.spring.capability.RequiresCapability;

/**
 * The code needs capabilities of the agent.
 *
 * @param requirement the capabilities
 * @param isRequested whether a capability that the agent lacks is requested
 * ({@link OnDenied#REQUEST}): a gate of another term may cure the refusal
 * @since 0.1.0
 */
public record CapabilityTerm(CapabilityRequirement requirement,
		boolean isRequested) implements GuardTerm<CapabilityTerm> {

	/**
	 * A capability is requested only if nothing forbids it.
	 */
	@Override
	public CapabilityTerm and(CapabilityTerm other) {
		return new CapabilityTerm(this.requirement.and(other.requirement), this.isRequested && other.isRequested);
	}

	@Override
	public boolean includes(CapabilityTerm other) {
		return this.requirement.includes(other.requirement) && (!this.isRequested || other.isRequested);
	}

	@Override
	public String code() {
		return "capability";
	}

	@Override
	public String toString() {
		return "requires " + this.requirement.capabilities();
	}

}
