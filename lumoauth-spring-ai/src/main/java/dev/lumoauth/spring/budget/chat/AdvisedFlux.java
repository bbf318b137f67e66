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
package dev.lumoauth.spring.budget.chat;

import dev.lumoauth.spring.budget.AdmittedCall;
import dev.lumoauth.spring.call.CallContext;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Puts an {@link AdmittedCall} into Reactor's context for upstream operators, and binds
 * it to the thread while signals go upstream. Signals that come back are outside of the
 * call, even on the same thread.
 *
 * @param <T> the type of the elements
 */
final class AdvisedFlux<T> extends FluxOperator<T, T> {

	private final AdmittedCall call;

	AdvisedFlux(Flux<? extends T> source, AdmittedCall call) {
		super(source);
		this.call = call;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> actual) {
		try (CallContext.Entered scope = EnclosingCall.enter(this.call)) {
			this.source.subscribe(new Advised<>(actual, this.call));
		}
	}

	private static final class Advised<T> implements CoreSubscriber<T>, Subscription {

		private final CoreSubscriber<? super T> actual;

		private final AdmittedCall call;

		private final Context context;

		private Subscription upstream = Operators.emptySubscription();

		Advised(CoreSubscriber<? super T> actual, AdmittedCall call) {
			this.actual = actual;
			this.call = call;
			this.context = EnclosingCall.in(actual.currentContext(), call);
		}

		@Override
		public Context currentContext() {
			return this.context;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.upstream = subscription;
			try (CallContext.Entered scope = EnclosingCall.leave(this.call)) {
				this.actual.onSubscribe(this);
			}
		}

		@Override
		public void onNext(T element) {
			try (CallContext.Entered scope = EnclosingCall.leave(this.call)) {
				this.actual.onNext(element);
			}
		}

		@Override
		public void onError(Throwable failure) {
			try (CallContext.Entered scope = EnclosingCall.leave(this.call)) {
				this.actual.onError(failure);
			}
		}

		@Override
		public void onComplete() {
			try (CallContext.Entered scope = EnclosingCall.leave(this.call)) {
				this.actual.onComplete();
			}
		}

		@Override
		public void request(long elements) {
			try (CallContext.Entered scope = EnclosingCall.enter(this.call)) {
				this.upstream.request(elements);
			}
		}

		@Override
		public void cancel() {
			this.upstream.cancel();
		}

	}

}
