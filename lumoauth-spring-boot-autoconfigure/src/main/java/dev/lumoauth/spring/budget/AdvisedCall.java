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

package dev.lumoauth.spring.budget;

import org.jspecify.annotations.Nullable;

/**
 * A model call that {@link BudgetAdvisor} counts, bound to the thread while the call
 * begins, so that {@link BudgetObservationHandler} leaves it alone. The handler sees
 * neither the chat client's request nor Reactor's context; but Spring AI's models start
 * their observation on the thread that calls, or that subscribes, before anything else.
 * <p>
 * It can be claimed once: a second observation under the same advisor is another model
 * call, such as the second of a model that asks several others.
 */
final class AdvisedCall {

	private static final ThreadLocal<@Nullable AdvisedCall> CURRENT = new ThreadLocal<>();

	private boolean claimed;

	/**
	 * Return whether a call of the advisor begins on this thread that no observation has
	 * claimed.
	 */
	static boolean isPending() {
		AdvisedCall call = CURRENT.get();
		return call != null && !call.claimed;
	}

	/**
	 * Claim the call that begins on this thread.
	 * @return {@code true} if there is one that was not claimed before
	 */
	static boolean claim() {
		AdvisedCall call = CURRENT.get();
		if (call == null || call.claimed) {
			return false;
		}
		call.claimed = true;
		return true;
	}

	/**
	 * Bind a new call to this thread.
	 * @return what binds the one before again
	 */
	static Scope begin() {
		AdvisedCall outer = CURRENT.get();
		CURRENT.set(new AdvisedCall());
		return () -> {
			if (outer != null) {
				CURRENT.set(outer);
			}
			else {
				CURRENT.remove();
			}
		};
	}

	/**
	 * Ends the binding.
	 */
	interface Scope extends AutoCloseable {

		@Override
		void close();

	}

}
