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
import java.util.stream.Stream;

import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.guard.GuardTerms;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Recognizes Kotlin's {@code suspend} functions and functions that return a {@code Flow}.
 * <p>
 * A {@code suspend} function is a method that takes a {@code Continuation} as its last
 * parameter and may return before it is done. If {@code kotlinx-coroutines-reactor} is
 * present, Spring AOP converts its result to a {@code Mono} before an interceptor sees
 * it, or to a {@code Flux} if it returns a {@code Flow}. Otherwise it is called like any
 * method.
 */
final class Coroutines {

	private static final String FLOW = "kotlinx.coroutines.flow.Flow";

	/** Determined as Spring AOP determines it. */
	private static final boolean BRIDGED = ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt",
			AopUtils.class.getClassLoader());

	private Coroutines() {
	}

	static boolean isSuspending(Method method) {
		return KotlinDetector.isSuspendingFunction(method);
	}

	/**
	 * Return the type that an interceptor has to return for a {@code suspend} function.
	 * @param method the function, as it was called
	 * @return {@code Mono} or {@code Flux}; {@code null} if it is called like any method
	 */
	static @Nullable Class<?> seenAs(Method method) {
		if (!BRIDGED || !isSuspending(method)) {
			return null;
		}
		// The question that Spring AOP asks, so that the answer is the same.
		return isFlow(new MethodParameter(method, -1).getParameterType()) ? Flux.class : Mono.class;
	}

	/**
	 * Refuse a function whose body would run where the guard doesn't see it.
	 * @param method an annotated method, or one of a bean whose {@code @Bean} method is
	 * @param terms the terms on which it runs
	 * @throws GuardConfigurationException if it can't be guarded
	 */
	static void requireGuardable(Method method, GuardTerms terms) {
		boolean flow = returnsFlow(method);
		if (terms.onBehalfOfUser() && (flow || isSuspending(method))) {
			throw new GuardConfigurationException(
					"Method " + GuardInspection.place(method) + " acts for the user and "
							+ (isSuspending(method) ? "is a suspend function" : "returns a Flow")
							+ ": a coroutine continues on other threads, which don't know the user.",
					"Make it a function that does not suspend, or that returns a Mono or a Flux.");
		}
		ResolvableType returned = ResolvableType.forType(method.getGenericReturnType());
		if (terms.onBehalfOfUser() && Stream.concat(Stream.of(returned), Arrays.stream(returned.getGenerics()))
			.anyMatch((type) -> DeferredTypes.isResponse(type.resolve(Object.class)))) {
			throw unwritable(method);
		}
		if (!BRIDGED && (flow || (isSuspending(method) && terms.isForOneCall()))) {
			throw new GuardConfigurationException(
					"Method " + GuardInspection.place(method) + " " + terms
							+ (flow ? " and returns a Flow, which can't be checked when it is collected."
									: " and is a suspend function, whose end nobody would see."),
					"Add the dependency org.jetbrains.kotlinx:kotlinx-coroutines-reactor.");
		}
	}

	/**
	 * Refuse a method that acts for the user and returns a response of a router function.
	 * @param method the method
	 * @return the exception to throw
	 */
	static GuardConfigurationException unwritable(Method method) {
		return new GuardConfigurationException(
				"Method " + GuardInspection.place(method) + " acts for the user and returns a ServerResponse: "
						+ "its body is written later, when the user is not known.",
				"Let a method of another bean act for the user, and return what is to be written.");
	}

	private static boolean returnsFlow(Method method) {
		if (!isSuspending(method)) {
			return isFlow(method.getReturnType());
		}
		Class<?> result = result(method, method.getDeclaringClass()).resolve();
		return result != null && isFlow(result);
	}

	/**
	 * Find the part of what a {@code suspend} function returns that can't be checked when
	 * it runs: of publishers, only a {@code Flow} is checked when it is collected.
	 * @param method the function
	 * @param type the class of the object
	 * @return the part, or {@code null} if everything is checked
	 */
	static @Nullable ResolvableType uncheckable(Method method, Class<?> type) {
		ResolvableType result = result(method, type);
		if (returnsFlow(method)) {
			return DeferredTypes.uncheckable(result);
		}
		return DeferredTypes.hidesCode(result) ? result : null;
	}

	/**
	 * The T of {@code Continuation<? super T>}.
	 */
	private static ResolvableType result(Method method, Class<?> type) {
		return ResolvableType
			.forType(method.getGenericParameterTypes()[method.getParameterCount() - 1],
					ResolvableType.forClass(type).as(method.getDeclaringClass()))
			.getGeneric();
	}

	private static boolean isFlow(Class<?> type) {
		return FLOW.equals(type.getName());
	}

}
