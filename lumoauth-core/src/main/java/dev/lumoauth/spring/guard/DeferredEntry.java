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

package dev.lumoauth.spring.guard;

import java.util.function.Supplier;

import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.ReactiveUserScope;
import dev.lumoauth.spring.user.UserScope;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs allowed code for a given party.
 */
interface DeferredEntry {

	/**
	 * Return the party for whom the code runs.
	 */
	Caller caller();

	/**
	 * Do something for that party before the code runs.
	 */
	<R extends @Nullable Object> R call(Supplier<R> action);

	<T> Flux<T> flux(Supplier<? extends Publisher<T>> code);

	<T> Mono<T> mono(Supplier<? extends Publisher<T>> code);

	static DeferredEntry of(Caller subscriber) {
		return new ForCaller(subscriber);
	}

	static DeferredEntry of(UserToken user) {
		return new ForUser(user);
	}

	/**
	 * Runs code for the subscriber.
	 *
	 * @param caller the subscriber
	 */
	record ForCaller(Caller caller) implements DeferredEntry {

		@Override
		public <R extends @Nullable Object> R call(Supplier<R> action) {
			return this.caller.goOn(action);
		}

		@Override
		public <T> Flux<T> flux(Supplier<? extends Publisher<T>> code) {
			return Flux.from(this.caller.goOn(code::get));
		}

		@Override
		public <T> Mono<T> mono(Supplier<? extends Publisher<T>> code) {
			return Mono.from(this.caller.goOn(code::get));
		}

	}

	/**
	 * Runs code for a user. The publisher is hidden, so that a separate step acts for the
	 * user, whatever the publisher is.
	 *
	 * @param user the user
	 */
	record ForUser(UserToken user) implements DeferredEntry {

		@Override
		public Caller caller() {
			return Caller.of(this.user);
		}

		@Override
		public <R extends @Nullable Object> R call(Supplier<R> action) {
			return UserScope.call(this.user, action::get);
		}

		@Override
		public <T> Flux<T> flux(Supplier<? extends Publisher<T>> code) {
			Publisher<T> made = UserScope.call(this.user, code::get);
			return Flux.from(made).hide().contextWrite(ReactiveUserScope.of(this.user));
		}

		@Override
		public <T> Mono<T> mono(Supplier<? extends Publisher<T>> code) {
			return Mono.from(flux(code));
		}

	}

}
