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
 * Observes guarded calls. If nobody observes, the cost is only the check for that. There
 * is one subclass for each kind of entry point, which names the observation.
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
	 * @param registry supplies the registry; called for each call, so it should cache its
	 * result. The registry may be created after the guard
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
	 * Return the context of a call at its start.
	 * @param call the call
	 * @return the context
	 */
	protected abstract GuardedCallContext context(GuardedCall call);

	/**
	 * Return the observation of a call.
	 * @param context the context that {@link #context} returned
	 * @param registry the registry
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
