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

package dev.lumoauth.pin.autoconfigure;

import java.time.Clock;
import java.util.Objects;

import dev.lumoauth.pin.PinFeature;
import dev.lumoauth.pin.Pins;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The PINs of each agent, and their health.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@ConditionalOnBean(AgentRuntimes.class)
public final class PinAutoConfiguration {

	@Bean
	PinFeature lumoAuthPinFeature(ObjectProvider<Clock> clock) {
		return new PinFeature(clock.getIfUnique(Clock::systemUTC));
	}

	@Bean
	@ConditionalOnMissingBean
	Pins lumoAuthPins(AgentRuntimes agents) {
		return agents.main().own(Pins.class);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthIndicator.class)
	static class HealthConfiguration {

		@Bean
		HealthIndicator lumoAuthPinHealthIndicator(AgentRuntimes agents) {
			return () -> {
				Health.Builder health = Health.up();
				agents.all()
					.forEach((agent) -> health.withDetail(Objects.requireNonNull(agent.identity()).clientId(),
							agent.get(Pins.class).entered()));
				return health.build();
			};
		}

	}

}
