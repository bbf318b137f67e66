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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.config.FeatureCredentials;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.guard.GuardRegister;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration for Boot's actuator: the endpoint {@code lumoauth}, which exists
 * only if the application exposes it, audit events, and no secret of this library in the
 * other endpoints. It applies whether or not LumoAuth is configured.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { LumoAuthAutoConfiguration.class, LumoAuthMethodSecurityAutoConfiguration.class })
@ConditionalOnClass(SanitizingFunction.class)
@EnableConfigurationProperties(LumoAuthAuditProperties.class)
public final class LumoAuthActuatorAutoConfiguration {

	/** The secrets that are one text. */
	private static final List<String> NAMES = List.of("lumoauth.client-secret", "lumoauth.token-store.encryption-key",
			"lumoauth.events.ssf.authorization-token", "AGENT_CLIENT_SECRET");

	@Bean
	@ConditionalOnMissingBean
	ClientSecretSanitizingFunction lumoAuthClientSecretSanitizingFunction(ObjectProvider<LumoAuthConnection> connection,
			ObjectProvider<FeatureCredentials> features, Environment environment) {
		return new ClientSecretSanitizingFunction(
				() -> secrets(connection.getIfAvailable(), features.orderedStream().toList(), environment));
	}

	@Bean
	@ConditionalOnMissingBean
	AuditTrail lumoAuthAuditTrail(ApplicationEventPublisher publisher, LumoAuthAuditProperties properties) {
		return new AuditTrail(publisher, properties.isGrants());
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
				ObjectProvider<GuardRegister> guards, ObjectProvider<EndpointPart> parts,
				ObjectProvider<EndpointOperation> operations) {
			return new LumoAuthEndpoint(connection, agents, guards.getIfAvailable(GuardRegister::new), parts,
					operations);
		}

	}

	/**
	 * Return the secrets, also those of a feature that is off: their values may be in
	 * variables that placeholders name.
	 */
	private static List<String> secrets(@Nullable LumoAuthConnection connection, List<FeatureCredentials> features,
			Environment environment) {
		List<@Nullable String> secrets = new ArrayList<>();
		if (connection != null) {
			secrets.add(connection.clientSecret());
		}
		NAMES.forEach((name) -> secrets.add(value(name, environment)));
		Binder binder = Binder.get(environment);
		secrets.addAll(binder.bind("lumoauth.events.webhook.secrets", Bindable.listOf(String.class)).orElse(List.of()));
		features.forEach((feature) -> secrets.addAll(feature.secrets("lumoauth")));
		binder.bind("lumoauth.agents", Bindable.mapOf(String.class, AgentSecret.class))
			.orElse(Map.of())
			.forEach((name, agent) -> {
				secrets.add(agent.clientSecret());
				features.forEach((feature) -> secrets.addAll(feature.secrets("lumoauth.agents." + name)));
			});
		return secrets.stream().filter(StringUtils::hasText).map(String::valueOf).toList();
	}

	private static @Nullable String value(String name, Environment environment) {
		try {
			return environment.getProperty(name);
		}
		catch (IllegalArgumentException ex) {
			return null; // its placeholder names nothing
		}
	}

	/**
	 * The secret of a named agent.
	 *
	 * @param clientSecret the secret
	 */
	record AgentSecret(@Nullable String clientSecret) {

	}

}
