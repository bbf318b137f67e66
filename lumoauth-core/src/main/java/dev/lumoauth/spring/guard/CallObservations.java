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

import java.util.List;
import java.util.function.Supplier;

import dev.lumoauth.spring.capability.ObservationInterest;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * Has guarded calls observed. Where nobody observes, it costs no more than the look that
 * finds out. One class for each kind of door, which gives the observation its name.
 *
 * @since 0.1.0
 */
public abstract class CallObservations {

	/**
	 * Observes nothing.
	 */
	public static final CallObservations NONE = new None();

	private final Supplier<ObservationRegistry> registry;

	private final ObservationInterest interest;

	/**
	 * Create observations.
	 * @param registry gives the registry; called for each call, so it should remember. It
	 * may be one that is created after the guard
	 * @param sample a context of the kind that is observed
	 */
	protected CallObservations(Supplier<ObservationRegistry> registry, GuardedCallContext sample) {
		this.registry = registry;
		this.interest = new ObservationInterest(registry, sample);
	}

	final boolean isNoop() {
		return !this.interest.exists();
	}

	final CallObservation of(GuardedCall call) {
		GuardedCallContext context = context(call);
		return new CallObservation(observation(context, this.registry.get()), context);
	}

	/**
	 * Return what is known of a call when it begins.
	 * @param call the call
	 * @return the context
	 */
	protected abstract GuardedCallContext context(GuardedCall call);

	/**
	 * Return the observation of a call.
	 * @param context the context, as {@link #context} has made it
	 * @param registry where it is observed
	 * @return the observation, not started yet
	 */
	protected abstract Observation observation(GuardedCallContext context, ObservationRegistry registry);

	private static final class None extends CallObservations {

		private None() {
			super(() -> ObservationRegistry.NOOP, new GuardedCallContext(List.of()) {
			});
		}

		@Override
		protected GuardedCallContext context(GuardedCall call) {
			throw new IllegalStateException("Nobody observes");
		}

		@Override
		protected Observation observation(GuardedCallContext context, ObservationRegistry registry) {
			throw new IllegalStateException("Nobody observes");
		}

	}

}
