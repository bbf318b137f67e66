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

package dev.lumoauth.spring.mcp.server;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RememberedDecision;
import dev.lumoauth.spring.capability.StaleIfErrorUse;
import org.jspecify.annotations.Nullable;

/**
 * Decides for the caller of a server if one is signed in on the thread, and otherwise for
 * the agent.
 */
record CallerOrAgent(CallerDecisions callers, boolean aboutTools,
		CapabilityDecisions agent) implements CapabilityDecisions {

	@Override
	public CapabilityDecision decide(CapabilityRequirement requirement) {
		return decide(requirement, null);
	}

	@Override
	public CapabilityDecision decide(CapabilityRequirement requirement, @Nullable String tool) {
		CapabilityRequirement asked = asked(requirement, tool);
		return (asked != null) ? about(requirement, here().decide(asked)) : noTool();
	}

	@Override
	public @Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement) {
		return decideKnown(requirement, null);
	}

	@Override
	public @Nullable CapabilityDecision decideKnown(CapabilityRequirement requirement, @Nullable String tool) {
		CapabilityRequirement asked = asked(requirement, tool);
		if (asked == null) {
			return noTool();
		}
		CapabilityDecision known = here().decideKnown(asked);
		return (known != null) ? about(requirement, known) : null;
	}

	@Override
	public Map<String, CapabilityDecision> decideTools(Map<String, CapabilityRequirement> tools) {
		if (!isAboutTools()) {
			return here().decideTools(tools);
		}
		Map<String, CapabilityDecision> each = here()
			.decideEach(tools.keySet().stream().filter(CapabilityRequirement::isValid).toList());
		Map<String, CapabilityDecision> decisions = new LinkedHashMap<>();
		tools.forEach((tool, requirement) -> decisions.put(tool,
				about(requirement, each.getOrDefault(tool, CapabilityDecision.deny(List.of())))));
		return decisions;
	}

	@Override
	public Map<String, CapabilityDecision> decideEach(Collection<String> capabilities) {
		if (!isAboutTools()) {
			return here().decideEach(capabilities);
		}
		Map<String, CapabilityDecision> decisions = new LinkedHashMap<>();
		capabilities.forEach((name) -> decisions.put(CapabilityRequirement.requireValid(name), noTool()));
		return decisions;
	}

	@Override
	public @Nullable CapabilityDecision known(CapabilityRequirement requirement) {
		return isAboutTools() ? null : here().known(requirement);
	}

	/**
	 * Return the decisions for the caller, or else for the agent.
	 */
	private CapabilityDecisions here() {
		CallerAuthenticationToken caller = CallerAuthenticationToken.current();
		return (caller != null) ? this.callers.of(caller) : this.agent;
	}

	private boolean isAboutTools() {
		return this.aboutTools && CallerAuthenticationToken.current() != null;
	}

	private @Nullable CapabilityRequirement asked(CapabilityRequirement requirement, @Nullable String tool) {
		if (!isAboutTools()) {
			return requirement;
		}
		return (tool != null && CapabilityRequirement.isValid(tool)) ? CapabilityRequirement.of(tool) : null;
	}

	/**
	 * Return the decision about the tool as a decision about the capabilities that the
	 * tool needs.
	 */
	private CapabilityDecision about(CapabilityRequirement requirement, CapabilityDecision decision) {
		return (isAboutTools() && decision.outcome() == CapabilityDecision.Outcome.DENY)
				? CapabilityDecision.deny(requirement.capabilities()) : decision;
	}

	private static CapabilityDecision noTool() {
		return CapabilityDecision.unavailable(new LumoAuthUnavailableException(
				"With lumoauth.mcp.server.decide-by=authorize, LumoAuth decides about tools only, and this code is "
						+ "called outside of any tool of the server: choose check or scopes, or call the code in a "
						+ "tool",
				null));
	}

	/**
	 * The answers about the agent. The answers about callers are not shown to anybody
	 * else.
	 */
	@Override
	public List<RememberedDecision> remembered() {
		return this.agent.remembered();
	}

	@Override
	public @Nullable StaleIfErrorUse staleUse() {
		return this.agent.staleUse();
	}

	@Override
	public void invalidate() {
		this.agent.invalidate();
		this.callers.forget(CapabilityDecisions::invalidate);
	}

	@Override
	public void invalidate(String capability) {
		this.agent.invalidate(capability);
		this.callers.forget((decisions) -> decisions.invalidate(capability));
	}

}
