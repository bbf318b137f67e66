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
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.MergedBeanDefinitionPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Checks each annotated bean before it can be used: a bean that can't be guarded is
 * refused, and a guarded bean stays injectable by its own class, whatever
 * {@code spring.aop.proxy-target-class} says.
 */
final class GuardedBeanPostProcessor implements MergedBeanDefinitionPostProcessor {

	private final ConfigurableListableBeanFactory beanFactory;

	private final GuardTermsFinder finder;

	private final GuardInspection inspection;

	private final Function<Class<?>, Advisor> advisor;

	/**
	 * One for all objects of a class: Spring makes a class of proxies for each pointcut,
	 * and keeps it.
	 */
	private final Map<Class<?>, Advisor> advisors = new ConcurrentHashMap<>();

	/** The classes of annotated beans before anything was wrapped around the beans. */
	private final Map<String, Class<?>> annotated = new ConcurrentHashMap<>();

	/**
	 * Create the post-processor.
	 * @param beanFactory where the beans are defined
	 * @param finder finds the terms of methods
	 * @param notConfigured what to do about a missing configuration of LumoAuth;
	 * {@code null} if it is configured, or turned off on purpose
	 * @param guard supplies the guard
	 */
	GuardedBeanPostProcessor(ConfigurableListableBeanFactory beanFactory, GuardTermsFinder finder,
			Supplier<@Nullable String> notConfigured, Supplier<Guard> guard) {
		this.beanFactory = beanFactory;
		this.finder = finder;
		this.inspection = new GuardInspection(finder, notConfigured);
		this.advisor = (type) -> GuardAdvisor.forHidden(type, finder, guard);
	}

	GuardInspection inspection() {
		return this.inspection;
	}

	/**
	 * {@inheritDoc}
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if an annotated
	 * method can't be guarded
	 */
	@Override
	public void postProcessMergedBeanDefinition(RootBeanDefinition definition, Class<?> type, String beanName) {
		preserveTargetClass(type, beanName);
		this.inspection.requireNotCalledByContainer(definition, type);
		requireNoInnerBean(definition, beanName);
		if (this.inspection.mentions(type) && !FactoryBean.class.isAssignableFrom(type)) {
			this.annotated.put(beanName, type);
		}
	}

	/**
	 * Refuse a second object of an annotated {@code @Bean} method: a framework may put
	 * the definition of the bean into that of a bean of its own. The annotation of a
	 * {@code @Bean} method is found by the name of the bean, which an inner bean doesn't
	 * have.
	 */
	private void requireNoInnerBean(RootBeanDefinition definition, String beanName) {
		Method method = definition.getResolvedFactoryMethod();
		if (method == null || this.beanFactory.containsBeanDefinition(beanName)
				|| !this.inspection.mentions(method.getDeclaringClass())) {
			return;
		}
		GuardTerms terms = this.finder.findOnMethod(method, method.getDeclaringClass());
		if (terms != null) {
			throw new GuardConfigurationException(
					"The @Bean method " + GuardInspection.place(method)
							+ " is annotated with @RequiresCapability, @RequiresApproval or @OnBehalfOfUser, and a "
							+ "framework makes a second object of it, which no guard covers.",
					"Put the framework's annotation, such as @ServiceActivator, and the other one on a method of a "
							+ "bean, or let the @Bean method return an interface of the framework, such as MessageHandler.");
		}
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Only now it is known which object a {@code FactoryBean} makes, and which object is
	 * behind another post-processor's proxy.
	 * @throws dev.lumoauth.spring.guard.GuardConfigurationException if an annotated
	 * method can't be guarded, or is not
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof FactoryBean<?> factory) {
			Class<?> type = factory.getObjectType();
			if (type != null) {
				preserveTargetClass(type, beanName);
			}
			return bean;
		}
		return GuardCoverage.isScopedProxy(bean) ? bean : guarded(bean, beanName);
	}

	private Object guarded(Object bean, String beanName) {
		putFirst(bean);
		requireNoneIntroduced(bean, beanName);
		Class<?> type = annotatedType(bean, beanName);
		List<Method> guarded = (type != null) ? this.inspection.inspect(type) : List.of();
		if (type == null || guarded.isEmpty() || this.inspection.isGuarded(bean, type, guarded)) {
			return bean;
		}
		if (bean instanceof Advised) {
			this.inspection.requireGuarded(beanName, bean, type, guarded);
		}
		Object proxy = proxy(bean, type);
		this.inspection.requireGuarded(beanName, proxy, type, guarded);
		return proxy;
	}

	/**
	 * A post-processor may put its advisor before all others, such as the one that runs
	 * {@code @Async} methods on a thread where nobody is signed in.
	 */
	private static void putFirst(Object bean) {
		if (!(bean instanceof Advised advised) || advised.isFrozen()) {
			return;
		}
		Advisor[] advisors = advised.getAdvisors();
		for (int i = 1; i < advisors.length; i++) {
			if (advisors[i] instanceof GuardAdvisor guard && guard.ofBeanMethod() != null) {
				advised.addAdvisor(0, guard);
				advised.removeAdvisor(i + 1);
				return;
			}
		}
	}

	/**
	 * A proxy may have interfaces that the object behind it doesn't have: other objects
	 * run their methods, and Spring never looks for a guard around these.
	 */
	private void requireNoneIntroduced(Object bean, String beanName) {
		if (!(bean instanceof Advised advised)) {
			return;
		}
		Class<?> target = AopProxyUtils.ultimateTargetClass(bean);
		for (Class<?> contract : advised.getProxiedInterfaces()) {
			if (!contract.isAssignableFrom(target) && this.inspection.mentions(contract)) {
				this.inspection.requireGuarded(beanName, bean, contract, this.inspection.inspect(contract));
			}
		}
	}

	private @Nullable Class<?> annotatedType(Object bean, String beanName) {
		Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
		return this.inspection.mentions(type) ? type : this.annotated.get(beanName);
	}

	/**
	 * Another post-processor has wrapped the bean in its own object, so it is not known
	 * whether there is a guard behind that object. One more guard is put around it.
	 */
	private Object proxy(Object bean, Class<?> type) {
		ProxyFactory factory = new ProxyFactory(bean);
		factory
			.setProxyTargetClass(!Proxy.isProxyClass(bean.getClass()) && GuardInspection.isExtensible(bean.getClass()));
		factory.addAdvisor(this.advisors.computeIfAbsent(type, this.advisor));
		return factory.getProxy(type.getClassLoader());
	}

	private void preserveTargetClass(Class<?> type, String beanName) {
		if (!this.inspection.inspect(type).isEmpty() && this.beanFactory.containsBeanDefinition(beanName)) {
			this.beanFactory.getBeanDefinition(beanName)
				.setAttribute(AutoProxyUtils.PRESERVE_TARGET_CLASS_ATTRIBUTE, true);
		}
	}

}
