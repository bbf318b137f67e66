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

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes guarded calls. If nobody observes, the only cost is the check for that. There
 * is one subclass for each kind of entry point, and it names the observation.
 *
 * @param <C> the known facts about a call
 * @since 0.1.0
 */
public abstract class CallObservations<C extends GuardedCallContext> {

	/**
	 * Observes nothing.
	 */
	public static final CallObservations<?> NONE = new None();

	private final Supplier<ObservationRegistry> registry;

	/**
	 * Create observations.
	 * @param registry supplies the registry; called for each call, so it should cache its
	 * result. The registry may be created after the guard
	 */
	protected CallObservations(Supplier<ObservationRegistry> registry) {
		this.registry = registry;
	}

	final boolean isNoop() {
		return this.registry.get().isNoop();
	}

	/**
	 * Observe a call.
	 * @param reports know the agent
	 * @param conversation the conversation that the call belongs to
	 */
	final ObservedCall observed(GuardedCall call, GuardReports reports, @Nullable String conversation) {
		C context = context(call);
		context.setMadeBy(reports.agent(), conversation);
		return new ObservedCall(observation(context, this.registry.get()), context);
	}

	/**
	 * Return the known facts about a call when it begins.
	 * @param call the call
	 * @return the context
	 */
	protected abstract C context(GuardedCall call);

	/**
	 * Return the observation of a call.
	 * @param context the context, as {@link #context} has made it
	 * @param registry the registry of the observation
	 * @return the observation, not started yet
	 */
	protected abstract Observation observation(C context, ObservationRegistry registry);

	private static final class None extends CallObservations<GuardedCallContext> {

		private None() {
			super(() -> ObservationRegistry.NOOP);
		}

		@Override
		protected GuardedCallContext context(GuardedCall call) {
			throw nobody();
		}

		@Override
		protected Observation observation(GuardedCallContext context, ObservationRegistry registry) {
			throw nobody();
		}

		private static IllegalStateException nobody() {
			return new IllegalStateException("Nobody observes");
		}

	}

}
