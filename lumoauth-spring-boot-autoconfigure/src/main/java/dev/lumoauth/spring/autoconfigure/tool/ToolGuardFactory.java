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
package dev.lumoauth.spring.autoconfigure.tool;

import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.agent.AgentBuilder;
import dev.lumoauth.spring.agent.AgentFeature;
import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.guard.CallObservations;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.tool.ToolGuard;
import dev.lumoauth.spring.tool.ToolPolicy;
import dev.lumoauth.spring.user.CurrentUser;
import org.jspecify.annotations.Nullable;

/**
 * Creates the guards of agents, which differ only in who decides.
 */
record ToolGuardFactory(GuardRuntime guards, Supplier<List<ToolPolicy>> policies, Supplier<CurrentUser> user,
		LumoAuthProperties.Tools tools, CallObservations observations) implements AgentFeature {

	/**
	 * Each named agent has a guard of its own.
	 */
	@Override
	public void addTo(AgentBuilder agent) {
		AgentIdentity identity = agent.identity();
		if (identity != null && identity.name() != null) {
			agent.provide(ToolGuard.class, (runtime) -> create(() -> runtime.get(CapabilityDecisions.class),
					runtime::gates, identity.name(), this.guards.reports().of(identity.clientId())));
		}
	}

	/**
	 * Create the guard of the default agent.
	 * @param decisions supplies the decisions; called when the first tool is called
	 * @param gates supplies the further gates
	 */
	ToolGuard createLate(Supplier<CapabilityDecisions> decisions, Supplier<List<Gate<?>>> gates) {
		return create(decisions, gates, null, this.guards.reports());
	}

	private ToolGuard create(Supplier<CapabilityDecisions> decisions, Supplier<List<Gate<?>>> gates,
			@Nullable String agent, GuardReports reports) {
		return new ToolGuard(new Guard(decisions, this.user, reports, this.observations, gates), this.guards.finder(),
				this.policies, this.tools.onDenied(), this.tools.hideDenied(),
				this.guards.register().place(GuardLayer.TOOL_GUARD, agent));
	}

}
