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

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.capability.ObservationMeters;
import io.micrometer.core.instrument.LongTaskTimer;
import org.jspecify.annotations.Nullable;

/**
 * Records the meters of a call, if only meters are needed.
 */
final class MeteredCall<C extends GuardedCallContext> extends CallObservation {

	private final ObservationMeters<C> meters;

	private final Object key;

	private final Supplier<C> context;

	private @Nullable GuardDecision decision;

	private @Nullable Throwable error;

	/**
	 * Create the meters.
	 * @param meters the meters of the door
	 * @param key identifies the called code
	 * @param context supplies the known facts about the call when it begins
	 */
	MeteredCall(ObservationMeters<C> meters, Object key, Supplier<C> context) {
		this.meters = meters;
		this.key = key;
		this.context = context;
	}

	@Override
	<T extends @Nullable Object, E extends Throwable> T observe(Action<T, E> call) throws E {
		LongTaskTimer timer = this.meters.active(this.key, this.context);
		LongTaskTimer.Sample active = (timer != null) ? timer.start() : null;
		long begun = this.meters.time();
		try {
			return call.run();
		}
		catch (Throwable ex) {
			failed(ex);
			throw ex;
		}
		finally {
			this.meters.ended(new Ended(this.key, this.decision, (this.error != null) ? this.error.getClass() : null),
					this::ended, begun, active);
		}
	}

	private C ended() {
		C context = this.context.get();
		if (this.decision != null) {
			context.setDecision(this.decision);
		}
		if (this.error != null) {
			context.setError(this.error);
		}
		return context;
	}

	@Override
	void decided(GuardDecision decision) {
		this.decision = decision;
	}

	@Override
	void error(Throwable error) {
		this.error = error;
	}

	@Override
	boolean hasError() {
		return this.error != null;
	}

	/**
	 * The values that determine the tags of a call that has ended.
	 *
	 * @param key identifies the called code
	 * @param decision the decision about it
	 * @param error its failure
	 */
	private record Ended(Object key, @Nullable GuardDecision decision, @Nullable Class<?> error) {

	}

}
