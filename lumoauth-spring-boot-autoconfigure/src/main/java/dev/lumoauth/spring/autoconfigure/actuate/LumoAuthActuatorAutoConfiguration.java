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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.FeatureCredentials;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthProperties;
import dev.lumoauth.spring.autoconfigure.config.NamedAgents;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.concurrent.BackgroundWork;
import dev.lumoauth.spring.guard.GuardRuntime;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for Boot's actuator: the endpoint {@code lumoauth}, which exists
 * only if the application exposes it, audit events, no secret of this library in the
 * other endpoints, and the health components {@code lumoAuth}, {@code lumoAuthBudget}
 * and, in applications that bridge an outage of LumoAuth, {@code lumoAuthCapabilities}.
 * It applies whether or not LumoAuth is configured.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { LumoAuthAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class },
		beforeName = "org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration")
@ConditionalOnClass(SanitizingFunction.class)
@EnableConfigurationProperties(LumoAuthAuditProperties.class)
public final class LumoAuthActuatorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	LumoAuthSanitizingFunction lumoAuthSanitizingFunction(ObjectProvider<LumoAuthConnection> connection,
			ObjectProvider<FeatureCredentials> features, ConfigurableEnvironment environment) {
		return new LumoAuthSanitizingFunction(environment,
				() -> more(connection.getIfAvailable(), features.orderedStream().toList(), environment));
	}

	/**
	 * Return the secret of the application's own connection details, and those that are
	 * elsewhere and that a property names.
	 */
	private static List<String> more(@Nullable LumoAuthConnection connection, List<FeatureCredentials> features,
			Environment environment) {
		List<String> secrets = new ArrayList<>();
		if (connection != null && connection.clientSecret() != null) {
			secrets.add(connection.clientSecret());
		}
		Set<String> agents = features.isEmpty() ? Set.of() : NamedAgents.names(environment);
		features.forEach((feature) -> {
			secrets.addAll(feature.secrets("lumoauth"));
			agents.forEach((agent) -> secrets.addAll(feature.secrets("lumoauth.agents." + agent)));
		});
		return secrets;
	}

	@Bean
	@ConditionalOnMissingBean
	AuditTrail lumoAuthAuditTrail(ApplicationEventPublisher publisher, LumoAuthAuditProperties properties) {
		return new AuditTrail(publisher, properties.grants());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnBean(AgentRuntimes.class)
	static class EndpointConfiguration {

		/**
		 * The condition is here and not on the class, because a class-level condition
		 * would have to match before the other beans are considered.
		 */
		@Bean
		@ConditionalOnAvailableEndpoint
		@ConditionalOnMissingBean
		LumoAuthEndpoint lumoAuthEndpoint(LumoAuthConnection connection, AgentRuntimes agents,
				ObjectProvider<GuardRuntime> guards, ObjectProvider<EndpointPart> parts,
				ObjectProvider<EndpointOperation> operations) {
			return new LumoAuthEndpoint(connection, agents, () -> GuardRuntime.guarded(guards.getIfAvailable()), parts,
					operations);
		}

	}

	/**
	 * The components are in no liveness or readiness group unless the application puts
	 * them there.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Health.class, ConditionalOnEnabledHealthIndicator.class })
	@ConditionalOnEnabledHealthIndicator("lumoauth")
	static class HealthConfiguration {

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

}
