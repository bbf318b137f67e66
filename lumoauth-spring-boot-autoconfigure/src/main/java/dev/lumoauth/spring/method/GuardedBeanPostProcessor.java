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

package dev.lumoauth.spring.method;

import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityRequirements;
import dev.lumoauth.spring.user.OnBehalfOfUserAnnotations;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Looks at each annotated bean before it can be used: refuses one that can't be guarded,
 * and sees to it that one that can be is still injectable by its own class, whatever
 * {@code spring.aop.proxy-target-class} says.
 *
 * @since 0.1.0
 */
public final class GuardedBeanPostProcessor implements MergedBeanDefinitionPostProcessor {

	private final ConfigurableListableBeanFactory beanFactory;

	private final GuardInspection inspection;

	/**
	 * Create the post-processor.
	 * @param beanFactory where the beans are defined
	 * @param requirements finds {@code @RequiresCapability}
	 * @param users finds {@code @OnBehalfOfUser}
	 * @param notConfigured what to do about a missing configuration of LumoAuth;
	 * {@code null} if it is configured, or turned off on purpose
	 */
	public GuardedBeanPostProcessor(ConfigurableListableBeanFactory beanFactory, CapabilityRequirements requirements,
			OnBehalfOfUserAnnotations users, Supplier<@Nullable String> notConfigured) {
		this.beanFactory = beanFactory;
		this.inspection = new GuardInspection(requirements, users, notConfigured);
	}

	/**
	 * {@inheritDoc}
	 * @throws dev.lumoauth.spring.capability.GuardConfigurationException if an annotated
	 * method can't be guarded
	 */
	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String beanName) {
		preserveTargetClass(type, beanName);
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * What a {@code FactoryBean} makes, and what is behind a proxy that someone else
	 * made, shows only now.
	 * @throws dev.lumoauth.spring.capability.GuardConfigurationException if an annotated
	 * method can't be guarded, or is not
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof FactoryBean<?> factory) {
			Class<?> type = factory.getObjectType();
			if (type != null) {
				preserveTargetClass(type, beanName);
			}
		}
		else if (bean instanceof Advised && !(bean instanceof ScopedObject)) {
			List<Method> guarded = this.inspection.inspect(AopProxyUtils.ultimateTargetClass(bean));
			if (!guarded.isEmpty()) {
				this.inspection.requireGuarded(beanName, bean, guarded);
			}
		}
		return bean;
	}

	private void preserveTargetClass(Class<?> type, String beanName) {
		if (!this.inspection.inspect(type).isEmpty() && this.beanFactory.containsBeanDefinition(beanName)) {
			this.beanFactory.getBeanDefinition(beanName)
				.setAttribute(AutoProxyUtils.PRESERVE_TARGET_CLASS_ATTRIBUTE, true);
		}
	}

}
