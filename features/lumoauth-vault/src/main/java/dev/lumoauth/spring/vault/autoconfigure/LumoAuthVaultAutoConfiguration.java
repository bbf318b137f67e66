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

package dev.lumoauth.spring.vault.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.NamedAgentBeans;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnActivation;
import dev.lumoauth.spring.autoconfigure.config.ConditionalOnMissingPart;
import dev.lumoauth.spring.autoconfigure.config.ConfigurationProblems;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.vault.LumoAuthConnections;

/**
 * Auto-configuration for the tokens of third parties, of each agent.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@ConditionalOnClass(LumoAuthAutoConfiguration.class)
@ConditionalOnActivation({ Activation.CONFIGURED, Activation.NAMED_ONLY })
@EnableConfigurationProperties(LumoAuthConnectionsProperties.class)
@Import(LumoAuthVaultAutoConfiguration.NamedBeans.class)
public final class LumoAuthVaultAutoConfiguration {

	/**
	 * Not lazy, whatever the application's default is: errors show at start.
	 */
	@Bean
	@Lazy(false)
	ConnectionsFeature lumoAuthConnectionsFeature(LumoAuthConnectionsProperties properties, LumoAuthProperties lumoAuth,
			ObjectProvider<CurrentUser> user) {
		ConfigurationProblems problems = new ConfigurationProblems();
		new ThirdPartiesRule(problems).check(properties.connections());
		problems.throwIfAny();
		return new ConnectionsFeature(ThirdPartiesRule.parties(properties.connections()), lumoAuth.maxWait(), user);
	}

	@Lazy
	@Bean
	@ConditionalOnActivation(Activation.CONFIGURED)
	@ConditionalOnMissingPart
	LumoAuthConnections lumoAuthConnections(AgentRuntimes agents) {
		return agents.main().own(LumoAuthConnections.class);
	}

	static final class NamedBeans extends NamedAgentBeans {

		NamedBeans() {
			super("lumoAuthConnections", LumoAuthConnections.class);
		}

	}

}
