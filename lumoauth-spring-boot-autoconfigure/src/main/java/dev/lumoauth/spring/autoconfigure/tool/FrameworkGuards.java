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

import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.concurrent.RememberedBean;
import dev.lumoauth.spring.guard.CallObservations;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GateSource;
import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardReports;
import dev.lumoauth.spring.guard.GuardRuntime;
import dev.lumoauth.spring.guard.method.MethodGuardConfiguration;
import dev.lumoauth.spring.guard.observation.DefaultToolObservationConvention;
import dev.lumoauth.spring.user.CurrentUser;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Makes the guards around the tools of an agent framework, which differ only in who
 * decides. The auto-configuration of the framework imports this class.
 *
 * @since 0.1.0
 */
public final class FrameworkGuards {

	private final GuardReports reports;

	private final Supplier<CurrentUser> user;

	private final CallObservations observations;

	private final Guard main;

	FrameworkGuards(GuardRuntime guards, ObjectProvider<CapabilityDecisions> decisions,
			ObjectProvider<GateSource> gates, ObjectProvider<CurrentUser> user,
			ObjectProvider<ObservationRegistry> registry) {
		this.reports = guards.reports();
		this.user = RememberedBean.of(user);
		this.observations = new CallObservations(RememberedBean.unique(registry, () -> ObservationRegistry.NOOP),
				new DefaultToolObservationConvention());
		this.main = guard(RememberedBean.of(decisions), this.reports, MethodGuardConfiguration.gates(gates));
	}

	/**
	 * Return the guard of the default agent. Without such an agent, it refuses.
	 * @return the guard
	 */
	public Guard main() {
		return this.main;
	}

	/**
	 * Create the guard of a named agent.
	 * @param agent the agent
	 * @return a new guard
	 */
	public Guard of(AgentRuntime agent) {
		return guard(() -> agent.get(CapabilityDecisions.class), this.reports.of(agent.identity().clientId()),
				agent::gates);
	}

	private Guard guard(Supplier<CapabilityDecisions> decisions, GuardReports reports, Supplier<List<Gate<?>>> gates) {
		return new Guard(decisions, this.user, reports, this.observations, gates);
	}

}
