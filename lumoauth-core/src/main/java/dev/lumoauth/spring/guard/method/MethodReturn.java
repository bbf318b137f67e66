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

import dev.lumoauth.spring.reflect.SameMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/**
 * What a guard has to know about the result of a method. The result may only describe
 * work, as a {@code Mono} does. It may turn out to be such a description. Or the work is
 * done when the method returns.
 *
 * @param adapter the adapter for a reactive type that can be built again around the
 * guard. Kotlin's {@code suspend} functions have one if Spring AOP converts their result
 * to such a type
 * @param isLater whether the declared type is code or a publisher that can't be built
 * again
 * @param mayDefer whether the result may be code that has not run yet
 */
record MethodReturn(@Nullable ReactiveAdapter adapter, boolean isLater, boolean mayDefer) {

	private static final MethodReturn DONE = new MethodReturn(null, false, false);

	private static final boolean REACTIVE = ClassUtils.isPresent("reactor.core.publisher.Flux",
			MethodReturn.class.getClassLoader());

	/**
	 * Return whether Reactor is present. Without Reactor, no type is reactive.
	 */
	static boolean isReactiveSupported() {
		return REACTIVE;
	}

	/**
	 * Find out what a method returns.
	 * @param method the method
	 * @param targetClass the class of the object that it is called on
	 */
	static MethodReturn of(Method method, Class<?> targetClass) {
		Class<?> declared = method.getReturnType();
		if (declared.isPrimitive() || declared == String.class) {
			return DONE;
		}
		// The type that the implementation returns: its interface may only say T.
		Class<?> type = new SameMethod(targetClass).mostSpecific(method).getReturnType();
		ReactiveAdapter adapter = REACTIVE ? adapter(method, type) : null;
		if (adapter != null) {
			return new MethodReturn(adapter, false, false);
		}
		boolean later = DeferredTypes.isCode(type) || DeferredTypes.isPublisher(type);
		// A record may be a function too.
		return new MethodReturn(null, later, later || type.isArray() || !Modifier.isFinal(type.getModifiers()));
	}

	/**
	 * Subtypes, such as {@code ConnectableFlux}, can't be built again.
	 */
	private static @Nullable ReactiveAdapter adapter(Method method, Class<?> declared) {
		Class<?> coroutine = Coroutines.seenAs(method);
		Class<?> type = (coroutine != null) ? coroutine : declared;
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
		return (adapter != null && adapter.getDescriptor().isDeferred() && adapter.getReactiveType() == type) ? adapter
				: null;
	}

}
