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

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.reflect.SameMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;

/**
 * Tells what the guard around bean methods covers of an object.
 *
 * @since 0.1.0
 */
public final class MethodGuards {

	private MethodGuards() {
	}

	/**
	 * Find what an object needs because the {@code @Bean} method that made it is
	 * annotated.
	 * @param object a bean
	 * @return the requirement, or {@code null}
	 */
	public static @Nullable CapabilityRequirement ofFactoryMethod(Object object) {
		return advisors(object, CapabilityAdvisor.class).stream()
			.map(CapabilityAdvisor::ofFactoryMethod)
			.filter((requirement) -> requirement != null)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return whether an object acts for the user because the {@code @Bean} method that
	 * made it is annotated.
	 * @param object a bean
	 * @return whether it does
	 */
	public static boolean actsForUserByFactoryMethod(Object object) {
		return advisors(object, UserAdvisor.class).stream().anyMatch(UserAdvisor::isForFactoryMethod);
	}

	/**
	 * Return whether a call of a bean's method is checked, if it can be made at all: a
	 * proxy of interfaces has no other methods.
	 */
	static boolean checksIfCalled(Object bean, Method method) {
		return isInterceptedIfCalled(bean, method, CapabilityAdvisor.class);
	}

	static boolean actsForUserIfCalled(Object bean, Method method) {
		return isInterceptedIfCalled(bean, method, UserAdvisor.class);
	}

	private static boolean isInterceptedIfCalled(Object bean, Method method, Class<? extends PointcutAdvisor> type) {
		return (AopUtils.isJdkDynamicProxy(bean) && !method.getDeclaringClass().isInstance(bean))
				? !advisors(bean, type).isEmpty() : intercepts(bean, method, type);
	}

	/**
	 * Return whether an object sees to it that a method acts for a user, called by
	 * reflection as well.
	 * @param object the object that is called
	 * @param method the method, as its class or an interface declares it
	 * @return {@code true} only if nothing gets past it
	 */
	public static boolean actsForUser(Object object, Method method) {
		return intercepts(object, method, UserAdvisor.class);
	}

	/**
	 * Return whether a call of a method on an object is checked by the object itself,
	 * made by reflection as well.
	 * @param object the object that is called
	 * @param method the method, as its class or an interface declares it
	 * @return {@code true} only if nothing gets past the check
	 */
	public static boolean checks(Object object, Method method) {
		return intercepts(object, method, CapabilityAdvisor.class);
	}

	/**
	 * Return whether a method checks by its own code, since the aspects stand around it.
	 * @param object the object that is called
	 * @param method the method, as its class or an interface declares it
	 * @param requirement which capabilities are to be checked, or {@code null}
	 * @param onBehalfOfUser whether it is to act for the user
	 * @return {@code true} only if it checks all of that
	 */
	public static boolean isWoven(Object object, Method method, @Nullable CapabilityRequirement requirement,
			boolean onBehalfOfUser) {
		return WovenMethods.check(method, AopUtils.getTargetClass(object), requirement, onBehalfOfUser);
	}

	private static boolean intercepts(Object object, Method method, Class<? extends PointcutAdvisor> type) {
		Class<?> target = AopUtils.getTargetClass(object);
		// A bridge that is final runs on the proxy, and calls what the proxy overrides.
		Method specific = new SameMethod(target).mostSpecific(method);
		boolean intercepted = AopUtils.isJdkDynamicProxy(object) ? method.getDeclaringClass().isInstance(object)
				: isOverridable(specific) && isDeclared(object.getClass(), specific);
		return intercepted && advisors(object, type).stream()
			.anyMatch((advisor) -> advisor.getPointcut().getClassFilter().matches(target)
					&& advisor.getPointcut().getMethodMatcher().matches(method, target));
	}

	private static boolean isOverridable(Method method) {
		return (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) == 0;
	}

	/**
	 * A method that is package-private is out of the proxy's reach if a class loader is
	 * between the two.
	 */
	private static boolean isDeclared(Class<?> proxy, Method method) {
		return Arrays.stream(proxy.getDeclaredMethods())
			.anyMatch((candidate) -> candidate.getName().equals(method.getName())
					&& Arrays.equals(candidate.getParameterTypes(), method.getParameterTypes()));
	}

	private static <A> List<A> advisors(Object object, Class<A> type) {
		List<A> found = new ArrayList<>();
		Object each = object;
		while (each instanceof Advised advised) {
			for (Advisor advisor : advised.getAdvisors()) {
				if (type.isInstance(advisor)) {
					found.add(type.cast(advisor));
				}
			}
			each = AopProxyUtils.getSingletonTarget(advised);
		}
		return found;
	}

}
