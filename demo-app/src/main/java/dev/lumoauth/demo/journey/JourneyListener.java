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
	 * Tells nobody.
	 */
	JourneyListener NONE = new JourneyListener() {
	};

	/**
	 * Take a step that is over.
	 * @param step the step
	 */
	default void step(NumberedStep step) {
	}

	/**
	 * Take what the agent does, or waits for, from now on.
	 * @param what what it is, in words; {@code null} for nothing that has a name
	 */
	default void doing(@Nullable String what) {
	}

	/**
	 * Take a bit of the answer.
	 * @param text the bit
	 */
	default void text(String text) {
	}

}
