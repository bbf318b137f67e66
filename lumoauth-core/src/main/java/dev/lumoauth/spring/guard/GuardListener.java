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

/**
 * Listener for the guards' decisions about calls of guarded code. Each refusal is
 * reported once, by the guard that refused, on the thread that makes the call. An
 * exception of the listener does not change the decision.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface GuardListener {

	/**
	 * Called with a decision.
	 * @param outcome the decision and the code
	 */
	void decided(GuardOutcome outcome);

	/**
	 * Return whether this listener is also called for grants.
	 * @return {@code false} by default: only refusals are reported
	 */
	default boolean isToldOfGrants() {
		return false;
	}

}
