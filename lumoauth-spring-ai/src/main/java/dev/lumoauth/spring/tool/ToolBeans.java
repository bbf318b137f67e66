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

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.guard.method.GuardCoverage;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.aop.framework.AopProxyUtils;

/**
 * Puts the guard around the tool callbacks, the providers and the containers of both that
 * a bean is, holds or provides.
 */
final class ToolBeans implements ToolBeanPostProcessor.Kind {

	private final ToolGuard guard;

	private final @Nullable GuardTerms ofFactoryMethod;

	/**
	 * Create the guard of one bean.
	 * @param guard the guard
	 * @param ofFactoryMethod the terms of the {@code @Bean} method that made the bean
	 */
	ToolBeans(ToolGuard guard, @Nullable GuardTerms ofFactoryMethod) {
		this.guard = guard.in(GuardLayer.TOOL_BEAN);
		this.ofFactoryMethod = ofFactoryMethod;
	}

	/**
	 * Guard a bean.
	 * @param bean a bean, or an element of one
	 * @return the same object if there is nothing to guard
	 * @throws GuardConfigurationException if there is something that can't be guarded
	 */
	@Override
	public Object guarded(Object bean) {
		if (bean instanceof ToolCallback tool) {
			return callback(tool);
		}
		if (bean instanceof ToolCallbackProvider provider) {
			return provider(provider);
		}
		return Containers.map(bean, this::element);
	}

	private Object element(Object element) {
		if (this.ofFactoryMethod != null && !ToolTypes.hasTool(element) && !(element instanceof CharSequence)) {
			throw new GuardConfigurationException(
					"A @Bean method that " + this.ofFactoryMethod + " returns tools together with an object of class "
							+ element.getClass().getName() + ", around which the guard can't stand.",
					"Let the @Bean method return tool callbacks and providers only. For an object with @Tool methods "
							+ "put @RequiresCapability on these methods, or use ToolCallbacks.from(object).");
		}
		return guarded(element);
	}

	private ToolCallback callback(ToolCallback tool) {
		if (isBeanOfItsOwn(tool)) {
			return tool;
		}
		GuardTerms terms = GuardTerms.both(this.guard.requirements().find(tool), this.ofFactoryMethod);
		if (terms == null || isGuarded(tool, terms)) {
			return tool;
		}
		if (this.guard.requirements().prepare(tool) != tool) {
			return this.guard.guard(tool, this.ofFactoryMethod);
		}
		HandedOutTools.requireKnown(tool, this.ofFactoryMethod);
		HandedOutTools handedOut = new HandedOutTools((other) -> this.guard.guard(other, this.ofFactoryMethod),
				this.ofFactoryMethod);
		return BeanReplacement.advised(tool,
				(target) -> new ToolAdvice(this.guard.inProxy(tool, target, terms), handedOut),
				() -> this.guard.guard(tool, this.ofFactoryMethod));
	}

	/**
	 * The bean behind the proxy of a scoped bean is guarded, and checked, by its own
	 * name.
	 */
	private boolean isBeanOfItsOwn(Object tool) {
		return this.ofFactoryMethod == null && GuardCoverage.isFoundAnew(tool);
	}

	private static boolean isGuarded(ToolCallback tool, GuardTerms terms) {
		GuardedToolCallback guarded = GuardedToolCallback.around(tool);
		return guarded != null && guarded.toolTerms().includes(terms);
	}

	/**
	 * The terms of the provider's class apply to each of its tools, even to tools that
	 * the provider returned earlier.
	 */
	private ToolCallbackProvider provider(ToolCallbackProvider provider) {
		if (isBeanOfItsOwn(provider)) {
			return provider;
		}
		GuardTerms terms = termsOf(provider);
		if (isGuarded(provider, terms)) {
			return provider;
		}
		HandedOutTools.requireKnown(provider, this.ofFactoryMethod);
		GuardedProvider guarded = new GuardedProvider(provider,
				new HandedOutTools((tool) -> this.guard.guard(tool, terms), terms));
		return BeanReplacement.advised(provider, (target) -> guarded, () -> guarded);
	}

	private @Nullable GuardTerms termsOf(ToolCallbackProvider provider) {
		GuardTerms ofType = this.guard.requirements()
			.types()
			.through(ToolCallbackProvider.class, AopProxyUtils.ultimateTargetClass(provider))
			.terms();
		return GuardTerms.both(ofType, this.ofFactoryMethod);
	}

	/**
	 * The tools of MCP providers have their own guard, or none.
	 */
	private static boolean isGuarded(ToolCallbackProvider provider, @Nullable GuardTerms terms) {
		return provider instanceof LumoAuthFunctionTools || GuardedProvider.isAround(provider, terms)
				|| (terms == null && SpringAiMcp.isProvider(provider));
	}

	/**
	 * Return whether everything that a bean is, holds or gives out is guarded. Asks a
	 * provider for its tools only if they are not guarded as a whole.
	 * @param bean a bean, or an element of one
	 */
	@Override
	public boolean isGuarded(Object bean) {
		if (isBeanOfItsOwn(bean)) {
			return true;
		}
		if (bean instanceof ToolCallback tool) {
			GuardTerms terms = GuardTerms.both(this.guard.requirements().find(tool), this.ofFactoryMethod);
			return terms == null || isGuarded(tool, terms);
		}
		if (bean instanceof ToolCallbackProvider provider) {
			GuardTerms terms = termsOf(provider);
			if (isGuarded(provider, terms)) {
				return true;
			}
			for (ToolCallback tool : (terms == null) ? provider.getToolCallbacks() : new ToolCallback[0]) {
				if (!isGuarded(tool)) {
					return false;
				}
			}
			return terms == null;
		}
		return ToolTypes.elements(bean).stream().allMatch(this::isGuarded);
	}

}
