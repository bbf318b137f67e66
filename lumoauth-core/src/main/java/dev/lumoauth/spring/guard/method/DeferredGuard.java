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

import java.util.Spliterator;

import dev.lumoauth.spring.call.Action;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Runs code that a guarded method has left for later, or refuses to run it.
 */
interface DeferredGuard {

	/**
	 * Run code on this thread.
	 * @param code the code
	 * @param <T> the type of the result
	 * @param <E> the type of the exception
	 * @return its result
	 * @throws E what it throws
	 */
	<T extends @Nullable Object, E extends Throwable> T call(Action<T, E> code) throws E;

	/**
	 * Return a publisher that subscribes to another one only if that is allowed.
	 * @param publisher the publisher
	 * @param multiple whether it may have several elements
	 * @return the publisher to subscribe to
	 */
	Publisher<?> subscribed(Publisher<?> publisher, boolean multiple);

	/**
	 * Return the elements of a stream that may run. Each element is made when it is
	 * requested.
	 * @param elements the elements
	 * @param <T> their type
	 * @return the source of the elements
	 */
	<T> Spliterator<T> elements(Spliterator<T> elements);

}
