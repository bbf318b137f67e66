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

import java.util.function.Supplier;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.guard.BeanClaim;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.ToolTypes;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;

/**
 * Puts the guard around the application's tool beans, whoever asks for them: a chat, the
 * application's own MCP server, or code that calls them.
 *
 * @since 0.1.0
 */
public final class ToolBeanPostProcessor implements BeanPostProcessor, Ordered, BeanClaim {

	private final Supplier<ToolGuard> guard;

	private final FactoryMethodTerms factoryMethods;

	/**
	 * Create the post-processor.
	 * @param guard the guard; asked for with the first tool bean
	 * @param factoryMethods finds what the {@code @Bean} method of a bean asks for
	 */
	public ToolBeanPostProcessor(Supplier<ToolGuard> guard, FactoryMethodTerms factoryMethods) {
		this.guard = guard;
		this.factoryMethods = factoryMethods;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		return ToolTypes.hasTool(bean) ? beans(this.factoryMethods.find(beanName)).guarded(bean) : bean;
	}

	@Override
	public boolean guards(Object bean, @Nullable CapabilityRequirement requirement, boolean onBehalfOfUser) {
		return beans(GuardTerms.of(requirement, onBehalfOfUser)).isGuarded(bean);
	}

	private GuardedBeans beans(@Nullable GuardTerms ofFactoryMethod) {
		return new GuardedBeans(this.guard.get().in(GuardLayer.TOOL_BEAN), ofFactoryMethod);
	}

	/**
	 * Last, so that what other post-processors made of a bean is guarded as well.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * Finds what the {@code @Bean} method that makes a bean asks for.
	 */
	@FunctionalInterface
	public interface FactoryMethodTerms {

		/**
		 * Find the terms.
		 * @param beanName the name of the bean
		 * @return the terms, or {@code null} if the method is not annotated, or there is
		 * none
		 */
		@Nullable GuardTerms find(String beanName);

	}

}
