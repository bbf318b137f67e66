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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Collects the steps on the way to an answer. A whole answer is made on one thread, so
 * what happens on others (a token renewed in the background, say) is no step of it. A
 * streamed one is made on several: what happens on threads that have no answer of their
 * own belongs to it.
 */
class JourneyRecorder {

	private static final ThreadLocal<@Nullable Recording> CURRENT = new ThreadLocal<>();

	private final ReentrantLock streaming = new ReentrantLock();

	private volatile @Nullable Recording streamed;

	/**
	 * Run something and collect its steps.
	 * @param answer what to run
	 * @return the steps, and the answer or what it failed with
	 */
	Journey record(Supplier<String> answer) {
		Recording recording = new Recording((step) -> {
		});
		CURRENT.set(recording);
		try {
			return recording.journey(answer);
		}
		finally {
			CURRENT.remove();
		}
	}

	/**
	 * Run something that goes on on other threads until it returns, one after the other.
	 * @param answer what to run
	 * @param listener is told of each step, on the thread where it happens
	 * @return the steps, and the answer or what it failed with
	 */
	Journey recordStreamed(Supplier<String> answer, Consumer<Step> listener) {
		this.streaming.lock();
		try {
			Recording recording = new Recording(listener);
			this.streamed = recording;
			return recording.journey(answer);
		}
		finally {
			this.streamed = null;
			this.streaming.unlock();
		}
	}

	void add(Step step) {
		Recording recording = current();
		if (recording != null) {
			recording.add(step);
		}
	}

	/**
	 * Add a step unless there is one of its kind.
	 * @param type the kind of step
	 * @param step makes the step
	 */
	void addOnce(Class<? extends Step> type, Supplier<? extends Step> step) {
		Recording recording = current();
		if (recording != null && recording.steps().stream().noneMatch(type::isInstance)) {
			recording.add(step.get());
		}
	}

	/**
	 * Return whether a capability was decided about so far, which a tool that is not
	 * there makes nobody do.
	 */
	boolean isDecided(Set<String> capabilities) {
		Recording recording = current();
		return recording != null && recording.steps()
			.stream()
			.anyMatch((step) -> step instanceof Step.Decision decision
					&& capabilities.stream().anyMatch(decision.capability()::contains));
	}

	/**
	 * Say which tool is run from here on, for the decisions that do not know.
	 * @param tool the name of the tool
	 */
	void running(String tool) {
		Recording recording = current();
		if (recording != null) {
			recording.tool = tool;
		}
	}

	/**
	 * Return what a decision about one tool is for.
	 */
	String runningTool() {
		Recording recording = current();
		String tool = (recording != null) ? recording.tool : null;
		return (tool != null) ? "running " + tool : offeringTools();
	}

	/**
	 * Return what a decision about several tools is for.
	 */
	String offeringTools() {
		Recording recording = current();
		boolean before = recording != null && recording.steps().stream().anyMatch(Step.Tools.class::isInstance);
		return before ? "offering the tools again" : "offering the tools";
	}

	private @Nullable Recording current() {
		Recording own = CURRENT.get();
		return (own != null) ? own : this.streamed;
	}

	private static final class Recording {

		private final List<Step> steps = new ArrayList<>();

		private final Consumer<Step> listener;

		private volatile @Nullable String tool;

		private Recording(Consumer<Step> listener) {
			this.listener = listener;
		}

		private Journey journey(Supplier<String> answer) {
			try {
				return new Journey(answer.get(), null, steps());
			}
			catch (RuntimeException ex) {
				return new Journey(null, ex, steps());
			}
		}

		private synchronized void add(Step step) {
			this.steps.add(step);
			this.listener.accept(step);
		}

		private synchronized List<Step> steps() {
			return List.copyOf(this.steps);
		}

	}

}
