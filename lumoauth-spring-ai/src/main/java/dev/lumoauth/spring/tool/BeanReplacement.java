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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopConfigException;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Replaces a bean by another object that stays compatible: if the bean's class can be
 * extended, the result is an instance of that class. This is for code that injects the
 * bean by its class or, like Spring AI with MCP's providers, checks the class.
 *
 * @since 0.1.0
 */
public final class BeanReplacement {

	private BeanReplacement() {
	}

	/**
	 * Replace a bean.
	 * @param bean the bean
	 * @param replacement answers the methods of the interfaces that it implements; the
	 * bean answers the others
	 * @param <T> the type as which the bean is used
	 * @return an object of the bean's class if possible, otherwise the replacement
	 */
	public static <T> T of(T bean, T replacement) {
		return of(bean, replacement, (method) -> {
		});
	}

	/**
	 * Replace a bean.
	 * @param bean the bean
	 * @param replacement answers the methods of the interfaces that it implements; the
	 * bean answers the others
	 * @param check is asked before each call; throws an exception if the method must not
	 * be called
	 * @param <T> the type as which the bean is used
	 * @return an object of the bean's class if possible, otherwise the replacement
	 */
	public static <T> T of(T bean, T replacement, Consumer<Method> check) {
		Map<Method, Method> replaced = new HashMap<>();
		Class<?>[] types = ClassUtils.getAllInterfaces(replacement);
		for (Class<?> type : types) {
			for (Method method : type.getMethods()) {
				replaced.put(method, method);
				Method own = ReflectionUtils.findMethod(bean.getClass(), method.getName(), method.getParameterTypes());
				if (own != null) {
					replaced.put(own, method);
				}
			}
		}
		T proxy = proxy(bean, types, new Replacement(replacement, replaced, check));
		return (proxy != null) ? proxy : replacement;
	}

	/**
	 * Create a proxy of a bean's class.
	 * @return the proxy; {@code null} if the class can't be extended
	 */
	@SuppressWarnings("unchecked")
	private static <T> @Nullable T proxy(T bean, Class<?>[] types, MethodInterceptor advice) {
		if (!isExtensible(bean.getClass())) {
			return null;
		}
		ProxyFactory factory = new ProxyFactory(bean);
		factory.setProxyTargetClass(true);
		for (Class<?> type : types) {
			factory.addInterface(type);
		}
		factory.addAdvice(advice);
		try {
			return (T) factory.getProxy(bean.getClass().getClassLoader());
		}
		catch (AopConfigException ex) {
			return null; // no visible constructor
		}
	}

	/**
	 * Return what answers for a bean.
	 * @param bean the bean, or what {@link #of} made of it
	 * @return the replacement, or the bean itself if it was not replaced
	 */
	public static Object replacement(Object bean) {
		if (bean instanceof Advised advised) {
			for (Advisor advisor : advised.getAdvisors()) {
				if (advisor.getAdvice() instanceof Replacement replacement) {
					return replacement.object();
				}
			}
		}
		return bean;
	}

	/**
	 * Put advice around a bean. If the bean is a proxy of one object, the proxy gets the
	 * advice; otherwise a new proxy of the bean's class gets it.
	 * @param bean the bean
	 * @param advice creates the advice for the object behind the proxy
	 * @param replacement creates the replacement of a bean that can't be advised
	 * @param <T> the type as which the bean is used
	 * @return an object of the bean's class if possible, otherwise the replacement
	 */
	@SuppressWarnings("unchecked")
	static <T> T advised(T bean, Function<T, MethodInterceptor> advice, Supplier<T> replacement) {
		Object target = AopProxyUtils.getSingletonTarget(bean);
		if (target != null && bean instanceof Advised advised && !advised.isFrozen()) {
			advised.addAdvice(0, advice.apply((T) target));
			return bean;
		}
		T proxy = proxy(bean, new Class<?>[0], advice.apply(bean));
		return (proxy != null) ? proxy : replacement.get();
	}

	private static Object call(Method method, Object target, Object[] arguments) throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private static boolean isExtensible(Class<?> type) {
		return !Modifier.isFinal(type.getModifiers()) && !Modifier.isPrivate(type.getModifiers()) && !type.isHidden()
				&& !type.isSynthetic() && !ClassUtils.isLambdaClass(type)
				&& Arrays.stream(type.getMethods())
					.noneMatch((method) -> Modifier.isFinal(method.getModifiers())
							&& method.getDeclaringClass() != Object.class);
	}

	/**
	 * Answers the methods of a bean.
	 *
	 * @param object what answers
	 * @param methods the method of the object for each method of the bean
	 * @param check is asked before each call
	 */
	private record Replacement(Object object, Map<Method, Method> methods,
			Consumer<Method> check) implements MethodInterceptor {

		@Override
		public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
			this.check.accept(invocation.getMethod());
			Method method = this.methods.get(invocation.getMethod());
			return (method != null) ? call(method, this.object, invocation.getArguments()) : invocation.proceed();
		}

	}

}
