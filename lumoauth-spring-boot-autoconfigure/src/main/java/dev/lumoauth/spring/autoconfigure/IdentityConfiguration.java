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

import java.util.Map;

import dev.lumoauth.spring.LumoAuthAgent;
import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.client.LumoAuthClient;
import dev.lumoauth.spring.http.LumoAuthHttp;
import dev.lumoauth.spring.token.LumoAuthTokens;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * The parts of the default agent that an application injects or replaces. No bean here
 * sends a request before it is used.
 */
@Lazy
@Configuration(proxyBeanMethods = false)
@ConditionalOnActivation(Activation.CONFIGURED)
final class IdentityConfiguration {

	@Bean
	@ConditionalOnMissingBean
	LumoAuthHttp lumoAuthHttp(AgentRuntimes agents) {
		return agents.main().own(LumoAuthHttp.class);
	}

	@Bean
	@ConditionalOnMissingBean
	LumoAuthTokens lumoAuthTokens(AgentRuntimes agents) {
		return agents.main().own(LumoAuthTokens.class);
	}

	@Bean
	@ConditionalOnMissingBean
	LumoAuthClient lumoAuthClient(AgentRuntimes agents) {
		return agents.main().own(LumoAuthClient.class);
	}

	/**
	 * {@link AgentRuntimes} closes the parts.
	 */
	@Bean(destroyMethod = "")
	@ConditionalOnMissingBean
	BudgetMonitor lumoAuthBudgetMonitor(AgentRuntimes agents) {
		return agents.main().own(BudgetMonitor.class);
	}

	@Bean
	@ConditionalOnMissingBean
	LumoAuthAgent lumoAuthAgent(AgentRuntimes agents) {
		return agents.main().own(LumoAuthAgent.class);
	}

	static final class NamedBeans extends NamedAgentBeans {

		NamedBeans() {
			super(Map.of("lumoAuthTokens", LumoAuthTokens.class, "lumoAuthCapabilityDecisions",
					CapabilityDecisions.class, "lumoAuthBudgetMonitor", BudgetMonitor.class, "lumoAuthAgent",
					LumoAuthAgent.class));
		}

	}

}
