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

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The context of the call to which a reactive stream belongs: one entry of Reactor's
 * context. A separate class, since Reactor is optional.
 *
 * @since 0.1.0
 */
public final class ReactiveCallContext {

	private ReactiveCallContext() {
	}

	/**
	 * Return the context of the call of a stream.
	 * @param stream the context of the subscriber
	 * @return what is known about the call, possibly {@link CallContext#EMPTY}
	 */
	public static CallContext of(ContextView stream) {
		return (stream.getOrDefault(CallContext.REACTOR_KEY, null) instanceof CallContext call) ? call
				: CallContext.EMPTY;
	}

	/**
	 * Return the context in which code of a stream runs that is not a step of the stream.
	 * @param stream the context of the subscriber
	 * @return what is known on this thread, and what the stream passes on, which counts
	 * more
	 */
	public static CallContext here(ContextView stream) {
		return CallContext.current().and(of(stream).passedOn());
	}

	/**
	 * Add facts to the context of the call of a stream.
	 * @param facts the facts, which count more than those that the stream has
	 * @return the argument for {@code contextWrite}
	 */
	public static UnaryOperator<Context> with(CallContext facts) {
		return (stream) -> (facts == CallContext.EMPTY) ? stream
				: stream.put(CallContext.REACTOR_KEY, of(stream).and(facts));
	}

	/**
	 * Add a fact to the context of the call of a stream.
	 * @param key the key of the fact
	 * @param value the fact; {@code null} = not known
	 * @param <T> the type of the fact
	 * @return the argument for {@code contextWrite}
	 */
	public static <T> UnaryOperator<Context> with(CallContext.Key<T> key, @Nullable T value) {
		return (stream) -> stream.put(CallContext.REACTOR_KEY, of(stream).with(key, value));
	}

}
