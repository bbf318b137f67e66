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

package dev.lumoauth.spring.tool;

import java.util.function.BiFunction;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.guard.method.BeanClaim;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;

/**
 * Puts the guard around beans that are tools, hold tools or provide tools.
 */
final class ToolBeanPostProcessor implements BeanPostProcessor, Ordered, BeanClaim {

	private final Supplier<ToolGuard> guard;

	private final ConfigurableListableBeanFactory beanFactory;

	private final BiFunction<ToolGuard, @Nullable GuardTerms, Kind> kind;

	/**
	 * Create the post-processor.
	 * @param guard supplies the guard; called with the first tool bean
	 * @param beanFactory the bean factory that defines the beans
	 * @param kind creates the guard of one bean, given the terms of the {@code @Bean}
	 * method that made the bean
	 */
	ToolBeanPostProcessor(Supplier<ToolGuard> guard, ConfigurableListableBeanFactory beanFactory,
			BiFunction<ToolGuard, @Nullable GuardTerms, Kind> kind) {
		ToolTypes.requireKnown(ToolCallback.class);
		this.guard = guard;
		this.beanFactory = beanFactory;
		this.kind = kind;
	}

	/**
	 * {@inheritDoc}
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if a tool can't be
	 * guarded
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!ToolTypes.hasTool(bean) || GuardCoverage.isScopedProxy(bean)) {
			return bean;
		}
		ToolGuard guard = this.guard.get();
		return this.kind.apply(guard, guard.requirements().ofBeanMethod(this.beanFactory, beanName)).guarded(bean);
	}

	@Override
	public boolean guards(Object bean, @Nullable GuardTerms ofBeanMethod) {
		return GuardCoverage.isScopedProxy(bean) || this.kind.apply(this.guard.get(), ofBeanMethod).isGuarded(bean);
	}

	/**
	 * Last, so that the results of other post-processors are guarded as well.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * A kind of tools that beans are or hold.
	 */
	interface Kind {

		/**
		 * Guard a bean.
		 * @param bean a bean
		 * @return the same object if there is nothing to guard
		 */
		Object guarded(Object bean);

		/**
		 * Return whether every tool of this kind that a bean is, or holds, is guarded.
		 * @param bean a bean
		 */
		boolean isGuarded(Object bean);

	}

}
