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

import dev.lumoauth.spring.guard.CapabilityRequirements;
import dev.lumoauth.spring.guard.ToolTypes;

import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Every method that requires a capability, found as the guard itself finds it. Not a
 * {@code @Bean} method: the annotation there is about what it makes. And not how a tool
 * is called: that has a guard of its own.
 */
final class CapabilityPointcut extends StaticMethodMatcherPointcut {

	private final CapabilityRequirements requirements;

	CapabilityPointcut(CapabilityRequirements requirements) {
		this.requirements = requirements;
		setClassFilter(requirements::mentions);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return this.requirements.find(method, targetClass) != null && isForBeans(method, targetClass)
				&& !WovenMethods.cover(this.requirements, method, targetClass);
	}

	/**
	 * Return whether the guard around bean methods takes care of a method. A private or
	 * static one is out of its reach, and no reason to make a proxy.
	 */
	static boolean isForBeans(Method method, Class<?> targetClass) {
		return (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) == 0 && !isBeanMethod(method)
				&& !ToolTypes.isToolMethod(method, targetClass);
	}

	static boolean isBeanMethod(Method method) {
		return AnnotatedElementUtils.hasAnnotation(method, Bean.class);
	}

}
