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

package dev.lumoauth.spring.call;

import org.jspecify.annotations.Nullable;

/**
 * The conversation to which the call on this thread belongs, so that the application can
 * continue it once a person has decided.
 *
 * @since 0.1.0
 */
public final class Conversation {

	private static final CallContext.Key<String> KEY = new CallContext.Key<>("conversation");

	private Conversation() {
	}

	/**
	 * Run a call that belongs to a conversation.
	 * @param id the id by which the chat's memory knows the conversation; {@code null} if
	 * there is none
	 * @param call runs the call
	 * @param <T> the type of the result
	 * @param <E> the type of the exception
	 * @return the result of the call
	 * @throws E what the call threw
	 */
	public static <T extends @Nullable Object, E extends Throwable> T call(@Nullable String id, Action<T, E> call)
			throws E {
		return in(CallContext.current(), id).run(call);
	}

	/**
	 * Return a context that belongs to a conversation.
	 * @param context the context of the call
	 * @param id as in {@link #call}
	 * @return the context
	 */
	public static CallContext in(CallContext context, @Nullable String id) {
		return context.with(KEY, id);
	}

	/**
	 * Return the conversation of the call on this thread.
	 * @return its id, or {@code null}
	 */
	public static @Nullable String current() {
		return CallContext.current().get(KEY);
	}

}
