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

import java.util.Arrays;
import java.util.List;

import dev.lumoauth.spring.agent.AgentRuntimes;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.RefusingCapabilityDecisions;
import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnection;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.guard.Gate;
import dev.lumoauth.spring.guard.GateSource;
import dev.lumoauth.spring.guard.method.GuardEnvironment;
import dev.lumoauth.spring.guard.method.MethodGuardConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration for the guard around bean methods. It applies whether or not
 * LumoAuth is configured: an annotated method is never open.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = LumoAuthAutoConfiguration.class)
@Import(MethodGuardConfiguration.class)
public final class LumoAuthMethodSecurityAutoConfiguration {

	private static final String DECISIONS = "lumoAuthCapabilityDecisions";

	private static final String TURN_OFF = " Or set lumoauth.enabled=false: the application then starts, and that code is "
			+ "refused when it is called.";

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static BootEnvironment lumoAuthGuardEnvironment(ObjectProvider<LumoAuthConnection> connection,
			ObjectProvider<AgentRuntimes> agents, Environment environment,
			ConfigurableListableBeanFactory beanFactory) {
		return new BootEnvironment(connection, agents, environment, beanFactory);
	}

	/**
	 * The settings from the properties, and the gates of the default agent. They are
	 * looked up on use, because the guard is created first.
	 */
	record BootEnvironment(ObjectProvider<LumoAuthConnection> connection, ObjectProvider<AgentRuntimes> agents,
			Environment environment,
			ConfigurableListableBeanFactory beanFactory) implements GuardEnvironment, GateSource {

		@Override
		public List<Gate<?>> gates() {
			AgentRuntimes available = this.agents.getIfAvailable();
			return (available != null) ? available.main().gates() : List.of();
		}

		@Override
		public String agent() {
			LumoAuthConnection available = this.connection.getIfAvailable();
			String clientId = (available != null) ? available.clientId() : null;
			return (clientId != null) ? clientId : "none";
		}

		/**
		 * An application with its own decisions needs no LumoAuth.
		 */
		@Override
		public @Nullable String missing() {
			Activation activation = Activation.of(this.environment, this.beanFactory);
			boolean missing = activation == Activation.IDLE || activation == Activation.NAMED_ONLY;
			return (missing && !decides(this.beanFactory)) ? activation.action() + TURN_OFF : null;
		}

		@Override
		public boolean isConfigured() {
			return Activation.of(this.environment, this.beanFactory) != Activation.IDLE;
		}

	}

	private static boolean decides(ConfigurableListableBeanFactory beanFactory) {
		return Arrays.stream(beanFactory.getBeanNamesForType(CapabilityDecisions.class, true, false))
			.filter((name) -> !isOfNamedAgent(name, beanFactory))
			.anyMatch((name) -> !isRefusing(name, beanFactory));
	}

	/**
	 * Whoever has callers decides for them, although there is no default agent.
	 */
	private static boolean isRefusing(String name, ConfigurableListableBeanFactory beanFactory) {
		return beanFactory.isTypeMatch(name, RefusingCapabilityDecisions.class)
				|| (name.equals(DECISIONS) && beanFactory.getBean(name) instanceof RefusingCapabilityDecisions);
	}

	private static boolean isOfNamedAgent(String name, ConfigurableListableBeanFactory beanFactory) {
		return beanFactory.containsBeanDefinition(name)
				&& beanFactory.getBeanDefinition(name) instanceof AbstractBeanDefinition definition
				&& !definition.isDefaultCandidate();
	}

}
