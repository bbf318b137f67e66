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

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Collects the steps on the way to an answer. An answer is made on one thread, so what
 * happens on others (a token renewed in the background, say) is no step of it.
 */
class JourneyRecorder {

	private static final ThreadLocal<@Nullable Recording> CURRENT = new ThreadLocal<>();

	/**
	 * Run something and collect its steps.
	 * @param answer what to run
	 * @return the steps, and the answer or what it failed with
	 */
	Journey record(Supplier<String> answer) {
		Recording recording = new Recording();
		CURRENT.set(recording);
		try {
			return new Journey(answer.get(), null, recording.steps);
		}
		catch (RuntimeException ex) {
			return new Journey(null, ex, recording.steps);
		}
		finally {
			CURRENT.remove();
		}
	}

	void add(Step step) {
		Recording recording = CURRENT.get();
		if (recording != null) {
			recording.steps.add(step);
		}
	}

	/**
	 * Add a step unless there is one of its kind.
	 * @param type the kind of step
	 * @param step makes the step
	 */
	void addOnce(Class<? extends Step> type, Supplier<? extends Step> step) {
		Recording recording = CURRENT.get();
		if (recording != null && recording.steps.stream().noneMatch(type::isInstance)) {
			recording.steps.add(step.get());
		}
	}

	/**
	 * Return whether a capability was decided about so far, which a tool that is not
	 * there makes nobody do.
	 */
	boolean isDecided(Set<String> capabilities) {
		Recording recording = CURRENT.get();
		return recording != null && recording.steps.stream()
			.anyMatch((step) -> step instanceof Step.Decision decision
					&& capabilities.stream().anyMatch(decision.capability()::contains));
	}

	/**
	 * Say what is done from here on, for the decisions that do not know.
	 * @param purpose what is about to be done, such as {@code offering the tools}
	 */
	void next(String purpose) {
		Recording recording = CURRENT.get();
		if (recording != null) {
			recording.purpose = purpose;
		}
	}

	String purpose() {
		Recording recording = CURRENT.get();
		return (recording != null) ? recording.purpose : "";
	}

	private static final class Recording {

		private final List<Step> steps = new ArrayList<>();

		private String purpose = "offering the tools";

	}

}
