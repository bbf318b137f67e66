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

package dev.lumoauth.spring.autoconfigure.actuate;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.StaleIfErrorUse;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} that shows whether allows past their lifetime are in use. It
 * sends no request. The status is always {@code UP}: an application that bridges an
 * outage works as configured and must not be taken out of service for that.
 */
final class StaleDecisionsHealthIndicator extends AbstractHealthIndicator {

	private final Supplier<List<AgentRuntime>> agents;

	private final Duration staleIfUnavailable;

	StaleDecisionsHealthIndicator(Supplier<List<AgentRuntime>> agents, Duration staleIfUnavailable) {
		super("LumoAuth capabilities health check failed");
		this.agents = agents;
		this.staleIfUnavailable = staleIfUnavailable;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Map<String, Object> stale = new LinkedHashMap<>();
		for (AgentRuntime agent : this.agents.get()) {
			StaleIfErrorUse use = agent.get(CapabilityDecisions.class).staleUse();
			if (use != null) {
				stale.put(agent.identity().clientId(), Map.of("since", use.since().toString(), "last",
						use.last().toString(), "decisions", use.decisions()));
			}
		}
		builder.up()
			.withDetail("staleIfUnavailable", this.staleIfUnavailable.toString())
			.withDetail("staleDecisions", stale);
	}

}
