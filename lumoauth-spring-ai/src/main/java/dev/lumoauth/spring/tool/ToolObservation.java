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

package dev.lumoauth.spring.tool;

import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.guard.GuardDecision;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The observation of one call of a guarded tool. A refusal is an error in it, though the
 * model is told in a text and the chat goes on.
 */
final class ToolObservation {

	private final Observation observation;

	private final ToolObservationContext context;

	ToolObservation(Observation observation, ToolObservationContext context) {
		this.observation = observation;
		this.context = context;
	}

	/**
	 * Make the call.
	 */
	<T> T observe(Supplier<T> call) {
		return this.observation.observe(() -> {
			try {
				T result = call.get();
				ran();
				return result;
			}
			catch (RuntimeException ex) {
				if (this.context.getDecision() == null) {
					this.context.setDecision(GuardDecision.of(ex));
				}
				throw ex;
			}
		});
	}

	/**
	 * Make a call that ends later, on whatever thread.
	 * @param call the call
	 * @param subscriber the context of who subscribes to it, with the observation to
	 * which this one belongs
	 */
	<T> Mono<T> observe(Mono<T> call, ContextView subscriber) {
		Observation parent = subscriber.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		if (parent != null) {
			this.observation.parentObservation(parent);
		}
		// Stopped before the caller hears of the end.
		return Mono
			.using(this.observation::start, (started) -> call.doOnSuccess((result) -> ran()).doOnError(this::failed),
					Observation::stop)
			.contextWrite((context) -> context.put(ObservationThreadLocalAccessor.KEY, this.observation));
	}

	/**
	 * Do a part of a call that ends later, so that what is observed in it belongs here.
	 */
	<T> T inScope(Supplier<T> part) {
		return this.observation.scoped(part);
	}

	private void ran() {
		if (this.context.getDecision() == null) {
			this.context.setDecision(GuardDecision.ALLOW);
		}
	}

	void refused(CapabilityDecision decision) {
		this.context.setDecision(GuardDecision.of(decision));
		LumoAuthException cause = decision.cause();
		this.observation.error((cause != null) ? cause : new CapabilityDenied(decision.missing()));
	}

	void failed(Throwable failure) {
		this.context.setDecision(GuardDecision.of(failure));
		this.observation.error(failure);
	}

	void unknown() {
		this.context.setDecision(GuardDecision.UNKNOWN_TOOL);
		this.observation.start().stop();
	}

	/**
	 * A denial as an error to look at: nobody throws it, so it has no stack trace.
	 */
	private static final class CapabilityDenied extends CapabilityDeniedException {

		private CapabilityDenied(List<String> missing) {
			super(missing);
		}

		@Override
		@SuppressWarnings("UnsynchronizedOverridesSynchronized") // it does nothing
		public Throwable fillInStackTrace() {
			return this;
		}

	}

}
