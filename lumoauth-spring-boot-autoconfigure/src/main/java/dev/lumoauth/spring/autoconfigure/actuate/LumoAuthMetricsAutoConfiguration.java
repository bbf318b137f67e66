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

import dev.lumoauth.spring.agent.AgentRuntime;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetMeters;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the metrics: the budget and the tokens of each agent.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(AgentRuntimes.class)
public final class LumoAuthMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "lumoAuthMeters")
	MeterBinder lumoAuthMeters(AgentRuntimes agents) {
		return (registry) -> agents.all().forEach((agent) -> bind(agent, registry));
	}

	private static void bind(AgentRuntime agent, MeterRegistry registry) {
		new TokenMeters(agent.identity().clientId(), agent.get(LumoAuthTokens.class), Clock.systemUTC())
			.bindTo(registry);
		new BudgetMeters(agent.identity().clientId(), agent.get(BudgetMonitor.class)).bindTo(registry);
	}

}
