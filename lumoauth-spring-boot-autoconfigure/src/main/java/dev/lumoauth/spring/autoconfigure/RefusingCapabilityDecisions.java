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

package dev.lumoauth.spring.autoconfigure;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;

/**
 * Decisions for the case that LumoAuth can't be asked, because it is turned off or not
 * configured: guarded code stays closed.
 */
public final class RefusingCapabilityDecisions implements CapabilityDecisions {

	/** Names the property to change, for people who run the application. */
	private final String reason;

	RefusingCapabilityDecisions(String reason) {
		this.reason = reason;
	}

	@Override
	public CapabilityDecision decide(CapabilityRequirement requirement) {
		return refuse();
	}

	@Override
	public Map<String, CapabilityDecision> decideEach(Collection<String> capabilities) {
		Map<String, CapabilityDecision> decisions = new LinkedHashMap<>();
		for (String capability : capabilities) {
			decisions.put(CapabilityRequirement.requireValid(capability), refuse());
		}
		return decisions;
	}

	@Override
	public CapabilityDecision known(CapabilityRequirement requirement) {
		return refuse();
	}

	@Override
	public void invalidate() {
		// Nothing is remembered.
	}

	@Override
	public void invalidate(String capability) {
		// Nothing is remembered.
	}

	private CapabilityDecision refuse() {
		return CapabilityDecision.unavailable(new LumoAuthUnavailableException(this.reason, null));
	}

}
