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

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.GuardConfigurationException;
import dev.lumoauth.spring.capability.GuardLayer;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;

/**
 * Puts the guard around the application's tool beans, whoever asks for them: a chat, the
 * application's own MCP server, or code that calls them.
 *
 * @since 0.1.0
 */
public final class ToolBeanPostProcessor implements BeanPostProcessor, Ordered, SmartInitializingSingleton {

	private final Supplier<ToolGuard> guard;

	private final FactoryMethodTerms factoryMethods;

	private final ConfigurableListableBeanFactory beanFactory;

	private final Set<String> seen = ConcurrentHashMap.newKeySet();

	/**
	 * Create the post-processor.
	 * @param guard the guard; asked for with the first tool bean
	 * @param factoryMethods finds what the {@code @Bean} method of a bean asks for
	 * @param beanFactory where the beans are
	 */
	public ToolBeanPostProcessor(Supplier<ToolGuard> guard, FactoryMethodTerms factoryMethods,
			ConfigurableListableBeanFactory beanFactory) {
		this.guard = guard;
		this.factoryMethods = factoryMethods;
		this.beanFactory = beanFactory;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof LumoAuthFunctionTools) {
			return bean;
		}
		if (isTool(bean)) {
			this.seen.add(beanName);
		}
		if (bean instanceof ToolCallback tool) {
			return beans().callback(tool, this.factoryMethods.find(beanName));
		}
		if (bean instanceof ToolCallbackProvider provider) {
			ToolTerms terms = this.factoryMethods.find(beanName);
			return (terms == null && isMcp(provider)) ? provider : beans().provider(provider, terms);
		}
		if (bean instanceof List<?> list && isTool(list)) {
			List<ToolCallback> tools = list.stream().map(ToolCallback.class::cast).toList();
			List<ToolCallback> guarded = beans().list(tools, this.factoryMethods.find(beanName));
			return (guarded != tools) ? guarded : bean;
		}
		return bean;
	}

	/**
	 * {@inheritDoc}
	 * @throws GuardConfigurationException if a tool bean was there before it could be
	 * guarded: one that another post-processor needs, or that was registered by hand
	 */
	@Override
	public void afterSingletonsInstantiated() {
		for (String name : this.beanFactory.getSingletonNames()) {
			Object bean = this.beanFactory.getSingleton(name);
			if (bean != null && !(bean instanceof LumoAuthFunctionTools) && isTool(bean) && !this.seen.contains(name)
					&& needsGuard(name, bean)) {
				throw new GuardConfigurationException("The tool bean '" + name
						+ "' requires a capability or acts for the user, but it was there before the guard could be "
						+ "put around it.",
						"Make it by a @Bean method of its own, and let no BeanPostProcessor or "
								+ "BeanFactoryPostProcessor depend on it.");
			}
		}
	}

	private boolean needsGuard(String name, Object bean) {
		if (this.factoryMethods.find(name) != null) {
			return true;
		}
		if (bean instanceof ToolCallback tool) {
			return this.guard.get().guard(tool) != tool;
		}
		return bean instanceof List<?> list
				&& list.stream().map(ToolCallback.class::cast).anyMatch((tool) -> this.guard.get().guard(tool) != tool);
	}

	private static boolean isTool(Object bean) {
		return bean instanceof ToolCallback || bean instanceof ToolCallbackProvider || (bean instanceof List<?> list
				&& !list.isEmpty() && list.stream().allMatch(ToolCallback.class::isInstance));
	}

	/**
	 * Tools of remote servers carry no annotation of this application.
	 */
	private static boolean isMcp(ToolCallbackProvider provider) {
		return provider.getClass().getName().startsWith("org.springframework.ai.mcp.");
	}

	private GuardedBeans beans() {
		return new GuardedBeans(this.guard.get().in(GuardLayer.TOOL_BEAN));
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
		@Nullable ToolTerms find(String beanName);

	}

}
