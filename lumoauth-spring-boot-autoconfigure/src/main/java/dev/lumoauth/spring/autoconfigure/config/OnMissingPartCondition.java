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

package dev.lumoauth.spring.autoconfigure.config;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ConfigurationCondition;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.MethodMetadata;
import org.springframework.util.ClassUtils;

/**
 * Looks for the application's own beans in the contexts above.
 */
final class OnMissingPartCondition extends SpringBootCondition implements ConfigurationCondition {

	@Override
	public ConfigurationPhase getConfigurationPhase() {
		return ConfigurationPhase.REGISTER_BEAN;
	}

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		MethodMetadata method = (MethodMetadata) metadata;
		Class<?>[] types = metadata.getAnnotations().get(ConditionalOnMissingPart.class).getClassArray("value");
		Class<?> type = (types.length > 0) ? types[0]
				: ClassUtils.resolveClassName(method.getReturnTypeName(), context.getClassLoader());
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnMissingPart.class);
		BeanFactory each = context.getBeanFactory();
		boolean hidden = false;
		while (!hidden && each instanceof HierarchicalBeanFactory below && below.getParentBeanFactory() != null) {
			each = below.getParentBeanFactory();
			if (each instanceof ListableBeanFactory above) {
				for (String name : above.getBeanNamesForType(type, true, false)) {
					boolean ofAnother = isPart(above, name, method) && isOfAnotherAgent(context, above);
					if (!ofAnother && isInjected(above, name)) {
						return ConditionOutcome.noMatch(message.found("bean").items(name));
					}
					// Here, it would be found in the place of one further above.
					hidden = hidden || ofAnother;
				}
			}
		}
		return ConditionOutcome.match(message.didNotFind("bean").atAll());
	}

	/**
	 * Return whether the agent of a context above is another one than this context's.
	 * Contexts with one agent share its budget and what they know of its capabilities.
	 */
	private static boolean isOfAnotherAgent(ConditionContext context, ListableBeanFactory above) {
		ConfigurableListableBeanFactory here = Objects.requireNonNull(context.getBeanFactory());
		LumoAuthProperties there = above.getBeanProvider(LumoAuthProperties.class).getIfAvailable();
		return there == null || here.getBeanNamesForType(LumoAuthConnectionDetails.class, true, false).length > 0
				|| !identity(there).equals(identity(
						Binder.get(context.getEnvironment()).bindOrCreate("lumoauth", LumoAuthProperties.class)));
	}

	private static List<@Nullable Object> identity(LumoAuthProperties of) {
		return Arrays.asList(of.enabled(), of.url(), of.tenant(), of.orgId(), of.clientId());
	}

	/**
	 * Return whether a bean is the same part of another context's agent. An application
	 * may give its own bean that name.
	 */
	private static boolean isPart(ListableBeanFactory beans, String name, MethodMetadata method) {
		MethodMetadata made = (beans instanceof ConfigurableListableBeanFactory factory
				&& factory.containsBeanDefinition(name)
				&& factory.getBeanDefinition(name) instanceof AnnotatedBeanDefinition definition)
						? definition.getFactoryMethodMetadata() : null;
		return name.equals(method.getMethodName())
				&& (made == null || configuration(made).equals(configuration(method)));
	}

	private static String configuration(MethodMetadata method) {
		String name = method.getDeclaringClassName();
		int nested = name.indexOf('$');
		return (nested != -1) ? name.substring(0, nested) : name;
	}

	/**
	 * Return whether a bean is injected by its type: those of named agents are not.
	 */
	private static boolean isInjected(ListableBeanFactory beans, String name) {
		return !(beans instanceof ConfigurableListableBeanFactory factory && factory.containsBeanDefinition(name)
				&& factory.getMergedBeanDefinition(name) instanceof AbstractBeanDefinition definition
				&& !(definition.isAutowireCandidate() && definition.isDefaultCandidate()));
	}

}
