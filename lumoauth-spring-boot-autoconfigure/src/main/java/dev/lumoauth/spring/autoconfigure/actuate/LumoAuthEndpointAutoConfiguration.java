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

import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthBudgetAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.guard.GuardRegister;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the endpoint {@code lumoauth} of Boot's actuator. The endpoint
 * exists only if the application exposes it.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { LumoAuthAutoConfiguration.class, LumoAuthBudgetAutoConfiguration.class,
		LumoAuthMethodSecurityAutoConfiguration.class })
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(AgentRuntimes.class)
public final class LumoAuthEndpointAutoConfiguration {

	/**
	 * The condition is here and not on the class, because a class-level condition would
	 * have to match before the other beans are considered.
	 */
	@Bean
	@ConditionalOnAvailableEndpoint
	@ConditionalOnMissingBean
	LumoAuthEndpoint lumoAuthEndpoint(LumoAuthConnection connection, AgentRuntimes agents,
			ObjectProvider<GuardRegister> guards, ObjectProvider<EndpointPart> parts,
			ObjectProvider<EndpointOperation> operations) {
		return new LumoAuthEndpoint(connection, agents, guards.getIfAvailable(GuardRegister::new), parts, operations);
	}

}
