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

import java.util.Objects;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.guard.DeferredCall;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * Calls methods that return reactive types. A separate class, because Reactor is
 * optional.
 */
final class ReactiveMethods {

	private ReactiveMethods() {
	}

	/**
	 * Return a publisher that calls a method at each subscription.
	 * @param call the guarded call
	 * @param adapter knows the type that the method returns
	 * @param method calls the method
	 */
	static Object called(DeferredCall call, ReactiveAdapter adapter, Action<@Nullable Object, Throwable> method) {
		return adapter.fromPublisher(call.publisher(() -> publisher(adapter, method), adapter.isMultiValue()));
	}

	/**
	 * Guard a publisher that the declared type of its method did not show.
	 * @param publisher what the method returned
	 * @param rest makes the rest of the call at each subscription
	 * @return a guarded publisher, possibly of another type
	 */
	static Object guarded(Object publisher, DeferredCall rest) {
		ReactiveAdapter adapter = Objects
			.requireNonNull(ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, publisher), "No adapter");
		return called(rest, adapter, () -> publisher);
	}

	private static Publisher<Object> publisher(ReactiveAdapter adapter, Action<@Nullable Object, Throwable> method) {
		try {
			return adapter.toPublisher(Objects.requireNonNull(method.run(), "A reactive method returned null"));
		}
		catch (Throwable ex) {
			return Flux.error(ex);
		}
	}

}
