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

package dev.lumoauth.spring.user;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Fuseable;
import reactor.core.Scannable;

import org.springframework.util.ReflectionUtils;

/**
 * Also watches the input of a step if nothing before the step does. A sink has no
 * operator that could be watched, and it runs the function right behind it on the
 * emitting thread. Reactor subscribes in two halves, as this class needs it, but these
 * methods are not public.
 */
final class StepInput {

	private static final @Nullable StepInput AVAILABLE = find();

	private final Class<?> type;

	private final Method subscribeOrReturn;

	private final Method source;

	private StepInput(Class<?> type) throws NoSuchMethodException {
		this.type = type;
		this.subscribeOrReturn = type.getMethod("subscribeOrReturn", CoreSubscriber.class);
		this.source = type.getMethod("source");
		ReflectionUtils.makeAccessible(this.subscribeOrReturn);
		ReflectionUtils.makeAccessible(this.source);
	}

	private static @Nullable StepInput find() {
		try {
			return new StepInput(Class.forName("reactor.core.publisher.OptimizableOperator"));
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Refuse a version of Reactor whose streams can't be distinguished at a sink.
	 * @throws IllegalStateException if this version is one of them
	 */
	static void requireAvailable() {
		if (AVAILABLE == null) {
			throw new IllegalStateException("This version of Reactor is not supported: without its "
					+ "OptimizableOperator, a stream that continues on the thread of another user's tool would act "
					+ "for that user. Use the version that Spring Boot brings.");
		}
	}

	/**
	 * Find the way to subscribe to the input of a step.
	 * @param step a step
	 * @return the way, or {@code null} if the input is watched already, or can't be
	 * watched
	 */
	static @Nullable StepInput of(CorePublisher<?> step) {
		Object input = Scannable.from(step).scanUnsafe(Scannable.Attr.PARENT);
		boolean watched = input == null || ReactiveSteps.isStep(input) || input instanceof Fuseable.ScalarCallable;
		return (AVAILABLE != null && !watched && AVAILABLE.type.isInstance(step)) ? AVAILABLE : null;
	}

	/**
	 * Subscribe to a step, watching its input.
	 * @param step the step
	 * @param subscriber the subscriber
	 */
	@SuppressWarnings("unchecked")
	void subscribe(CorePublisher<?> step, CoreSubscriber<?> subscriber) {
		Object taking = call(this.subscribeOrReturn, step, subscriber);
		Object input = (taking != null) ? call(this.source, step) : null;
		if (input != null && taking != null) {
			((CorePublisher<Object>) input).subscribe(new StepSubscriber<>((CoreSubscriber<Object>) taking));
		}
	}

	private static @Nullable Object call(Method method, Object target, Object... arguments) {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw Exceptions.propagate(ex.getTargetException());
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
