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
import java.util.Arrays;

import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardTermsFinder;
import dev.lumoauth.spring.reflect.FrameworkClasses;
import org.jspecify.annotations.Nullable;

import org.springframework.core.BridgeMethodResolver;
import org.springframework.util.ReflectionUtils;

/**
 * Recognizes the methods that the aspects check, so that no proxy has to.
 */
final class WovenMethods {

	private WovenMethods() {
	}

	/**
	 * Return whether no proxy has to check a method, called on an object of a class.
	 * @param finder finds the terms of the method
	 * @param method the method, as a class or an interface declares it
	 * @param targetClass the class of the object
	 */
	static boolean cover(GuardTermsFinder finder, Method method, Class<?> targetClass) {
		return run(method, targetClass)
				|| (isLeftAlone(method, targetClass) && finder.findOnMethod(method, targetClass) == null);
	}

	/**
	 * Return whether woven code runs when a method is called on an object of a class.
	 * @param method the method, as a class or an interface declares it
	 * @param targetClass the class of the object
	 */
	static boolean run(Method method, Class<?> targetClass) {
		return isWoven(executed(method, targetClass));
	}

	static boolean isWoven(Method method) {
		return method.isAnnotationPresent(Woven.class);
	}

	/**
	 * Return which terms woven code keeps.
	 * @param method the method that is called
	 * @param targetClass the class of the object
	 * @return the terms, or {@code null} if no woven code runs
	 */
	static @Nullable GuardTerms keeps(Method method, Class<?> targetClass) {
		Method executed = executed(method, targetClass);
		return isWoven(executed) ? new GuardTermsFinder().find(executed, annotatedFor(executed, targetClass)) : null;
	}

	/**
	 * Return the class whose annotations count for woven code that runs.
	 * @param method the method whose code it is
	 * @param targetClass the class of the object, or {@code null}
	 * @return the class of the object, unless the object's own code is other code, which
	 * has called the overridden code
	 */
	static Class<?> annotatedFor(Method method, @Nullable Class<?> targetClass) {
		return (targetClass != null && !Modifier.isStatic(method.getModifiers())
				&& executed(method, targetClass).equals(method)) ? targetClass : method.getDeclaringClass();
	}

	/**
	 * The annotation of a type does not apply to its private methods, to the methods that
	 * every object has, and to the methods that the container calls.
	 */
	private static boolean isLeftAlone(Method method, Class<?> targetClass) {
		return isLeftAlone(executed(method, targetClass))
				&& Arrays.stream(ReflectionUtils.getAllDeclaredMethods(FrameworkClasses.userClass(targetClass)))
					.anyMatch(WovenMethods::isWoven);
	}

	private static boolean isLeftAlone(Method method) {
		Class<?> type = method.getDeclaringClass();
		return Modifier.isPrivate(method.getModifiers()) || method.isSynthetic()
				|| ReflectionUtils.isObjectMethod(method) || isOfEveryEnum(method)
				// These only call woven code.
				|| type.getName().startsWith("java.util.function.") || ContainerCalls.include(method);
	}

	private static boolean isOfEveryEnum(Method method) {
		Class<?> type = method.getDeclaringClass();
		return type == Enum.class
				|| (type.isEnum() && Modifier.isStatic(method.getModifiers()) && switch (method.getName()) {
					case "values" -> method.getParameterCount() == 0;
					case "valueOf" -> Arrays.equals(method.getParameterTypes(), new Class<?>[] { String.class });
					default -> false;
				});
	}

	/**
	 * The method whose code runs.
	 */
	private static Method executed(Method method, Class<?> targetClass) {
		boolean bound = (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL)) != 0;
		return bound ? method
				: BridgeMethodResolver.getMostSpecificMethod(method, FrameworkClasses.userClass(targetClass));
	}

}
