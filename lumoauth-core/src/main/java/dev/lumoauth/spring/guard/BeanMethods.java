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

package dev.lumoauth.spring.guard;

import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Set;

import dev.lumoauth.spring.reflect.FrameworkClasses;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the {@code @Bean} methods of beans, without creating the beans.
 */
final class BeanMethods {

	private BeanMethods() {
	}

	/**
	 * Find the terms of the {@code @Bean} methods that may make a bean: all methods of
	 * that name together. Which of several is called depends on the arguments of each
	 * call of {@code getBean}.
	 */
	static @Nullable GuardTerms terms(ConfigurableListableBeanFactory beanFactory, String beanName,
			GuardTermsFinder finder) {
		String name = BeanFactoryUtils.transformedBeanName(beanName);
		if (!beanFactory.containsBeanDefinition(name)) {
			return null;
		}
		Method resolved = find(beanFactory, name);
		if (!(beanFactory.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition)) {
			return null;
		}
		BeanDefinitionHolder scoped = definition.getDecoratedDefinition();
		if (scoped != null) {
			return terms(beanFactory, scoped.getBeanName(), finder);
		}
		Class<?> factory = factory(beanFactory, definition, resolved);
		// Cheaper for all the methods of a class than the search for each of them.
		if (factory == null || !finder.mentions(factory)) {
			return null;
		}
		Set<Method> methods = new LinkedHashSet<>();
		ReflectionUtils.doWithMethods(factory, methods::add, definition::isFactoryMethod);
		if (resolved != null) {
			methods.add(resolved);
		}
		GuardTerms terms = null;
		for (Method method : methods) {
			terms = GuardTerms.both(terms, finder.findOnMethod(method, factory));
		}
		return terms;
	}

	static @Nullable Method find(ConfigurableListableBeanFactory beanFactory, String name) {
		if (!(beanFactory.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition)) {
			return null;
		}
		if (definition.getResolvedFactoryMethod() == null && definition.getFactoryMethodName() != null) {
			// Predicting the type resolves the method.
			beanFactory.getType(name, false);
		}
		return definition.getResolvedFactoryMethod();
	}

	/**
	 * Return the class whose methods make a bean, as Spring finds it.
	 */
	private static @Nullable Class<?> factory(ConfigurableListableBeanFactory beanFactory,
			RootBeanDefinition definition, @Nullable Method resolved) {
		Class<?> factory = null;
		if (definition.getFactoryMethodName() != null) {
			String type = definition.getBeanClassName();
			if (definition.getFactoryBeanName() != null) {
				factory = beanFactory.getType(definition.getFactoryBeanName(), false);
			}
			else if (type != null) {
				factory = definition.hasBeanClass() ? definition.getBeanClass()
						: ClassUtils.resolveClassName(type, beanFactory.getBeanClassLoader());
			}
		}
		if (factory == null && resolved != null) {
			factory = resolved.getDeclaringClass();
		}
		return (factory != null) ? FrameworkClasses.userClass(factory) : null;
	}

}
