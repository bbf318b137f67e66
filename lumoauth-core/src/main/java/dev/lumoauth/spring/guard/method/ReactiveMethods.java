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
import org.aopalliance.intercept.MethodInvocation;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

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
	 */
	static Object called(DeferredCall call, MethodInvocation invocation, ReactiveAdapter adapter) {
		return adapter.fromPublisher(call.publisher(() -> proceed(invocation, adapter), adapter.isMultiValue()));
	}

	private static Publisher<Object> proceed(MethodInvocation invocation, ReactiveAdapter adapter) {
		try {
			// A clone each time: a retried or repeated publisher is subscribed to again,
			// and an invocation proceeds only once.
			Object result = ((ProxyMethodInvocation) invocation).invocableClone().proceed();
			return adapter.toPublisher(Objects.requireNonNull(result, "A reactive method returned null"));
		}
		catch (Throwable ex) {
			return Flux.error(ex);
		}
	}

}
