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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import dev.lumoauth.spring.guard.Guard;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * The class to which the aspects of {@code lumoauth-spring-aspects} pass each call of a
 * woven method. The guard of an open application context decides; if there are several in
 * one JVM, that of the context that was started last. If there is none, the call is
 * refused.
 *
 * @since 0.1.0
 */
public final class WovenGuard {

	/**
	 * The contexts that have started, the newest first, and after them the contexts that
	 * are starting.
	 */
	private static final AtomicReference<List<WovenGuardContext>> OPEN = new AtomicReference<>(List.of());

	private WovenGuard() {
	}

	/**
	 * Run a woven method if it may run.
	 * @param method the method, as its class declares it
	 * @param target the object that it is called on, or {@code null} if it is static
	 * @param arguments the arguments
	 * @param body what runs the method's own code, each time it is asked to
	 * @param <E> what the method throws
	 * @return what the method returns
	 * @throws E what the method throws, or why it was refused
	 */
	@SuppressWarnings("unchecked")
	public static <E extends Throwable> @Nullable Object call(Method method, @Nullable Object target,
			@Nullable Object[] arguments, Body body) throws E {
		try {
			return deciding(method).call(method, target, arguments, body);
		}
		catch (Throwable ex) {
			throw (E) ex;
		}
	}

	private static WovenGuardContext deciding(Method method) {
		List<WovenGuardContext> open = Objects.requireNonNull(OPEN.get());
		if (open.isEmpty()) {
			throw Guard.unavailable("No application context with LumoAuth is open, so nothing can decide whether "
					+ ClassUtils.getQualifiedMethodName(method)
					+ " may run: it was called before the context started, after it was closed, "
					+ "or where there is none.");
		}
		return open.get(0);
	}

	/**
	 * Add a context that is starting. It decides only while there is no other context.
	 */
	static void opened(WovenGuardContext context) {
		OPEN.updateAndGet((open) -> {
			List<WovenGuardContext> changed = without(context, open);
			changed.add(context);
			return List.copyOf(changed);
		});
	}

	/**
	 * Let a context decide.
	 */
	static void started(WovenGuardContext context) {
		OPEN.updateAndGet((open) -> {
			List<WovenGuardContext> changed = without(context, open);
			changed.add(0, context);
			return List.copyOf(changed);
		});
	}

	/**
	 * Forget a context.
	 */
	static void closed(WovenGuardContext context) {
		OPEN.updateAndGet((open) -> List.copyOf(without(context, open)));
	}

	private static List<WovenGuardContext> without(WovenGuardContext context, List<WovenGuardContext> open) {
		List<WovenGuardContext> others = new ArrayList<>(open);
		others.remove(context);
		return others;
	}

	/**
	 * The code of a woven method.
	 */
	@FunctionalInterface
	public interface Body {

		/**
		 * Run it.
		 * @return what the method returns
		 * @throws Throwable what the method throws
		 */
		@Nullable Object run() throws Throwable;

	}

}
