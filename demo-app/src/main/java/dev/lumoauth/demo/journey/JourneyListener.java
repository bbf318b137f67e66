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

package dev.lumoauth.demo.journey;

import org.jspecify.annotations.Nullable;

/**
 * Listener for the steps to an answer, called by one thread at a time.
 */
public interface JourneyListener {

	/**
	 * Ignores everything.
	 */
	JourneyListener NONE = new JourneyListener() {
	};

	/**
	 * Accept a step that has ended.
	 * @param step the step
	 */
	default void step(NumberedStep step) {
	}

	/**
	 * Accept what the agent does, or waits for, from now on.
	 * @param what a description; {@code null} for nothing in particular
	 */
	default void doing(@Nullable String what) {
	}

	/**
	 * Accept a part of the answer.
	 * @param text the part
	 */
	default void text(String text) {
	}

}
