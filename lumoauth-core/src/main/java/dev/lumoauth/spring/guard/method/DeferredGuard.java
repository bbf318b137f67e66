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

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Runs code that a guarded method left to be run later, or refuses to.
 */
interface DeferredGuard {

	/**
	 * Run code on this thread.
	 * @param code the code
	 * @return its result
	 * @throws Throwable what it throws, or the refusal
	 */
	@Nullable Object call(Code code) throws Throwable;

	/**
	 * Have a publisher subscribed to only where that is allowed.
	 * @param publisher the publisher
	 * @param multiple whether it may have several elements
	 * @return the publisher to subscribe to
	 */
	Publisher<?> subscribed(Publisher<?> publisher, boolean multiple);

	/**
	 * Return the elements of a stream that may run. Each is made when it is asked for.
	 * @param elements the elements
	 * @param <T> their type
	 * @return what to ask for them
	 */
	default <T> Spliterator<T> elements(Spliterator<T> elements) {
		return elements;
	}

	/**
	 * Code that may throw anything.
	 */
	@FunctionalInterface
	interface Code {

		/**
		 * Run the code.
		 * @return its result
		 * @throws Throwable whatever it throws
		 */
		@Nullable Object run() throws Throwable;

	}

}
