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

import java.time.Clock;

import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.concurrent.BackgroundWork;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the health components {@code lumoAuth}, {@code lumoAuthBudget}
 * and, in applications that bridge an outage of LumoAuth, {@code lumoAuthCapabilities}.
 * They are in no liveness or readiness group unless the application puts them there.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class, before = HealthContributorAutoConfiguration.class)
@ConditionalOnClass(Health.class)
@ConditionalOnEnabledHealthIndicator("lumoauth")
public final class LumoAuthHealthAutoConfiguration {

	@Bean
	@ConditionalOnBean(AgentRuntimes.class)
	@ConditionalOnMissingBean(name = "lumoAuthHealthIndicator")
	IdentityHealthIndicator lumoAuthHealthIndicator(AgentRuntimes agents) {
		return new IdentityHealthIndicator(agents::all, agents.main().get(BackgroundWork.class).executor(),
				Clock.systemUTC());
	}

	@Bean
	@ConditionalOnBean(BudgetMonitor.class)
	@ConditionalOnMissingBean(name = "lumoAuthBudgetHealthIndicator")
	LumoAuthBudgetHealthIndicator lumoAuthBudgetHealthIndicator(BudgetMonitor monitor) {
		return new LumoAuthBudgetHealthIndicator(monitor);
	}

	@Bean
	@ConditionalOnProperty("lumoauth.capabilities.stale-if-unavailable")
	@ConditionalOnBean(AgentRuntimes.class)
	@ConditionalOnMissingBean(name = "lumoAuthCapabilitiesHealthIndicator")
	StaleDecisionsHealthIndicator lumoAuthCapabilitiesHealthIndicator(AgentRuntimes agents,
			LumoAuthProperties properties) {
		return new StaleDecisionsHealthIndicator(agents::all, properties.capabilities().staleIfUnavailable());
	}

}
