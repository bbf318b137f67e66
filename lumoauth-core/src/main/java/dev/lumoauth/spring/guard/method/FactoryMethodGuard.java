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
import java.lang.reflect.Modifier;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.guard.Guard;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.SourceLine;
import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Puts the guard around every bean whose {@code @Bean} method is annotated: around all of
 * its methods. Tools and what provides them are left to the guard around tools.
 *
 * @param beanFactory where the beans are defined
 * @param finder finds the terms of beans
 * @param guard supplies the guard
 */
record FactoryMethodGuard(ConfigurableListableBeanFactory beanFactory, GuardTermsFinder finder,
		Supplier<Guard> guard) implements BeanPostProcessor, Ordered {

	/**
	 * These only say which handler a request belongs to. Spring reads them when the
	 * application starts, and asks them about the requests of others.
	 */
	private static final Set<String> ROUTERS = Set.of("org.springframework.web.reactive.function.server.RouterFunction",
			"org.springframework.web.servlet.function.RouterFunction");

	/**
	 * {@inheritDoc}
	 * @throws GuardConfigurationException if the bean can't be guarded
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		GuardTerms terms = this.finder.findOnBeanMethod(this.beanFactory, beanName);
		if (terms == null || bean instanceof FactoryBean || GuardCoverage.isScopedProxy(bean)) {
			return bean;
		}
		Advisor advisor = GuardAdvisor.forBeanMethod(terms, this.finder, this.guard);
		Class<?> type = AopUtils.getTargetClass(bean);
		if (ToolTypes.hasTool(bean)) {
			if (!hasMethodsOfItsOwn(type)) {
				return bean;
			}
		}
		else if (ToolTypes.speaksOfTools(declared(beanName)) && ToolTypes.emptied(bean) != null) {
			return Objects.requireNonNull(ToolTypes.emptied(bean));
		}
		else {
			requireNoTools(beanName, type);
			if (ClassUtils.getAllInterfacesForClassAsSet(type)
				.stream()
				.anyMatch((each) -> ROUTERS.contains(each.getName()))) {
				throw refused(beanName, "makes a router function: its handlers run later, without a check.",
						"Put the annotation on the methods that the handlers call, in another bean.");
			}
			requireOnlyData(beanName, bean);
		}
		GuardInspection.methods(type).forEach((method) -> {
			Coroutines.requireGuardable(method, terms);
			GuardInspection.requireCalledOnProxy(method, terms);
		});
		if (bean instanceof Advised advised && !advised.isFrozen() && isCovered(bean, type)) {
			advised.addAdvisor(0, advisor);
			return bean;
		}
		return proxy(bean, beanName, type, advisor);
	}

	/**
	 * Return whether a tool has other methods that Java code can call. If a proxy doesn't
	 * have these methods, the guard around tools hides them.
	 */
	private static boolean hasMethodsOfItsOwn(Class<?> type) {
		return ToolTypes.isTool(type) && GuardInspection.isExtensible(type) && GuardInspection.openToJava(type) == null
				&& GuardInspection.methods(type)
					.stream()
					.anyMatch((method) -> (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) == 0
							&& !FrameworkClasses.isOfSpring(method.getDeclaringClass())
							&& GuardPointcut.isOfGuardedBean(method, type));
	}

	/**
	 * Return what the {@code @Bean} method of a bean returns, as far as it is known.
	 */
	private ResolvableType declared(String beanName) {
		Method method = GuardTermsFinder.beanMethod(this.beanFactory, beanName);
		return (method != null) ? ResolvableType.forMethodReturnType(method) : ResolvableType.NONE;
	}

	/**
	 * Refuse a bean that hands out tools: the tools could be called long after the
	 * guarded call.
	 */
	private void requireNoTools(String beanName, Class<?> type) {
		ResolvableType declared = declared(beanName);
		boolean handsOut = GuardInspection.methods(type)
			.stream()
			.anyMatch((each) -> !Modifier.isPrivate(each.getModifiers())
					&& ToolTypes.speaksOfTools(GuardInspection.returnType(each, type)));
		if (ToolTypes.speaksOfTools(declared) || handsOut) {
			throw refused(beanName,
					"returns tools in a way that the guard does not know: "
							+ ((declared.resolve() != null) ? declared : type) + ".",
					"Return a ToolCallback, a ToolCallbackProvider, or a List, Set, Map, array or Optional of them.");
		}
	}

	/**
	 * Refuse a container of objects that do something: whoever reads the container, for
	 * instance a server once at start, calls them later, without a check.
	 */
	private void requireOnlyData(String beanName, Object bean) {
		Object acting = ToolTypes.isContainer(bean.getClass()) ? ToolTypes.find(bean, DeferredTypes::acts) : null;
		if (acting != null) {
			throw refused(beanName,
					"returns objects in a container that no guard covers: " + acting.getClass().getName() + ".",
					"Put the annotation on the methods that are called, or on a @Bean method for each of the objects.");
		}
	}

	/**
	 * Return whether a guard in an existing proxy covers every method.
	 */
	private static boolean isCovered(Object proxy, Class<?> type) {
		return AopUtils.isJdkDynamicProxy(proxy) || GuardInspection.openMethod(type) == null;
	}

	private Object proxy(Object bean, String beanName, Class<?> type, Advisor advisor) {
		Method open = GuardInspection.openMethod(type);
		ProxyFactory factory = new ProxyFactory();
		factory.setTarget(bean);
		if (GuardInspection.isExtensible(type) && open == null && !(bean instanceof Advised)) {
			factory.setProxyTargetClass(true);
		}
		else {
			requireInterface(beanName, type, open);
			factory.setInterfaces(ClassUtils.getAllInterfacesForClass(bean.getClass()));
		}
		factory.addAdvisor(advisor);
		return factory.getProxy(type.getClassLoader());
	}

	private void requireInterface(String beanName, Class<?> type, @Nullable Method open) {
		if (!Objects.requireNonNullElse(declared(beanName).resolve(), type).isInterface()) {
			String obstacle = (open != null)
					? "has the " + GuardInspection.kind(open) + " method " + open.getName() + "()"
					: "is final or private, or has only private constructors";
			throw refused(beanName,
					"makes a " + type.getName() + ", which " + obstacle + ": no guard can stand around it.",
					"Let the @Bean method return an interface, or remove what stands in the way.");
		}
	}

	private GuardConfigurationException refused(String beanName, String what, String action) {
		return new GuardConfigurationException("The @Bean method of '" + beanName + "'"
				+ SourceLine.of(GuardTermsFinder.beanMethod(this.beanFactory, beanName)) + " is annotated and " + what,
				action);
	}

	/**
	 * Late, so that what other post-processors made of a bean is guarded as well. But
	 * before the last, which keep the bean for the messages of a broker.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 1;
	}

}
