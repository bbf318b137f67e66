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

package dev.lumoauth.spring.guard.method;

import java.lang.reflect.Method;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.CapabilityRequirements;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.OnBehalfOfUserAnnotations;
import dev.lumoauth.spring.user.OnBehalfOfUser;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.type.MethodMetadata;

/**
 * Finds what the {@code @Bean} method that makes a bean asks for, without creating the
 * bean.
 *
 * @since 0.1.0
 */
public final class FactoryMethodRequirements {

	private FactoryMethodRequirements() {
	}

	/**
	 * Find what the factory method of a bean asks for.
	 * @param beanFactory where the bean is defined
	 * @param beanName the name of the bean, with or without the prefix of a
	 * {@code FactoryBean}
	 * @return the requirement; {@code null} if the method is not annotated, if there is
	 * none, or if the bean is not defined here. The annotation of the bean's type is left
	 * aside
	 * @throws GuardConfigurationException if the annotation is not valid
	 */
	public static @Nullable CapabilityRequirement find(ConfigurableListableBeanFactory beanFactory, String beanName) {
		String name = BeanFactoryUtils.transformedBeanName(beanName);
		if (!beanFactory.containsBeanDefinition(name)) {
			return null;
		}
		Method method = factoryMethod(beanFactory, name);
		if (method != null) {
			return new CapabilityRequirements().findOnMethod(method, method.getDeclaringClass());
		}
		return fromMetadata(beanFactory.getBeanDefinition(name));
	}

	/**
	 * Return whether what the factory method of a bean makes acts for the user.
	 * @param beanFactory where the bean is defined
	 * @param beanName the name of the bean, with or without the prefix of a
	 * {@code FactoryBean}
	 * @return whether the method is annotated. The annotation of the bean's type is left
	 * aside
	 */
	public static boolean isOnBehalfOfUser(ConfigurableListableBeanFactory beanFactory, String beanName) {
		String name = BeanFactoryUtils.transformedBeanName(beanName);
		if (!beanFactory.containsBeanDefinition(name)) {
			return false;
		}
		Method method = factoryMethod(beanFactory, name);
		if (method != null) {
			return new OnBehalfOfUserAnnotations().isOnMethod(method, method.getDeclaringClass());
		}
		MethodMetadata metadata = metadata(beanFactory.getBeanDefinition(name));
		return metadata != null && metadata.isAnnotated(OnBehalfOfUser.class.getName());
	}

	static @Nullable Method factoryMethod(ConfigurableListableBeanFactory beanFactory, String name) {
		if (!(beanFactory.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition)) {
			return null;
		}
		if (definition.getResolvedFactoryMethod() == null && definition.getFactoryMethodName() != null) {
			// Predicting the type resolves the method.
			beanFactory.getType(name, false);
		}
		return definition.getResolvedFactoryMethod();
	}

	private static @Nullable MethodMetadata metadata(BeanDefinition definition) {
		return (definition instanceof AnnotatedBeanDefinition annotated) ? annotated.getFactoryMethodMetadata() : null;
	}

	/**
	 * Several methods of that name: which one it is shows when the bean is created.
	 */
	private static @Nullable CapabilityRequirement fromMetadata(BeanDefinition definition) {
		MethodMetadata metadata = metadata(definition);
		if (metadata == null || !metadata.isAnnotated(RequiresCapability.class.getName())) {
			return null;
		}
		try {
			return CapabilityRequirement.of(metadata.getAnnotations().get(RequiresCapability.class).synthesize());
		}
		catch (IllegalArgumentException ex) {
			throw new GuardConfigurationException(
					"Method " + metadata.getMethodName() + " of class " + metadata.getDeclaringClassName()
							+ " has a @RequiresCapability that is not valid: " + ex.getMessage() + ".",
					"Name the capability as LumoAuth knows it, such as \"read:documents\".");
		}
	}

}
