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
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardRegister;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.SourceLine;
import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.reflect.SameMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyConfig;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

/**
 * One check of all beans of a context: every annotated bean has to have a guard.
 */
final class ContextCheck {

	private final ConfigurableListableBeanFactory beanFactory;

	private final GuardTermsFinder finder;

	private final GuardInspection inspection;

	private final List<BeanClaim> claims;

	private final List<StandIns> standIns;

	private final @Nullable GuardRegister register;

	/**
	 * Create the check.
	 * @param beanFactory where the beans are
	 * @param finder finds the terms of methods
	 * @param inspection looks at classes
	 * @param claims know which tools are guarded
	 * @param standIns recognize the objects with which a test has replaced beans
	 * @param register records what is guarded; {@code null} for a context that is not
	 * ours, in which nothing guards the beans that are created later
	 */
	ContextCheck(ConfigurableListableBeanFactory beanFactory, GuardTermsFinder finder, GuardInspection inspection,
			List<BeanClaim> claims, List<StandIns> standIns, @Nullable GuardRegister register) {
		this.beanFactory = beanFactory;
		this.finder = finder;
		this.inspection = inspection;
		this.claims = claims;
		this.standIns = standIns;
		this.register = register;
	}

	/**
	 * Look at all beans.
	 * @throws GuardConfigurationException if one is not guarded
	 */
	void check() {
		Set<String> names = new LinkedHashSet<>(Arrays.asList(this.beanFactory.getBeanDefinitionNames()));
		names.addAll(Arrays.asList(this.beanFactory.getSingletonNames()));
		for (String name : names) {
			check(name);
		}
	}

	private void check(String name) {
		if (this.beanFactory.containsBeanDefinition(name)
				&& this.beanFactory.getMergedBeanDefinition(name).isAbstract()) {
			return;
		}
		Object bean = existing(name);
		if (bean != null && isStandIn(bean)) {
			return;
		}
		// A scoped proxy stands for the bean behind it, which has its own definition.
		boolean standsForAnother = GuardCoverage.isScopedProxy(bean);
		if (!standsForAnother) {
			checkFactoryMethod(name, bean);
		}
		Class<?> type = (bean != null) ? AopProxyUtils.ultimateTargetClass(bean)
				: this.beanFactory.getType(name, false);
		if (type == null || !this.inspection.mentions(type)) {
			return;
		}
		List<Method> guarded = this.inspection.inspect(type);
		if (!standsForAnother) {
			note(GuardLayer.WOVEN, name, type, this.inspection.woven(type));
		}
		if (guarded.isEmpty()) {
			return;
		}
		if (this.beanFactory.containsBeanDefinition(name) && !this.beanFactory.isFactoryBean(name)) {
			this.inspection.requireNotCalledByContainer(this.beanFactory.getMergedBeanDefinition(name), type);
		}
		if (bean != null) {
			if (!standsForAnother) {
				this.inspection.requireGuarded(name, bean, type, guarded);
			}
			requireReachable(name, bean, guarded);
		}
		else if (this.register == null || isSynthetic(name)) {
			Method method = guarded.get(0);
			throw GuardInspection.unguarded(name, "method " + GuardInspection.place(method), terms(method, type));
		}
		if (!standsForAnother) {
			note(GuardLayer.BEAN_METHOD, name, type, guarded);
		}
	}

	/**
	 * Spring shows a synthetic bean to no post-processor, so it never gets a guard.
	 */
	private boolean isSynthetic(String name) {
		return this.beanFactory.containsBeanDefinition(name)
				&& this.beanFactory.getMergedBeanDefinition(name) instanceof AbstractBeanDefinition definition
				&& definition.isSynthetic();
	}

	private boolean isStandIn(Object bean) {
		for (StandIns each : this.standIns) {
			if (each.contains(bean)) {
				return true;
			}
		}
		return false;
	}

	private void note(GuardLayer layer, String name, Class<?> type, List<Method> guarded) {
		SameMethod methods = new SameMethod(type);
		guarded
			.forEach((method) -> note(layer, name + "." + methods.mostSpecific(method).getName(), terms(method, type)));
	}

	private GuardTerms terms(Method guarded, Class<?> type) {
		return Objects.requireNonNullElse(this.finder.find(guarded, type), GuardTerms.NONE);
	}

	private void note(GuardLayer layer, String name, GuardTerms terms) {
		if (this.register != null) {
			this.register.place(layer, null).note(name, terms);
		}
	}

	/**
	 * Return the bean if it exists already, so that the check creates no bean. An
	 * exception is a {@code FactoryBean}, which says little about the object that it
	 * makes.
	 */
	private @Nullable Object existing(String name) {
		Object bean = this.beanFactory.getSingleton(name);
		if (!(bean instanceof FactoryBean<?> factory)) {
			return bean;
		}
		// A factory of proxies does not say what is behind the proxy.
		boolean concerned = factory instanceof ProxyConfig || this.inspection.mentions(factory.getObjectType());
		return (factory.isSingleton() && concerned) ? this.beanFactory.getBean(name) : null;
	}

	private void checkFactoryMethod(String name, @Nullable Object bean) {
		GuardTerms terms = this.finder.findOnBeanMethod(this.beanFactory, name);
		if (bean != null && ToolTypes.hasTool(bean)) {
			checkTools(name, bean, terms);
			return;
		}
		if (terms == null) {
			return;
		}
		this.inspection.requireConfigured(() -> "The @Bean method of '" + name + "'" + line(name), terms);
		if ((bean == null && this.register != null)
				|| (bean != null && ToolTypes.isContainer(bean.getClass()) && bean == ToolTypes.emptied(bean))) {
			return;
		}
		GuardTerms kept = (bean != null) ? GuardCoverage.ofBeanMethod(bean) : null;
		if (kept == null || !kept.includes(terms)) {
			throw GuardInspection.unguarded(name, "its @Bean method", terms);
		}
		note(GuardLayer.BEAN, name, terms);
	}

	/**
	 * The guards of tools say whether they guard these tools.
	 */
	private void checkTools(String name, Object bean, @Nullable GuardTerms ofBeanMethod) {
		boolean annotated = ofBeanMethod != null || this.inspection.mentions(AopProxyUtils.ultimateTargetClass(bean));
		if (annotated) {
			this.inspection.requireConfigured(() -> "The tool bean '" + name + "'" + line(name),
					Objects.requireNonNullElse(ofBeanMethod, GuardTerms.NONE));
		}
		boolean guarded = this.claims.isEmpty() ? !annotated
				: this.claims.stream().allMatch((claim) -> claim.guards(bean, ofBeanMethod));
		if (!guarded) {
			throw new GuardConfigurationException("The tool bean '" + name + "'" + line(name)
					+ " requires a capability or acts for the user, and is not guarded: it was created before the "
					+ "guard was there, was put into the context by hand, or its context has no guard.",
					"Make it by a @Bean method of its own, and let no BeanPostProcessor or BeanFactoryPostProcessor "
							+ "depend on it. A child context needs LumoAuth's auto-configuration as well.");
		}
	}

	private String line(String name) {
		return this.beanFactory.containsBeanDefinition(name)
				? SourceLine.of(GuardTermsFinder.beanMethod(this.beanFactory, name)) : "";
	}

	/**
	 * A framework calls a tool method on the proxy. A JDK proxy has only the methods of
	 * its interfaces.
	 */
	private static void requireReachable(String name, Object bean, List<Method> guarded) {
		if (!AopUtils.isJdkDynamicProxy(bean)) {
			return;
		}
		guarded.stream().filter(ToolTypes::isTool).findFirst().ifPresent((method) -> {
			throw new GuardConfigurationException(
					"Bean '" + name + "' is a proxy of its interfaces only, so that "
							+ "nobody can call its tool method " + GuardInspection.place(method) + ".",
					"Let it be proxied by its class: no @Scope or @Proxyable that asks for interfaces.");
		});
	}

}
