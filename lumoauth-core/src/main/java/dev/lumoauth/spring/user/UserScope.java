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

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * For whom the agent acts on this thread. Token exchanges look here, so that everything
 * which a tool calls on its own thread acts for the same user. On that thread only: it is
 * registered with no context propagation, which could hand a user on to what another one
 * does. Whoever starts threads in a tool enters the scope there again.
 *
 * @since 0.1.0
 */
public final class UserScope {

	private static final ThreadLocal<@Nullable UserToken> CURRENT = new ThreadLocal<>();

	private UserScope() {
	}

	/**
	 * Return for whom the agent acts on this thread.
	 * @return the user's token, or {@code null} if the agent acts for itself
	 */
	public static @Nullable UserToken current() {
		return CURRENT.get();
	}

	/**
	 * Act for a user while an action runs, and for whom it was before afterwards.
	 * @param user the user's token
	 * @param action what to run, on this thread
	 * @param <T> what the action gives
	 * @return what the action gave
	 */
	public static <T extends @Nullable Object> T call(UserToken user, Supplier<T> action) {
		UserToken before = CURRENT.get();
		set(user);
		try {
			return action.get();
		}
		finally {
			set(before);
		}
	}

	/**
	 * Act for a user while an action runs that throws what it likes.
	 * @param user the user's token
	 * @param action what to run, on this thread
	 * @param <T> what the action gives
	 * @param <E> what the action throws
	 * @return what the action gave
	 * @throws E what the action threw
	 */
	public static <T, E extends Throwable> @Nullable T callThrowing(UserToken user, Action<T, E> action) throws E {
		UserToken before = CURRENT.get();
		set(user);
		try {
			return action.run();
		}
		finally {
			set(before);
		}
	}

	/**
	 * Leave the scope while an action runs: what was started for someone else does not
	 * act for the user of this thread.
	 */
	static <T extends @Nullable Object> T callOutside(Supplier<T> action) {
		UserToken before = CURRENT.get();
		set(null);
		try {
			return action.get();
		}
		finally {
			set(before);
		}
	}

	private static void set(@Nullable UserToken user) {
		if (user != null) {
			CURRENT.set(user);
		}
		else {
			CURRENT.remove();
		}
	}

	/**
	 * Something that acts for a user.
	 *
	 * @param <T> what it gives
	 * @param <E> what it throws
	 */
	@FunctionalInterface
	public interface Action<T, E extends Throwable> {

		/**
		 * Run it.
		 * @return what it gives
		 * @throws E what it throws
		 */
		@Nullable T run() throws E;

	}

}
