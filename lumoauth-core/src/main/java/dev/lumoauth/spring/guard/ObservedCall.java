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

import dev.lumoauth.spring.call.Action;
import io.micrometer.observation.Observation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one guarded call. A refusal counts as an error, although the model
 * gets a text and the chat continues. If a handler of the application fails at the end,
 * the result of the call counts.
 */
final class ObservedCall {

	private static final Log logger = LogFactory.getLog(ObservedCall.class);

	private static final AtomicBoolean failed = new AtomicBoolean();

	private final Observation observation;

	private final GuardedCallContext context;

	ObservedCall(Observation observation, GuardedCallContext context) {
		this.observation = observation;
		this.context = context;
	}

	/**
	 * Make the call.
	 */
	<T extends @Nullable Object, E extends Throwable> T observe(Action<T, E> call) throws E {
		this.observation.start();
		try {
			return inScope(call);
		}
		catch (Throwable ex) {
			failed(ex);
			throw ex;
		}
		finally {
			stop();
		}
	}

	void stop() {
		record(this.observation::stop);
	}

	/**
	 * The failure of a handler changes nothing about the call.
	 */
	private void record(Runnable part) {
		try {
			part.run();
		}
		catch (RuntimeException ex) {
			if (failed.compareAndSet(false, true)) {
				logger.warn(
						"The observation '" + this.context.getName() + "' could not be recorded. This is logged once.",
						ex);
			}
		}
	}

	/**
	 * Record that the code may run.
	 */
	void entered() {
		this.context.setDecision(GuardDecision.ALLOW);
	}

	/**
	 * Record the failure of the call. The first failure counts: a refusal is recorded
	 * when it is decided, and again when its exception leaves the call.
	 */
	void failed(Throwable failure) {
		if (this.context.getError() == null) {
			this.context.setDecision(GuardDecision.of(failure));
			record(() -> this.observation.error(failure));
		}
	}

	Observation observation() {
		return this.observation;
	}

	/**
	 * Run a part of a call that ends later, so that observations in this part belong to
	 * this observation. A failure of the part is not yet one of the call: it may be
	 * cured.
	 */
	<T extends @Nullable Object, E extends Throwable> T inScope(Action<T, E> part) throws E {
		Observation.Scope scope = this.observation.openScope();
		try {
			return part.run();
		}
		finally {
			record(scope::close);
		}
	}

	void unknown() {
		this.context.setDecision(GuardDecision.UNKNOWN_TOOL);
		this.observation.start();
		stop();
	}

}
