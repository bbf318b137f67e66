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
import java.util.Set;

import dev.lumoauth.spring.autoconfigure.config.Activation;
import dev.lumoauth.spring.autoconfigure.config.NamedAgents;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConstructorArgumentValues;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a part of the agents under {@code lumoauth.agents} as a bean, one for each
 * agent. The auto-configuration of a feature imports a subclass that names the part.
 * <p>
 * The bean is found with {@code @Qualifier("<name of the agent>")} only: injections
 * without a qualifier, lists and conditions don't see it. Its own name is that of the
 * default agent's bean, a dot, and the name of the agent. The definitions use a factory
 * method, which also works with ahead-of-time processing; a {@code BeanRegistrar} knows
 * no qualifiers.
 *
 * @since 0.1.0
 */
public abstract class NamedAgentBeans implements ImportBeanDefinitionRegistrar, EnvironmentAware {

	/** The name of the bean with the factory method {@code part}. */
	static final String RUNTIMES = "lumoAuthAgentRuntimes";

	private final Map<String, Class<?>> beans;

	private Set<String> agents = Set.of();

	/**
	 * Register one part.
	 * @param bean the name of the default agent's bean
	 * @param type the type of the part, as {@code AgentBuilder.provide} has it
	 */
	protected NamedAgentBeans(String bean, Class<?> type) {
		this(Map.of(bean, type));
	}

	/**
	 * Register several parts.
	 * @param beans the types of the parts, by the names of the default agent's beans
	 */
	protected NamedAgentBeans(Map<String, Class<?>> beans) {
		this.beans = beans;
	}

	@Override
	public final void setEnvironment(Environment environment) {
		this.agents = Activation.isDisabled(environment) ? Set.of() : NamedAgents.names(environment);
	}

	@Override
	public final void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		this.beans.forEach((bean, type) -> this.agents.forEach((agent) -> register(registry, bean, type, agent)));
	}

	private static void register(BeanDefinitionRegistry registry, String bean, Class<?> type, String agent) {
		RootBeanDefinition definition = new RootBeanDefinition(type);
		definition.setFactoryBeanName(RUNTIMES);
		definition.setFactoryMethodName("part");
		ConstructorArgumentValues arguments = definition.getConstructorArgumentValues();
		arguments.addIndexedArgumentValue(0, agent);
		arguments.addIndexedArgumentValue(1, type);
		definition.setDestroyMethodName(""); // AgentRuntimes closes the parts
		definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, agent));
		definition.setDefaultCandidate(false);
		registry.registerBeanDefinition(bean + "." + agent, definition);
	}

}
