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

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.ToolTypes;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * Puts the guard around the tools that a bean's methods return.
 *
 * @param guard puts the guard around a tool
 * @param terms additional terms of each tool, or {@code null}
 */
record HandedOutTools(UnaryOperator<ToolCallback> guard, @Nullable GuardTerms terms) {

	/**
	 * Call a method, and guard the tools that it returns.
	 */
	@Nullable Object of(MethodInvocation invocation) throws Throwable {
		Object result = invocation.proceed();
		if (result == null || result == invocation.getThis()) {
			return result;
		}
		Object guarded = guarded(result);
		if (guarded != result && !invocation.getMethod().getReturnType().isInstance(guarded)) {
			throw new GuardConfigurationException(
					"Method " + invocation.getMethod() + " gives out a tool that requires a capability or acts for "
							+ "the user, and declares a type that no guard can have.",
					"Let the method return ToolCallback, ToolCallbackProvider, or a List, Set or Map of them.");
		}
		return guarded;
	}

	private Object guarded(Object result) {
		if (result instanceof ToolCallback tool) {
			return this.guard.apply(tool);
		}
		if (result instanceof ToolCallbackProvider other) {
			return GuardedProvider.isAround(other, this.terms) ? other : new GuardedProvider(other, this);
		}
		return Containers.map(result, this::guarded);
	}

	/**
	 * Refuse a class that returns tools in a way that the guard can't inspect, if its
	 * {@code @Bean} method is annotated.
	 * @param bean the bean
	 * @param ofFactoryMethod the terms of the {@code @Bean} method, or {@code null}
	 */
	static void requireKnown(Object bean, @Nullable GuardTerms ofFactoryMethod) {
		if (ofFactoryMethod == null) {
			return;
		}
		Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
		ReflectionUtils.doWithMethods(type, (method) -> {
			throw new GuardConfigurationException(
					"A @Bean method that " + ofFactoryMethod + " makes an object whose method " + method
							+ " gives out tools in a way that the guard does not know.",
					"Let the method return a ToolCallback, a ToolCallbackProvider, or a List, Set, Map, array or "
							+ "Optional of them.");
		}, (method) -> !Modifier.isPrivate(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())
				&& !method.isSynthetic() && isUnknown(method, type));
	}

	private static boolean isUnknown(Method method, Class<?> type) {
		Class<?> returned = method.getReturnType();
		return !ToolTypes.isTool(returned) && !returned.isArray() && !Collection.class.isAssignableFrom(returned)
				&& !Map.class.isAssignableFrom(returned) && returned != Optional.class
				&& ToolTypes.speaksOfTools(ResolvableType.forMethodReturnType(method, type));
	}

}
