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

/**
 * Stands between two steps of a stream and lets each of them act for the user in its
 * context, in both directions of signals.
 *
 * @param <T> the type of the elements
 */
final class StepSubscriber<T> implements CoreSubscriber<T>, Fuseable.QueueSubscription<T>, Scannable {

	private final CoreSubscriber<? super T> subscriber;

	private final Context context;

	private final ReactiveUserScope scope;

	private volatile @Nullable Subscription subscription;

	StepSubscriber(CoreSubscriber<? super T> subscriber) {
		this.subscriber = subscriber;
		this.context = ReactiveUserScope.subscribed(subscriber.currentContext());
		this.scope = Objects.requireNonNull(ReactiveUserScope.find(this.context));
	}

	/**
	 * Subscribe to a step.
	 * @param step the step
	 * @param input subscribes to the input of the step, if there are no steps before it
	 */
	void subscribeTo(CorePublisher<? extends T> step, @Nullable StepInput input) {
		Acting before = enter();
		try {
			if (input != null) {
				input.subscribe(step, this);
			}
			else {
				step.subscribe(this);
			}
		}
		finally {
			Acting.set(before);
		}
	}

	@Override
	public Context currentContext() {
		return this.context;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.subscription = subscription;
		Acting before = enter();
		try {
			this.subscriber.onSubscribe(this);
		}
		finally {
			Acting.set(before);
		}
	}

	@Override
	public void onNext(T element) {
		if (isHere(Acting.here())) {
			this.subscriber.onNext(element);
			return;
		}
		Acting before = enter();
		try {
			this.subscriber.onNext(element);
		}
		finally {
			Acting.set(before);
		}
	}

	@Override
	public void onError(Throwable error) {
		Acting before = enter();
		try {
			this.subscriber.onError(error);
		}
		finally {
			Acting.set(before);
		}
	}

	@Override
	public void onComplete() {
		Acting before = enter();
		try {
			this.subscriber.onComplete();
		}
		finally {
			Acting.set(before);
		}
	}

	@Override
	public void request(long elements) {
		Subscription subscription = this.subscription;
		if (subscription != null) {
			Acting before = enter();
			try {
				subscription.request(elements);
			}
			finally {
				Acting.set(before);
			}
		}
	}

	@Override
	public void cancel() {
		Subscription subscription = this.subscription;
		if (subscription != null) {
			Acting before = enter();
			try {
				subscription.cancel();
			}
			finally {
				Acting.set(before);
			}
		}
	}

	/**
	 * Act for the user of the stream.
	 * @return the previous state, which is put back afterwards
	 */
	private @Nullable Acting enter() {
		Acting before = Acting.here();
		if (!isHere(before)) {
			Acting.set(this.scope.acting(this.context));
		}
		return before;
	}

	private boolean isHere(@Nullable Acting here) {
		return here != null && here.step() == this.context;
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
