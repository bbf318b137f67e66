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

import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.CapabilityRequirements;
import dev.lumoauth.spring.capability.GuardConfigurationException;
import dev.lumoauth.spring.capability.RequiresCapability;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodIntrospector.MetadataLookup;
import org.springframework.core.type.MethodMetadata;
import org.springframework.util.ClassUtils;

/**
 * Refuses to start an application that requires a capability of an agent that is not
 * configured, and says so where it starts. Looks at the classes of beans without creating
 * one.
 */
final class IdleRequirementCheck implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(IdleRequirementCheck.class);

	private static final int MAX_NAMED = 5;

	private final ConfigurableListableBeanFactory beanFactory;

	private final CapabilityRequirements requirements = new CapabilityRequirements();

	IdleRequirementCheck(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Set<String> guarded = new LinkedHashSet<>();
		for (String beanName : this.beanFactory.getBeanNamesForType(Object.class, true, false)) {
			addGuarded(beanName, guarded);
		}
		if (!guarded.isEmpty()) {
			String named = guarded.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
			throw new GuardConfigurationException(
					"%s, but this application has code that requires a capability: %s%s."
						.formatted(Activation.IDLE.reason(), named, (guarded.size() > MAX_NAMED) ? " and more" : ""),
					Activation.IDLE.action() + " Or set lumoauth.enabled=false: the application then starts, and that "
							+ "code is refused when it is called.");
		}
		logger.info(Activation.IDLE.reason() + " and stays idle. " + Activation.IDLE.action());
	}

	private void addGuarded(String beanName, Set<String> guarded) {
		MethodMetadata factoryMethod = factoryMethodOf(beanName);
		if (factoryMethod != null && factoryMethod.isAnnotated(RequiresCapability.class.getName())) {
			guarded
				.add("method " + factoryMethod.getMethodName() + " of class " + factoryMethod.getDeclaringClassName());
			return;
		}
		Class<?> type = AutoProxyUtils.determineTargetClass(this.beanFactory, beanName);
		if (type == null || ClassUtils.isPrimitiveOrWrapper(type) || type.getName().startsWith("java.")) {
			return;
		}
		Class<?> userClass = ClassUtils.getUserClass(type);
		if (this.requirements.find(userClass) != null) {
			guarded.add("class " + userClass.getName());
			return;
		}
		MetadataLookup<CapabilityRequirement> lookup = (method) -> this.requirements.find(method, userClass);
		Set<Method> methods = MethodIntrospector.selectMethods(userClass, lookup).keySet();
		methods.forEach((method) -> guarded.add("method " + method.getName() + " of class " + userClass.getName()));
	}

	private @Nullable MethodMetadata factoryMethodOf(String beanName) {
		BeanDefinition definition = this.beanFactory.containsBeanDefinition(beanName)
				? this.beanFactory.getBeanDefinition(beanName) : null;
		return (definition instanceof AnnotatedBeanDefinition annotated) ? annotated.getFactoryMethodMetadata() : null;
	}

}
