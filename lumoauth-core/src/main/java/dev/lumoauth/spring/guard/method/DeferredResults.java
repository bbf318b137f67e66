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

import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;

import dev.lumoauth.spring.guard.DeferredCall;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/**
 * Results of guarded methods that are work for later. Between the call and that work the
 * agent may have lost the capability, and the user may have gone.
 */
final class DeferredResults {

	private DeferredResults() {
	}

	/**
	 * Guard a publisher that the declared type of the method did not show.
	 * @param publisher what the method returned
	 * @param method the method
	 * @param rest makes the rest of the call at each subscription
	 * @return a guarded publisher of the same type
	 */
	static Object guarded(Object publisher, Method method, DeferredCall rest) {
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, publisher);
		if (adapter == null) {
			throw new IllegalStateException("No adapter for " + publisher.getClass().getName());
		}
		Object guarded = adapter
			.fromPublisher(rest.publisher(() -> adapter.toPublisher(publisher), adapter.isMultiValue()));
		if (!ClassUtils.isAssignableValue(method.getReturnType(), guarded)) {
			throw unguardable(publisher, method);
		}
		return guarded;
	}

	/**
	 * Refuse a result that runs later, without a check.
	 * @param result what the method returned
	 * @param method the method
	 * @return the exception to throw
	 */
	static GuardConfigurationException unguardable(Object result, Method method) {
		return new GuardConfigurationException(
				"Method " + GuardInspection.place(method) + " is guarded and returned an object of class "
						+ result.getClass().getName() + ", which runs later, without a check.",
				"Let the method return the result itself, a Mono or a Flux. A function or a tool needs "
						+ "@RequiresCapability on the @Bean method that makes it.");
	}

	static @Nullable Object invoke(Method method, Object target, Object @Nullable [] arguments) throws Throwable {
		try {
			method.trySetAccessible();
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * Call a default method with the guarded object as {@code this}: called on the object
	 * behind the proxy, the method would call unguarded methods, or make an unchecked
	 * function of the object.
	 * @param proxy the guarded object
	 * @param method the default method
	 * @param arguments its arguments
	 * @return what the method returns
	 */
	static @Nullable Object invokeDefault(Object proxy, Method method, Object[] arguments) throws Throwable {
		Class<?> contract = method.getDeclaringClass();
		Object self = Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] { contract },
				(same, called, given) -> invoke(called, proxy, given));
		if (Modifier.isPublic(contract.getModifiers())) {
			return InvocationHandler.invokeDefault(self, method, arguments);
		}
		// The JDK's own way needs an interface that this class can see.
		return MethodHandles.privateLookupIn(contract, MethodHandles.lookup())
			.unreflectSpecial(method, contract)
			.bindTo(self)
			.asFixedArity()
			.invokeWithArguments(arguments);
	}

}
