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

import dev.lumoauth.spring.guard.DeferredCall;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserToken;
import org.aopalliance.intercept.MethodInvocation;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.core.ReactiveAdapter;

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
	 * @param invocation makes it
	 * @param adapter knows the type that the method returns
	 * @param onBehalfOfUser whether the method acts for the user
	 */
	static Object called(DeferredCall call, MethodInvocation invocation, ReactiveAdapter adapter,
			boolean onBehalfOfUser) {
		return adapter
			.fromPublisher(call.publisher(() -> proceed(invocation, adapter, onBehalfOfUser), adapter.isMultiValue()));
	}

	/**
	 * The body of a response is written after the handler has returned it. A {@code Mono}
	 * stays one, since another one would cancel it after its element.
	 */
	private static Publisher<Object> writtenForUser(Publisher<Object> results) {
		return (results instanceof Mono<Object> mono)
				? Mono.deferContextual((context) -> mono.map((result) -> written(result, context)))
				: Flux.deferContextual((context) -> Flux.from(results).map((result) -> written(result, context)));
	}

	private static Object written(Object result, ContextView context) {
		UserToken user = GuardedRoutes.isResponse(result) ? ReactiveUserScope.current(context) : null;
		return (user != null) ? GuardedRoutes.writtenFor(result, user) : result;
	}

	private static Publisher<Object> proceed(MethodInvocation invocation, ReactiveAdapter adapter,
			boolean onBehalfOfUser) {
		try {
			// A clone each time: a retried or repeated publisher is subscribed to again,
			// and an invocation proceeds only once.
			Object result = ((ProxyMethodInvocation) invocation).invocableClone().proceed();
			Publisher<Object> publisher = adapter
				.toPublisher(Objects.requireNonNull(result, "A reactive method returned null"));
			return onBehalfOfUser ? writtenForUser(publisher) : publisher;
		}
		catch (Throwable ex) {
			return Flux.error(ex);
		}
	}

}
