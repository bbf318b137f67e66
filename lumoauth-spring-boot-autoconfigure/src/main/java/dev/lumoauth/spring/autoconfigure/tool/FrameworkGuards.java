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
import java.util.Map;
import java.util.function.Supplier;

import dev.lumoauth.spring.agent.AgentIdentity;
import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.guard.CallObservations;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GateSource;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.method.MethodGuardConfiguration;
import dev.lumoauth.spring.guard.observation.DefaultToolObservationConvention;
import dev.lumoauth.spring.guard.tool.FrameworkGuard;
import dev.lumoauth.spring.user.CurrentUser;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Makes the guards around the tools of an agent framework, which differ only in who
 * decides. The auto-configuration of the framework imports this class.
 *
 * @since 0.1.0
 */
public final class FrameworkGuards {

	private final GuardRuntime guards;

	private final Supplier<CurrentUser> user;

	private final CallObservations observations;

	private final LumoAuthProperties.Tools tools;

	private final Supplier<BudgetMonitor> budget;

	private final FrameworkGuard main;

	FrameworkGuards(GuardRuntime guards, ObjectProvider<CapabilityDecisions> decisions,
			ObjectProvider<GateSource> gates, ObjectProvider<CurrentUser> user,
			ObjectProvider<ObservationRegistry> registry, ObjectProvider<BudgetMonitor> budget,
			LumoAuthProperties properties) {
		this.guards = guards;
		this.user = RememberedBean.of(user);
		this.observations = new CallObservations(RememberedBean.unique(registry, () -> ObservationRegistry.NOOP),
				new DefaultToolObservationConvention());
		this.tools = properties.tools();
		this.budget = new RememberedBean<>(
				() -> budget.getIfAvailable(() -> BudgetMonitor.builder(Map::of, Runnable::run).build()));
		this.main = guard(null, RememberedBean.of(decisions), guards.reports(), MethodGuardConfiguration.gates(gates));
	}

	/**
	 * Return the guard of the default agent. Without such an agent, it refuses.
	 * @return the guard
	 */
	public FrameworkGuard main() {
		return this.main;
	}

	/**
	 * Return the budget of the default agent. One of several budgets has to be the
	 * primary one.
	 * @return supplies the budget; an unlimited one without such an agent
	 */
	public Supplier<BudgetMonitor> budget() {
		return this.budget;
	}

	/**
	 * Create the guard of a named agent.
	 * @param agent the agent
	 * @return a new guard
	 */
	public FrameworkGuard of(AgentRuntime agent) {
		AgentIdentity identity = agent.identity();
		return guard(identity.name(), () -> agent.get(CapabilityDecisions.class),
				this.guards.reports().of(identity.clientId()), agent::gates);
	}

	private FrameworkGuard guard(@Nullable String agent, Supplier<CapabilityDecisions> decisions, GuardReports reports,
			Supplier<List<Gate<?>>> gates) {
		return new FrameworkGuard(new Guard(decisions, this.user, reports, this.observations, gates),
				this.tools.onDenied(), this.tools.hideDenied(),
				this.guards.register().place(GuardLayer.TOOL_CALLING_MANAGER, agent));
	}

}
