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

import dev.lumoauth.spring.call.Action;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one guarded call. A refusal counts as an error, although the model
 * gets a text and the chat continues.
 */
abstract class CallObservation {

	/**
	 * Make the call.
	 */
	abstract <T extends @Nullable Object, E extends Throwable> T observe(Action<T, E> call) throws E;

	abstract void decided(GuardDecision decision);

	abstract void error(Throwable error);

	abstract boolean hasError();

	/**
	 * Record that the code may run.
	 */
	final void entered() {
		decided(GuardDecision.ALLOW);
	}

	/**
	 * Record the failure of the call. The exception of a refusal is ignored: the refusal
	 * is recorded already.
	 */
	final void failed(Throwable failure) {
		if (!hasError()) {
			decided(GuardDecision.of(failure));
			error(failure);
		}
	}

}
