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

import dev.lumoauth.spring.guard.method.MethodGuardConfiguration;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Keeps Spring from looking for {@code @EventListener} in this library's own beans. To
 * look at the methods of a class, Java loads all classes that the methods name: about a
 * hundred, which the start doesn't need. Beans of the application are not concerned,
 * including those that replace one of this library's.
 */
final class BeansWithoutListeners
		implements ApplicationContextInitializer<ConfigurableApplicationContext>, BeanFactoryPostProcessor {

	private static final String GUARD = MethodGuardConfiguration.class.getName();

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		context.addBeanFactoryPostProcessor(this);
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		for (String name : beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = beanFactory.getBeanDefinition(name);
			String configuration = (definition.getFactoryBeanName() != null) ? definition.getFactoryBeanName()
					: definition.getBeanClassName();
			if (configuration != null && isOurs(configuration)) {
				definition.setAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE, Object.class);
			}
		}
	}

	/**
	 * Without regular expressions: this runs for each bean, before anything is compiled.
	 */
	private static boolean isOurs(String configuration) {
		if (!configuration.startsWith("dev.lumoauth.spring.")) {
			return false;
		}
		int nested = configuration.indexOf('$');
		String type = (nested != -1) ? configuration.substring(0, nested) : configuration;
		return type.equals(GUARD)
				|| (type.endsWith("AutoConfiguration") && type.startsWith("LumoAuth", type.lastIndexOf('.') + 1));
	}

}
