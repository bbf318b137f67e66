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

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.approval.ApprovedCall;
import dev.lumoauth.spring.token.CallTokens;
import dev.lumoauth.spring.user.Caller;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Runs an approved call once. The store, and LumoAuth for a token, are asked on threads
 * that may block.
 *
 * @param entry runs the code
 * @param approved what was approved
 * @param check the check of the call
 */
record ApprovedEntry(DeferredEntry entry, ApprovedCall approved, ApprovalCheck check) implements DeferredEntry {

	@Override
	public Caller caller() {
		return this.entry.caller();
	}

	@Override
	public <R extends @Nullable Object> R call(Supplier<R> action) {
		return this.entry.call(action);
	}

	@Override
	@SuppressWarnings("unchecked") // A result is read as it was written.
	public <T> Flux<T> flux(Supplier<? extends Publisher<T>> code) {
		Object kept = kept();
		return (kept != null) ? Flux.just((T) kept)
				: Flux.usingWhen(begun(),
						(started) -> this.entry.flux(() -> started.call(code::get)).contextWrite(here(started)),
						(started) -> end(() -> started.done(null)), (started, ex) -> end(started::failed),
						(started) -> end(started::failed));
	}

	@Override
	@SuppressWarnings({ "unchecked", "NullAway" }) // A result is read as it was written;
													// there may be none.
	public <T> Mono<T> mono(Supplier<? extends Publisher<T>> code) {
		Object kept = kept();
		if (kept != null) {
			return Mono.just((T) kept);
		}
		AtomicReference<@Nullable T> result = new AtomicReference<>();
		return Mono.usingWhen(begun(),
				(started) -> this.entry.mono(() -> started.call(code::get))
					.doOnNext(result::set)
					.contextWrite(here(started)),
				(started) -> end(() -> started.done(result.get(), this.check.result()::write)),
				(started, ex) -> end(started::failed), (started) -> end(started::failed));
	}

	private @Nullable Object kept() {
		String kept = this.approved.keptResult();
		return (kept != null) ? this.check.result().read(kept) : null;
	}

	/**
	 * Begin the call. If the subscriber cancels meanwhile, the call ends at once, so that
	 * it is not shown as running for ever.
	 */
	private Mono<ApprovedCall.Started> begun() {
		return Mono.defer(() -> {
			AtomicReference<ApprovedCall.@Nullable Started> begun = new AtomicReference<>();
			AtomicBoolean givenUp = new AtomicBoolean();
			return Mono.fromCallable(() -> {
				ApprovedCall.Started started = this.entry.call(this.approved::begin);
				begun.set(started);
				if (givenUp.get()) {
					started.failed();
				}
				return started;
			}).subscribeOn(Schedulers.boundedElastic()).doOnCancel(() -> {
				givenUp.set(true);
				ApprovedCall.Started started = begun.get();
				if (started != null) {
					started.failed();
				}
			});
		}).onErrorMap(LumoAuthException.class, this.check::refused);
	}

	private static UnaryOperator<Context> here(ApprovedCall.Started started) {
		return (context) -> context.put(ApprovedCall.class, started).put(CallTokens.class, started.tokens());
	}

	private static Mono<Void> end(Runnable writing) {
		return Mono.<Void>fromRunnable(writing).subscribeOn(Schedulers.boundedElastic());
	}

}
