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

package dev.lumoauth.spring.method;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Tells the methods that only describe what is to be done, such as those that return a
 * {@code Mono} or {@code Flux}, from those that do it: {@code CompletableFuture} is of
 * the second kind. Kotlin's {@code suspend} functions are of the first where Spring AOP
 * makes such a type of them.
 */
final class ReactiveReturn {

	private static final boolean SUPPORTED = ClassUtils.isPresent("reactor.core.publisher.Flux",
			ReactiveReturn.class.getClassLoader());

	/** Which method of a class is called, and what it returns, takes long to find out. */
	private final Map<MethodClassKey, Optional<ReactiveAdapter>> known = new ConcurrentReferenceHashMap<>();

	/**
	 * Return whether Reactor is there, without which no method is of the first kind.
	 */
	static boolean isSupported() {
		return SUPPORTED;
	}

	/**
	 * Find the adapter for what a method returns.
	 * @param invocation the call
	 * @return the adapter, or {@code null} if the method is to be checked when it is
	 * called. That is so for subtypes as well, such as {@code ConnectableFlux}: they
	 * can't be put together again
	 */
	@Nullable ReactiveAdapter adapter(MethodInvocation invocation) {
		Method method = invocation.getMethod();
		Class<?> type = method.getReturnType();
		if (type.isPrimitive() || type == String.class) {
			return null;
		}
		Class<?> targetClass = InvokedRequirement.targetClass(invocation);
		MethodClassKey key = new MethodClassKey(method, targetClass);
		Optional<ReactiveAdapter> found = this.known.get(key);
		if (found == null) {
			found = Optional.ofNullable(find(method, targetClass));
			this.known.put(key, found);
		}
		return found.orElse(null);
	}

	private static @Nullable ReactiveAdapter find(Method method, Class<?> targetClass) {
		Class<?> coroutine = Coroutines.seenAs(method);
		if (coroutine != null) {
			return ReactiveAdapterRegistry.getSharedInstance().getAdapter(coroutine);
		}
		// What the implementation returns: its interface may only say T.
		Class<?> type = AopUtils.getMostSpecificMethod(method, targetClass).getReturnType();
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
		return (adapter != null && adapter.getDescriptor().isDeferred() && adapter.getReactiveType() == type) ? adapter
				: null;
	}

}
