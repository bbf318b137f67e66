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
import java.lang.reflect.Proxy;
import java.util.Arrays;

import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.guard.ToolTypes;
import dev.lumoauth.spring.reflect.SameMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Every annotated method, found in the same way as by the guard. {@code @Bean} methods
 * are left out: their annotation is about the object that they make. So are the methods
 * by which tools are called: tools have their own guard.
 */
final class GuardPointcut extends StaticMethodMatcherPointcut {

	private final GuardTermsFinder finder;

	GuardPointcut(GuardTermsFinder finder) {
		this.finder = finder;
		setClassFilter(finder::mentions);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return isGuarded(this.finder, method, targetClass) || isBesideGuarded(this.finder, method, targetClass);
	}

	/**
	 * A private or static method is out of a proxy's reach, and no reason to make one.
	 */
	private static boolean isGuarded(GuardTermsFinder finder, Method method, Class<?> targetClass) {
		return finder.find(method, targetClass) != null
				&& (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) == 0 && !isBeanMethod(method)
				&& !ToolTypes.isToolMethod(method, targetClass) && !WovenMethods.cover(finder, method, targetClass);
	}

	/**
	 * Return whether a default method without terms stands beside guarded methods of its
	 * interface, which it may call.
	 * @param finder finds the terms of methods
	 * @param method the method
	 * @param targetClass the class of the object
	 * @return {@code false} if the class overrides the default method
	 */
	static boolean isBesideGuarded(GuardTermsFinder finder, Method method, Class<?> targetClass) {
		Method code = defaultMethod(method, targetClass);
		return code != null && finder.find(method, targetClass) == null
				&& Arrays.stream(code.getDeclaringClass().getMethods())
					.anyMatch((called) -> isGuarded(finder, called, targetClass));
	}

	/**
	 * Return the default method that runs if a method is called. The method that a proxy
	 * intercepts may be one that another interface of the class overrides. One of the
	 * JDK's proxies overrides every method, and runs the same default method.
	 * @param method the method
	 * @param targetClass the class of the object
	 * @return the default method; {@code null} if a method of a class runs
	 */
	static @Nullable Method defaultMethod(Method method, Class<?> targetClass) {
		if (!method.getDeclaringClass().isInterface() || Modifier.isStatic(method.getModifiers())) {
			return null;
		}
		Method code = Proxy.isProxyClass(targetClass) ? Arrays.stream(targetClass.getInterfaces())
			.map((each) -> new SameMethod(each).mostSpecific(method))
			.reduce(method,
					(one, other) -> one.getDeclaringClass().isAssignableFrom(other.getDeclaringClass()) ? other : one)
				: new SameMethod(targetClass).mostSpecific(method);
		return code.isDefault() ? code : null;
	}

	/**
	 * Return whether a method is guarded if the {@code @Bean} method of its object is
	 * annotated: every method except those that each object has. For a tool, the methods
	 * that describe it, call it or provide tools are also excluded, because the tool
	 * guard handles them.
	 * @param method the method
	 * @param type the class of the object
	 */
	static boolean isOfGuardedBean(Method method, Class<?> type) {
		boolean ofTools = ToolTypes.isTool(type)
				&& (ToolTypes.isToolMethod(method, type) || ReflectionUtils.isObjectMethod(method)
						|| ToolTypes.speaksOfTools(GuardInspection.returnType(method, type)));
		return method.getDeclaringClass() != Object.class && !ofTools;
	}

	static boolean isBeanMethod(Method method) {
		return AnnotatedElementUtils.hasAnnotation(method, Bean.class);
	}

}
