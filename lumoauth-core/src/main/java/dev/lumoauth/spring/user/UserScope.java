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

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * For whom the agent acts on this thread. Token exchanges look here, so that everything
 * which a tool calls on its own thread acts for the same user. On that thread only: it is
 * registered with no context propagation, which could hand a user on to what another one
 * does. Whoever starts threads in a tool enters the scope there again.
 *
 * @since 0.1.0
 */
public final class UserScope {

	private UserScope() {
	}

	/**
	 * Return for whom the agent acts on this thread.
	 * @return the user's token, or {@code null} if the agent acts for itself
	 * @throws UserRequiredException if it acts for a user who is not known here: a stream
	 * that a tool of one user has woken, and in whose context another one is signed in
	 */
	public static @Nullable UserToken current() {
		Acting here = Acting.here();
		return (here != null) ? here.requireKnown() : null;
	}

	/**
	 * Act for a user while an action runs, and for whom it was before afterwards. Streams
	 * that the action subscribes to act for the user to their end; those that it only
	 * wakes don't.
	 * @param user the user's token
	 * @param action what to run, on this thread
	 * @param <T> what the action gives
	 * @param <E> what the action throws
	 * @return what the action gave
	 * @throws E what the action threw
	 */
	public static <T extends @Nullable Object, E extends Throwable> T call(UserToken user, Action<T, E> action)
			throws E {
		Watch.streams();
		Acting before = Acting.here();
		Acting.set(Acting.as(user));
		try {
			return action.run();
		}
		finally {
			Acting.set(before);
		}
	}

	/**
	 * Have the steps of streams watched from now on, since there are users to act for: a
	 * step acts for the user of its stream, not for the one of the thread that it is
	 * woken on. Streams that were put together before are not watched.
	 */
	public static void watchStreams() {
		Watch.streams();
	}

	/**
	 * Return the context of the stream of which a step runs on this thread. It is known
	 * only where steps are watched, and not inside of a scope that the step has opened.
	 * @return the Reactor context, or {@code null} if this is no step
	 */
	public static @Nullable Object step() {
		Acting here = Acting.here();
		return (here != null) ? here.step() : null;
	}

	/**
	 * Something that acts for a user.
	 *
	 * @param <T> what it gives
	 * @param <E> what it throws
	 */
	@FunctionalInterface
	public interface Action<T extends @Nullable Object, E extends Throwable> {

		/**
		 * Run it.
		 * @return what it gives
		 * @throws E what it throws
		 */
		T run() throws E;

	}

	/**
	 * Without Reactor there are no streams.
	 */
	private static final class Watch {

		private static final boolean REACTOR = ClassUtils.isPresent("reactor.core.publisher.Hooks",
				UserScope.class.getClassLoader());

		private static void streams() {
			if (REACTOR) {
				ReactiveSteps.watch();
			}
		}

	}

}
