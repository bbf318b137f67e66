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

import java.util.Set;

import dev.lumoauth.spring.agent.DefaultLumoAuthAgent;
import dev.lumoauth.spring.approval.Approvals;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.connection.LumoAuthConnections;
import dev.lumoauth.spring.token.LumoAuthTokens;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the beans of the {@link NamedAgents}. It uses factory methods, which also
 * work with ahead-of-time processing.
 */
final class NamedAgentsRegistrar implements ImportBeanDefinitionRegistrar {

	/** Also the name of the bean of the default agent. */
	static final String DECISIONS = "lumoAuthCapabilityDecisions";

	private static final Log logger = LogFactory.getLog(NamedAgentsRegistrar.class);

	/** The name of the bean with the factory method {@code namedAgent}. */
	static final String FACTORY = "lumoAuthAgentParts";

	static final String PARTS = "lumoAuthNamedAgent";

	private final Environment environment;

	NamedAgentsRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		if (Activation.of(this.environment, null) == Activation.DISABLED) {
			return;
		}
		Set<String> names = NamedAgents.names(this.environment);
		if (!names.isEmpty() && Activation.of(this.environment, null) == Activation.CONFIGURED) {
			logger.info("Besides the default agent there are agents that are injected with "
					+ NamedAgents.qualifiers(names) + ". Without a qualifier, the default agent is injected, "
					+ "whatever the name of the field or parameter.");
		}
		for (String name : names) {
			RootBeanDefinition parts = new RootBeanDefinition(NamedAgent.class);
			parts.setFactoryBeanName(FACTORY);
			parts.setFactoryMethodName("namedAgent");
			parts.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
			parts.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
			NamedAgents.register(registry, PARTS, name, parts);
			register(registry, "lumoAuthTokens", name, LumoAuthTokens.class, "tokens");
			register(registry, DECISIONS, name, CapabilityDecisions.class, "decisions");
			register(registry, "lumoAuthBudgetMonitor", name, BudgetMonitor.class, "budgetMonitor");
			register(registry, "lumoAuthApprovals", name, Approvals.class, "approvals");
			register(registry, "lumoAuthConnections", name, LumoAuthConnections.class, "connections");
			register(registry, "lumoAuthAgent", name, DefaultLumoAuthAgent.class, "agent");
		}
	}

	private static void register(BeanDefinitionRegistry registry, String bean, String agent, Class<?> type,
			String factoryMethod) {
		RootBeanDefinition definition = new RootBeanDefinition(type);
		definition.setFactoryBeanName(NamedAgents.beanName(PARTS, agent));
		definition.setFactoryMethodName(factoryMethod);
		NamedAgents.register(registry, bean, agent, definition);
	}

}
