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
import java.util.Spliterator;
import java.util.stream.BaseStream;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/**
 * Puts a guard around the result of a guarded method if the result is code that has not
 * run yet: a function, an iterator, a stream, a publisher behind {@code Object}. Between
 * the call and the code the agent may have lost the capability, and the user may have
 * gone.
 */
final class DeferredResults {

	private DeferredResults() {
	}

	/**
	 * Guard a result.
	 * @param result what a method returned
	 * @param method the method
	 * @param guard runs deferred code, or refuses to run it
	 * @return the result if it is data, otherwise a guarded object in its place
	 * @throws GuardConfigurationException if no guarded object can take its place
	 */
	static @Nullable Object guarded(@Nullable Object result, Method method, DeferredGuard guard) {
		if (result == null) {
			return null;
		}
		return switch (DeferredTypes.of(result.getClass())) {
			case DATA -> result;
			case PUBLISHER -> fitting(publisher(result, guard), result, method);
			case STREAM -> fitting(stream(result, guard), result, method);
			case FUNCTION -> fitting(function(result, method, guard), result, method);
			case TOOL -> throw unguardable(result, method);
		};
	}

	private static Object fitting(@Nullable Object guarded, Object result, Method method) {
		if (guarded == null || !ClassUtils.isAssignableValue(method.getReturnType(), guarded)) {
			throw unguardable(result, method);
		}
		return guarded;
	}

	private static GuardConfigurationException unguardable(Object result, Method method) {
		return new GuardConfigurationException(
				"Method " + GuardInspection.place(method) + " is guarded and returned an object of class "
						+ result.getClass().getName() + ", which runs later, without a check.",
				"Let the method return the result itself, a Mono or a Flux. A tool needs @RequiresCapability on the "
						+ "@Bean method that makes it.");
	}

	private static Object publisher(Object result, DeferredGuard guard) {
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, result);
		if (adapter == null) {
			throw new IllegalStateException("No adapter for " + result.getClass().getName());
		}
		return adapter.fromPublisher(guard.subscribed(adapter.toPublisher(result), adapter.isMultiValue()));
	}

	/**
	 * Bound late: the stream's source is read when the terminal operation starts.
	 */
	private static @Nullable Object stream(Object result, DeferredGuard guard) {
		BaseStream<?, ?> stream = (BaseStream<?, ?>) result;
		boolean parallel = stream.isParallel();
		if (result instanceof Stream<?> objects) {
			return closing(elements(objects, guard, parallel), stream);
		}
		if (result instanceof IntStream ints) {
			return closing(elements(ints.boxed(), guard, parallel).mapToInt(Integer::intValue), stream);
		}
		if (result instanceof LongStream longs) {
			return closing(elements(longs.boxed(), guard, parallel).mapToLong(Long::longValue), stream);
		}
		return (result instanceof DoubleStream doubles)
				? closing(elements(doubles.boxed(), guard, parallel).mapToDouble(Double::doubleValue), stream) : null;
	}

	private static <T extends BaseStream<?, ?>> Object closing(T guarded, BaseStream<?, ?> stream) {
		return guarded.onClose(stream::close);
	}

	private static <T> Stream<T> elements(Stream<T> stream, DeferredGuard guard, boolean parallel) {
		return StreamSupport.stream(() -> guard.elements(guard.call(stream::spliterator)), Spliterator.ORDERED,
				parallel);
	}

	@SuppressWarnings("NullAway") // The code may return null.
	private static @Nullable Object function(Object result, Method method, DeferredGuard guard) {
		Class<?>[] contracts = ClassUtils.getAllInterfacesForClass(result.getClass());
		InvocationHandler handler = (proxy, called, arguments) -> {
			if (called.getDeclaringClass() == Object.class) {
				return called.getName().equals("equals") ? proxy == arguments[0] : invoke(called, result, arguments);
			}
			if (called.isDefault() && !isOverridden(called, result.getClass())) {
				// With the guarded object as 'this', so that the composed function is
				// guarded.
				return invokeDefault(proxy, called, arguments);
			}
			Action<@Nullable Object, Throwable> code = () -> invoke(called, result, arguments);
			return guarded(guard.call(code), called, guard);
		};
		try {
			return Proxy.newProxyInstance(result.getClass().getClassLoader(), contracts, handler);
		}
		catch (IllegalArgumentException ex) {
			// No class can have these interfaces together, or they are not visible.
			throw unguardable(result, method);
		}
	}

	private static boolean isOverridden(Method method, Class<?> type) {
		Method own = ClassUtils.getMostSpecificMethod(method, type);
		return !own.getDeclaringClass().isInterface();
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
	static @Nullable Object composed(Object proxy, Method method, Object[] arguments) throws Throwable {
		if (Proxy.isProxyClass(proxy.getClass())) {
			return invokeDefault(proxy, method, arguments);
		}
		Class<?> contract = method.getDeclaringClass();
		Object stand = Proxy.newProxyInstance(contract.getClassLoader(), new Class<?>[] { contract },
				(self, called,
						given) -> (called.isDefault() && !Modifier.isAbstract(called.getModifiers())
								&& !isOverridden(called, proxy.getClass())) ? invokeDefault(self, called, given)
										: invoke(called, proxy, given));
		return invokeDefault(stand, method, arguments);
	}

	/**
	 * The JDK's own way needs an interface that this class can see.
	 */
	private static @Nullable Object invokeDefault(Object self, Method method, Object @Nullable [] arguments)
			throws Throwable {
		Class<?> contract = method.getDeclaringClass();
		if (Modifier.isPublic(contract.getModifiers())) {
			return InvocationHandler.invokeDefault(self, method, arguments);
		}
		return MethodHandles.privateLookupIn(contract, MethodHandles.lookup())
			.unreflectSpecial(method, contract)
			.bindTo(self)
			.invokeWithArguments((arguments != null) ? arguments : new Object[0]);
	}

}
