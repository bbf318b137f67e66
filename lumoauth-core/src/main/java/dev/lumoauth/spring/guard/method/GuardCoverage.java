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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import dev.lumoauth.spring.reflect.SameMethod;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.aop.support.AopUtils;

/**
 * Finds out which parts of an object the guard around bean methods covers.
 *
 * @since 0.1.0
 */
public final class GuardCoverage {

	private GuardCoverage() {
	}

	/**
	 * Find the terms on which an object runs because the {@code @Bean} method that made
	 * it is annotated.
	 * @param object a bean
	 * @return the terms, or {@code null}
	 */
	public static @Nullable GuardTerms ofBeanMethod(Object object) {
		GuardTerms terms = null;
		for (GuardAdvisor advisor : advisors(object)) {
			terms = GuardTerms.both(terms, advisor.ofBeanMethod());
		}
		return terms;
	}

	/**
	 * Return whether a call of a method on an object keeps some terms without further
	 * guards, even if it is made by reflection. The object may be a proxy with a guard,
	 * or the aspects may guard its own code.
	 * @param object the object that is called
	 * @param method the method, as its class or an interface declares it
	 * @param terms the terms
	 * @return {@code true} only if no call can avoid the terms
	 */
	public static boolean covers(Object object, Method method, GuardTerms terms) {
		if (isFoundAnew(object)) {
			Object bean = found(object);
			return bean != null && isIntercepted(object, method) && covers(bean, method, terms);
		}
		GuardTerms woven = WovenMethods.keeps(method, AopUtils.getTargetClass(object));
		return isIncluded(terms,
				isIntercepted(object, method) ? GuardTerms.both(woven, guarding(object, method)) : woven);
	}

	/**
	 * Return whether an object is one of the container's proxies that find their bean
	 * anew for each call: that of a scoped bean, or of a bean that is injected lazily.
	 * The bean has its own guard.
	 * @param object any object
	 * @return {@code false} for all other proxies, whose targets need not be beans
	 */
	public static boolean isFoundAnew(@Nullable Object object) {
		return object instanceof Advised advised && FrameworkClasses.isFoundAnew(advised.getTargetSource());
	}

	/**
	 * Return whether a bean is the proxy of a scoped bean. The scoped bean has a
	 * definition of its own, by which it is guarded and checked.
	 * @param bean a bean
	 * @return {@code false} for any other object that calls itself scoped
	 */
	public static boolean isScopedProxy(@Nullable Object bean) {
		return bean instanceof ScopedObject && isFoundAnew(bean);
	}

	/**
	 * Find the bean that a proxy stands for here and now.
	 * @param proxy an object of which {@link #isFoundAnew} is true
	 * @return the bean; {@code null} if there is none, such as a bean of the request on
	 * the thread of no request
	 */
	public static @Nullable Object found(Object proxy) {
		try {
			return ((Advised) proxy).getTargetSource().getTarget();
		}
		catch (Exception ex) {
			LogFactory.getLog(GuardCoverage.class).debug("A proxy's bean was not found", ex);
			return null;
		}
	}

	/**
	 * Return the bean that an object stands for here and now, with its guard.
	 * @param object any object
	 * @return the object itself, unless {@link #isFoundAnew} is true and its bean is here
	 */
	public static Object bean(Object object) {
		Object bean = isFoundAnew(object) ? found(object) : null;
		return (bean != null) ? bean : object;
	}

	/**
	 * Return whether a call of a method on a proxy that finds its bean anew runs on the
	 * proxy, whose fields are empty, so that the guard of the bean sees no call.
	 * @param object any object
	 * @param method the method that is called on the object
	 * @return whether the bean has to be found before the call
	 */
	public static boolean isOnProxyItself(@Nullable Object object, Method method) {
		return isFoundAnew(object) && !isOverridable(method);
	}

	/**
	 * Return whether a tool's method is called on a proxy, which is the usual way, or on
	 * the object behind it.
	 * @param proxy a proxy
	 * @param method the method
	 * @return whether the proxy can stand before the method
	 * @throws GuardConfigurationException if it can't, and there is no one object behind
	 */
	public static boolean isCalledOnProxy(Object proxy, Method method) {
		if (!isOverridable(method) && AopProxyUtils.getSingletonTarget(proxy) == null) {
			throw new GuardConfigurationException(
					"The tool " + GuardInspection.place(method) + " is private, static or final, and a proxy of its "
							+ "class finds the bean anew for each call.",
					"Make the method one that a proxy can override.");
		}
		return isOverridable(method);
	}

	/**
	 * Return the object that a call of a proxy reaches now, behind all its proxies.
	 * @param object any object
	 * @return the object itself if it is no proxy
	 * @throws GuardConfigurationException if there is no such object here and now
	 */
	public static Object behind(Object object) {
		if (!AopUtils.isAopProxy(object)) {
			return object;
		}
		Object target = isFoundAnew(object) ? found(object) : AopProxyUtils.getSingletonTarget(object);
		if (target == null) {
			throw new GuardConfigurationException(
					"The bean behind a proxy of " + AopUtils.getTargetClass(object) + " is not there.",
					"Give its tools to the model where the bean's scope is active, or make the bean a singleton.");
		}
		return behind(target);
	}

	/**
	 * Return the bean here and now without its guard, for a caller who keeps the bean's
	 * terms.
	 * @param bean a bean
	 * @param type a type of the bean
	 * @param <T> a type of the bean
	 * @return the bean itself if it has no guard, or advice of others too, such as that
	 * of Spring Security
	 */
	public static <T> T withoutGuard(T bean, Class<T> type) {
		Object here = bean(bean);
		Object target = AopProxyUtils.getSingletonTarget(here);
		boolean alone = here instanceof Advised advised
				&& Arrays.stream(advised.getAdvisors()).allMatch(GuardAdvisor.class::isInstance);
		return (alone && target != null && type.isInstance(target)) ? type.cast(target) : bean;
	}

	/**
	 * Return whether a call of a bean's method keeps some terms. A proxy of interfaces
	 * has no other methods, so other methods can't be called at all.
	 */
	static boolean coversIfCalled(Object bean, Method method, GuardTerms terms) {
		return (AopUtils.isJdkDynamicProxy(bean) && !method.getDeclaringClass().isInstance(bean))
				? !advisors(bean).isEmpty() : isIntercepted(bean, method) && isIncluded(terms, guarding(bean, method));
	}

	static boolean isIncluded(GuardTerms terms, @Nullable GuardTerms kept) {
		return kept != null && kept.includes(terms);
	}

	private static @Nullable GuardTerms guarding(Object object, Method method) {
		Class<?> target = AopUtils.getTargetClass(object);
		GuardTerms terms = null;
		for (GuardAdvisor advisor : advisors(object)) {
			terms = GuardTerms.both(terms, advisor.guards(method, target));
		}
		return terms;
	}

	/**
	 * Return whether a call of a method on a proxy reaches the advice of the proxy.
	 */
	static boolean isIntercepted(Object object, Method method) {
		// A bridge that is final runs on the proxy, and calls what the proxy overrides.
		Method specific = new SameMethod(AopUtils.getTargetClass(object)).mostSpecific(method);
		return AopUtils.isJdkDynamicProxy(object) ? method.getDeclaringClass().isInstance(object)
				: isOverridable(specific) && isDeclared(object.getClass(), specific);
	}

	/**
	 * Return whether a proxy may stand before a method. All other methods run on the
	 * proxy itself, whose fields are empty.
	 * @param method the method
	 * @return whether it is neither private nor static nor final
	 */
	public static boolean isOverridable(Method method) {
		return (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) == 0;
	}

	/**
	 * A proxy can't override a package-private method if its class has another class
	 * loader.
	 */
	private static boolean isDeclared(Class<?> proxy, Method method) {
		return Arrays.stream(proxy.getDeclaredMethods())
			.anyMatch((candidate) -> candidate.getName().equals(method.getName())
					&& Arrays.equals(candidate.getParameterTypes(), method.getParameterTypes()));
	}

	private static List<GuardAdvisor> advisors(Object object) {
		List<GuardAdvisor> found = new ArrayList<>();
		Object each = object;
		while (each instanceof Advised advised) {
			for (Advisor advisor : advised.getAdvisors()) {
				if (advisor instanceof GuardAdvisor guard) {
					found.add(guard);
				}
			}
			each = AopProxyUtils.getSingletonTarget(advised);
		}
		return found;
	}

}
