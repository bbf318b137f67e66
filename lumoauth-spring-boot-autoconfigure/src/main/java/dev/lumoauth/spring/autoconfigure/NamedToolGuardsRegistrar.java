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

import dev.lumoauth.spring.tool.ToolGuard;

import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a {@link ToolGuard} for each of the {@link NamedAgents}.
 */
final class NamedToolGuardsRegistrar implements ImportBeanDefinitionRegistrar {

	/** The name of the bean with the factory method {@code create}. */
	static final String FACTORY = "lumoAuthToolGuardFactory";

	private final Environment environment;

	NamedToolGuardsRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
		for (String name : NamedAgents.names(this.environment)) {
			RootBeanDefinition definition = new RootBeanDefinition(ToolGuard.class);
			definition.setFactoryBeanName(FACTORY);
			definition.setFactoryMethodName("create");
			definition.getConstructorArgumentValues()
				.addIndexedArgumentValue(0,
						new RuntimeBeanReference(NamedAgents.beanName(NamedAgentsRegistrar.DECISIONS, name)));
			definition.getConstructorArgumentValues().addIndexedArgumentValue(1, name);
			definition.getConstructorArgumentValues()
				.addIndexedArgumentValue(2,
						new RuntimeBeanReference(NamedAgents.beanName(NamedAgentsRegistrar.PARTS, name)));
			NamedAgents.register(registry, "lumoAuthToolGuard", name, definition);
		}
	}

}
