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

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.core.publisher.GroupedFlux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.core.publisher.ParallelFlux;

/**
 * Lets each step of each stream act for the user of its stream. Reactor continues a step
 * on any thread that has a signal for it, and that thread may be in the scope of another
 * user. The hook is set up for the first user to act for. An application without users
 * pays nothing, and an application with users pays one lookup of a thread-local for each
 * signal.
 * <p>
 * The hook is Reactor's, for the whole application. Without it, a stream that another
 * user's tool wakes acts for that user, and the context alone can't prevent that:
 * {@code UserIsolationMatrixTests} has such streams. Reactor's context propagation is a
 * hook too, and would pass the user on to whatever the thread does next.
 */
final class ReactiveSteps {

	private static final AtomicBoolean WATCHED = new AtomicBoolean();

	private static final Function<? super Publisher<Object>, ? extends Publisher<Object>> OTHERS = Operators
		.<Object, Object>liftPublisher((publisher, subscriber) -> new StepSubscriber<>(subscriber));

	private ReactiveSteps() {
	}

	static void watch() {
		if (WATCHED.get()) {
			return;
		}
		StepInput.requireAvailable();
		if (WATCHED.compareAndSet(false, true)) {
			Hooks.onEachOperator(ReactiveSteps.class.getName(), ReactiveSteps::step);
			// A source without an operator around it, such as a sink.
			Hooks.onLastOperator(ReactiveSteps.class.getName(), ReactiveSteps::step);
		}
	}

	@SuppressWarnings("unchecked")
	private static Publisher<Object> step(Publisher<Object> publisher) {
		if (publisher instanceof Fuseable.ScalarCallable || isStep(publisher)) {
			return publisher;
		}
		if (publisher instanceof ConnectableFlux || publisher instanceof ParallelFlux
				|| publisher instanceof GroupedFlux) {
			return OTHERS.apply(publisher);
		}
		if (publisher instanceof Mono) {
			return new MonoStep<>((Mono<Object>) publisher);
		}
		return (publisher instanceof Flux) ? new FluxStep<>((Flux<Object>) publisher) : publisher;
	}

	static boolean isStep(@Nullable Object publisher) {
		return publisher instanceof FluxStep || publisher instanceof MonoStep;
	}

	/**
	 * A step with several elements.
	 *
	 * @param <T> the type of the elements
	 */
	private static final class FluxStep<T> extends FluxOperator<T, T> {

		private final @Nullable StepInput input;

		FluxStep(Flux<T> step) {
			super(step);
			this.input = StepInput.of(step);
		}

		@Override
		public void subscribe(CoreSubscriber<? super T> subscriber) {
			new StepSubscriber<>(subscriber).subscribeTo(this.source, this.input);
		}

		/**
		 * Reactor treats this as it treats the step.
		 */
		@Override
		@SuppressWarnings("rawtypes")
		public @Nullable Object scanUnsafe(Attr key) {
			return Scannable.from(this.source).scanUnsafe(key);
		}

	}

	/**
	 * A step with one element.
	 *
	 * @param <T> the type of the element
	 */
	private static final class MonoStep<T> extends MonoOperator<T, T> {

		private final @Nullable StepInput input;

		MonoStep(Mono<T> step) {
			super(step);
			this.input = StepInput.of(step);
		}

		@Override
		public void subscribe(CoreSubscriber<? super T> subscriber) {
			new StepSubscriber<>(subscriber).subscribeTo(this.source, this.input);
		}

		@Override
		@SuppressWarnings("rawtypes")
		public @Nullable Object scanUnsafe(Attr key) {
			return Scannable.from(this.source).scanUnsafe(key);
		}

	}

}
