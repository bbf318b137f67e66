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
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * An observation of Micrometer's.
 */
final class ObservedCall extends CallObservation {

	private final Observation observation;

	private final GuardedCallContext context;

	ObservedCall(Observation observation, GuardedCallContext context) {
		this.observation = observation;
		this.context = context;
	}

	@Override
	<T extends @Nullable Object, E extends Throwable> T observe(Action<T, E> call) throws E {
		this.observation.start();
		Observation.Scope scope = this.observation.openScope();
		try {
			return call.run();
		}
		catch (Throwable ex) {
			failed(ex);
			throw ex;
		}
		finally {
			scope.close();
			this.observation.stop();
		}
	}

	Observation observation() {
		return this.observation;
	}

	/**
	 * Run a part of a call that ends later, so that observations in this part belong to
	 * this observation.
	 */
	<T extends @Nullable Object> T inScope(Supplier<T> part) {
		return this.observation.scoped(part);
	}

	@Override
	void decided(GuardDecision decision) {
		this.context.setDecision(decision);
	}

	@Override
	void error(Throwable error) {
		this.observation.error(error);
	}

	@Override
	boolean hasError() {
		return this.context.getError() != null;
	}

	void unknown() {
		decided(GuardDecision.UNKNOWN_TOOL);
		this.observation.start().stop();
	}

}
