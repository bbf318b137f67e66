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

package dev.lumoauth.spring.test;

import dev.lumoauth.spring.autoconfigure.config.LumoAuthConnectionDetails;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Replaces the application's connection details with those of a test. It runs when all of
 * the application's beans are known, and creates none of them, since they may ask a
 * vault.
 */
final class ReplacedConnectionDetails implements BeanFactoryPostProcessor {

	private final String name;

	private ReplacedConnectionDetails(String name) {
		this.name = name;
	}

	/**
	 * Register connection details that replace others.
	 * @param registry the bean definitions
	 * @param name the name of the connection details
	 * @param details the details
	 */
	static void register(BeanDefinitionRegistry registry, String name, LumoAuthConnectionDetails details) {
		RootBeanDefinition definition = new RootBeanDefinition(LumoAuthConnectionDetails.class, () -> details);
		definition.setPrimary(true);
		registry.registerBeanDefinition(name, definition);
		registry.registerBeanDefinition(name + "Replacement",
				new RootBeanDefinition(ReplacedConnectionDetails.class, () -> new ReplacedConnectionDetails(name)));
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		for (String other : beanFactory.getBeanNamesForType(LumoAuthConnectionDetails.class, true, false)) {
			if (!other.equals(this.name) && beanFactory.containsBeanDefinition(other)) {
				BeanDefinition definition = beanFactory.getBeanDefinition(other);
				definition.setPrimary(false);
				definition.setAutowireCandidate(false);
				definition.setLazyInit(true);
			}
		}
	}

}
