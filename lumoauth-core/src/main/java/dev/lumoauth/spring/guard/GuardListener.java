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
 * Is told what guards decide about the calls of guarded code: each refusal once, by the
 * guard that refused. Called on the thread that makes the call. What it throws changes
 * nothing about the decision.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface GuardListener {

	/**
	 * Take a decision.
	 * @param outcome what was decided about which code
	 */
	void decided(GuardOutcome outcome);

	/**
	 * Return whether this listener is told of grants as well.
	 * @return {@code false} by default: of refusals only
	 */
	default boolean isToldOfGrants() {
		return false;
	}

}
