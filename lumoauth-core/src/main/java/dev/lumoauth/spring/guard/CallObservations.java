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

import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.capability.ObservationInterest;
import dev.lumoauth.spring.capability.ObservationMeters;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes guarded calls. If nobody observes, the only cost is the check for that. If
 * only meters are made of observations, the only cost is these meters. There is one
 * subclass for each kind of entry point, and it names the observation.
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

	private final ObservationInterest<C> interest;

	/**
	 * Create observations.
	 * @param registry supplies the registry; called for each call, so it should cache its
	 * result. The registry may be created after the guard
	 * @param sample a context of the kind that is observed
	 * @param defaultConvention the class of names and tags that follow from the key of a
	 * call, from its decision and from the class of its error, and from nothing else
	 * @param convention supplies the names and tags
	 */
	protected CallObservations(Supplier<ObservationRegistry> registry, C sample, Class<?> defaultConvention,
			Supplier<? extends ObservationConvention<C>> convention) {
		this.registry = registry;
		this.interest = new ObservationInterest<>(registry, sample, defaultConvention, convention);
	}

	final boolean isNoop() {
		return !this.interest.exists();
	}

	/**
	 * Observe a call that ends where it has begun.
	 */
	final CallObservation of(GuardedCall call, GuardReports reports) {
		ObservationMeters<C> meters = this.interest.meters();
		return (meters != null) ? new MeteredCall<>(meters, key(call), () -> context(call))
				: observed(call, reports, Conversation.current());
	}

	/**
	 * Observe a call that may end anywhere.
	 * @param reports know the agent
	 * @param conversation the conversation that the call belongs to
	 */
	final ObservedCall observed(GuardedCall call, GuardReports reports, @Nullable String conversation) {
		C context = context(call);
		context.setMadeBy(reports.agent(), conversation);
		return new ObservedCall(observation(context, this.registry.get()), context);
	}

	/**
	 * Return the values that distinguish calls in tags, apart from their end.
	 * @param call the call
	 * @return one of few objects
	 */
	protected abstract Object key(GuardedCall call);

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
			super(() -> ObservationRegistry.NOOP, new GuardedCallContext(List.of()) {
			}, None.class, () -> {
				throw nobody();
			});
		}

		@Override
		protected Object key(GuardedCall call) {
			throw nobody();
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
