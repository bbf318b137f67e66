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

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.util.context.Context;

import dev.lumoauth.spring.call.CallContext;
import dev.lumoauth.spring.call.ReactiveCallContext;

/**
 * Stands between two steps of a stream and lets each of them run in the context of the
 * stream's call, for the user in that context, in both directions of signals.
 *
 * @param <T> the type of the elements
 */
final class StepSubscriber<T> implements CoreSubscriber<T>, Fuseable.QueueSubscription<T>, Scannable {

	private final CoreSubscriber<? super T> subscriber;

	private final Context context;

	private final CallContext call;

	private final ReactiveUserScope scope;

	private volatile @Nullable Subscription subscription;

	StepSubscriber(CoreSubscriber<? super T> subscriber) {
		this.subscriber = subscriber;
		this.context = ReactiveUserScope.subscribed(subscriber.currentContext());
		this.call = ReactiveCallContext.of(this.context);
		this.scope = Objects.requireNonNull(ReactiveUserScope.find(this.context));
	}

	/**
	 * Subscribe to a step.
	 * @param publisher the step
	 * @param input subscribes to the input of the step, if there are no steps before it
	 */
	void subscribeTo(CorePublisher<? extends T> publisher, @Nullable StepInput input) {
		inStep(() -> {
			if (input != null) {
				input.subscribe(publisher, this);
			}
			else {
				publisher.subscribe(this);
			}
		});
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.subscription = subscription;
		inStep(() -> this.subscriber.onSubscribe(this));
	}

	@Override
	public void onNext(T element) {
		if (isHere(CallContext.current())) {
			this.subscriber.onNext(element);
			return;
		}
		inStep(() -> this.subscriber.onNext(element));
	}

	@Override
	public void onError(Throwable error) {
		inStep(() -> this.subscriber.onError(error));
	}

	@Override
	public void onComplete() {
		inStep(this.subscriber::onComplete);
	}

	@Override
	public void request(long elements) {
		Subscription subscription = this.subscription;
		if (subscription != null) {
			inStep(() -> subscription.request(elements));
		}
	}

	@Override
	public void cancel() {
		Subscription subscription = this.subscription;
		if (subscription != null) {
			inStep(subscription::cancel);
		}
	}

	/**
	 * Continue the call of the stream, for the user of the stream.
	 */
	private void inStep(Runnable signal) {
		CallContext here = CallContext.current();
		CallContext.Entered step = (isHere(here) ? here
				: here.inStepOf(this.call).with(Acting.KEY, this.scope.acting(this.context)))
			.enter();
		try {
			signal.run();
		}
		finally {
			step.close();
		}
	}

	private boolean isHere(CallContext here) {
		Acting acting = here.get(Acting.KEY);
		return acting != null && acting.step() == this.context;
	}

	@Override
	@SuppressWarnings("rawtypes")
	public @Nullable Object scanUnsafe(Attr key) {
		if (key == Attr.PARENT) {
			return this.subscription;
		}
		return (key == Attr.ACTUAL) ? this.subscriber : null;
	}

	/**
	 * Elements don't go past this.
	 */
	@Override
	public int requestFusion(int mode) {
		return Fuseable.NONE;
	}

	@Override
	public @Nullable T poll() {
		return null;
	}

	@Override
	public int size() {
		return 0;
	}

	@Override
	public boolean isEmpty() {
		return true;
	}

	@Override
	public void clear() {
	}

}
