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

import dev.lumoauth.spring.call.Action;

/**
 * The user for whom the agent acts on this thread. Token exchanges use this scope, so
 * everything that a tool calls on its own thread acts for the same user. The scope is
 * limited to that thread: it is not registered with context propagation, which could pass
 * a user on to the work of another one. A tool that starts threads has to enter the scope
 * there again.
 *
 * @since 0.1.0
 */
public final class UserScope {

	/** Without Reactor there are no streams. */
	private static final boolean REACTOR = ClassUtils.isPresent("reactor.core.publisher.Hooks",
			UserScope.class.getClassLoader());

	private UserScope() {
	}

	/**
	 * Return the user for whom the agent acts on this thread.
	 * @return the user's token, or {@code null} if the agent acts for itself
	 * @throws UserRequiredException if it acts for a user who is not known here: for
	 * instance in a stream that one user's tool triggered and in whose context another
	 * user is signed in
	 */
	public static @Nullable UserToken current() {
		Acting here = Acting.here();
		return (here != null) ? here.requireKnown() : null;
	}

	/**
	 * Act for a user while an action runs, and restore the previous user afterwards.
	 * Streams that the action subscribes to act for the user until they end. Streams that
	 * the action only triggers don't.
	 * @param user the user's token
	 * @param action the action to run on this thread
	 * @param <T> the type of the result
	 * @param <E> the type of the exception
	 * @return the result of the action
	 * @throws E what the action threw
	 */
	public static <T extends @Nullable Object, E extends Throwable> T call(UserToken user, Action<T, E> action)
			throws E {
		watchStreams();
		return Acting.as(user).run(action);
	}

	/**
	 * Watch the steps of streams from now on, since there are users to act for: a step
	 * acts for the user of its stream, not for the user of the thread on which it runs.
	 * Streams that were assembled before are not watched.
	 */
	public static void watchStreams() {
		if (REACTOR) {
			ReactiveSteps.watch();
		}
	}

}
