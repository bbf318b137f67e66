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

import dev.lumoauth.spring.LumoAuthException;
import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.user.UserScope;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one guarded call. A refusal is an error in it, though a model is
 * told in a text and the chat goes on.
 */
final class CallObservation {

	private final Observation observation;

	private final GuardedCallContext context;

	CallObservation(Observation observation, GuardedCallContext context) {
		this.observation = observation;
		this.context = context;
	}

	/**
	 * Make the call.
	 */
	<T extends @Nullable Object, E extends Throwable> T observe(UserScope.Action<T, E> call) throws E {
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
	 * Do a part of a call that ends later, so that what is observed in it belongs here.
	 */
	<T extends @Nullable Object> T inScope(Supplier<T> part) {
		return this.observation.scoped(part);
	}

	/**
	 * Say that the code may run.
	 */
	void entered() {
		this.context.setDecision(GuardDecision.ALLOW);
	}

	void refused(CapabilityDecision decision) {
		this.context.setDecision(GuardDecision.of(decision));
		LumoAuthException cause = decision.cause();
		this.observation.error((cause != null) ? cause : new CapabilityDenied(decision.missing()));
	}

	/**
	 * Say what the call failed with. The exception of a refusal says nothing new.
	 */
	void failed(Throwable failure) {
		if (this.context.getError() == null) {
			this.context.setDecision(GuardDecision.of(failure));
			this.observation.error(failure);
		}
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
