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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Collects the steps to an answer, from all threads. There is one chat, so one question
 * is answered after the other. All steps during that time belong to this question.
 * <p>
 * A step gets its place when it starts. The end of a streamed model call is reported only
 * after the requested tools have run.
 */
class JourneyRecorder {

	/**
	 * How long an answer waits for the end of a model call that has already sent the
	 * whole answer.
	 */
	private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

	private static final Place NOWHERE = (step) -> {
	};

	private final ReentrantLock oneAtATime = new ReentrantLock(true);

	private volatile @Nullable Recording current;

	/**
	 * Run something and collect its steps, after the earlier questions have ended.
	 * @param answer what to run
	 * @param listener gets each step
	 * @return the steps, and the answer or the failure
	 */
	Journey record(Supplier<String> answer, JourneyListener listener) {
		if (this.oneAtATime.isLocked()) {
			listener.doing("Waiting for the question before this one");
		}
		this.oneAtATime.lock();
		try {
			Recording recording = new Recording(listener);
			this.current = recording;
			return recording.journey(answer);
		}
		finally {
			this.current = null;
			this.oneAtATime.unlock();
		}
	}

	/**
	 * Add a step that begins and ends now.
	 */
	void add(Step step) {
		begin(null, false).end(step);
	}

	/**
	 * Add a step, unless there already is one of this kind.
	 * @param type the kind of step
	 * @param step creates the step
	 */
	void addOnce(Class<? extends Step> type, Supplier<? extends Step> step) {
		Recording recording = this.current;
		if (recording != null && !recording.has(type)) {
			add(step.get());
		}
	}

	/**
	 * Begin a step.
	 * @param doing what the agent does until the step ends, in words
	 * @param awaited whether the answer waits until the step has ended
	 * @return the step's place
	 */
	Place begin(@Nullable String doing, boolean awaited) {
		Recording recording = this.current;
		return (recording != null) ? recording.begin(doing, awaited) : NOWHERE;
	}

	/**
	 * Wait until the steps that the answer waits for have ended.
	 */
	void settle() {
		Recording recording = this.current;
		if (recording != null) {
			recording.settle();
		}
	}

	/**
	 * Return how many tokens the model calls that have ended have used so far.
	 */
	long modelTokens() {
		return steps().stream()
			.filter(Step.ModelCall.class::isInstance)
			.map(Step.ModelCall.class::cast)
			.mapToLong((call) -> (long) call.promptTokens() + call.completionTokens())
			.sum();
	}

	/**
	 * Return whether there was a decision about a capability so far. There is none for a
	 * tool that does not exist.
	 */
	boolean isDecided(Set<String> capabilities) {
		Recording recording = this.current;
		return recording != null && (capabilities.stream().anyMatch(recording.remembered::contains) || recording.steps()
			.stream()
			.anyMatch((step) -> step instanceof Step.Decision decision
					&& capabilities.stream().anyMatch(decision.capability()::contains)));
	}

	/**
	 * Record that a remembered decision about capabilities was used.
	 */
	void remembered(Collection<String> capabilities) {
		Recording recording = this.current;
		if (recording != null) {
			recording.remembered.addAll(capabilities);
		}
	}

	/**
	 * Set the tool that runs from here on, for decisions that do not know the tool.
	 * @param tool the name of the tool
	 */
	void running(String tool) {
		Recording recording = this.current;
		if (recording != null) {
			recording.tool = tool;
		}
	}

	/**
	 * Return the purpose of a decision about one tool.
	 */
	String runningTool() {
		Recording recording = this.current;
		String tool = (recording != null) ? recording.tool : null;
		return (tool != null) ? "running " + tool : offeringTools();
	}

	/**
	 * Return the purpose of a decision about several tools.
	 */
	String offeringTools() {
		Recording recording = this.current;
		return (recording != null && recording.has(Step.Tools.class)) ? "offering the tools again"
				: "offering the tools";
	}

	private List<Step> steps() {
		Recording recording = this.current;
		return (recording != null) ? recording.steps() : List.of();
	}

	/**
	 * The place of a step that has started.
	 */
	@FunctionalInterface
	interface Place {

		/**
		 * End the step.
		 * @param step what has happened; {@code null} if there is nothing to tell
		 */
		void end(@Nullable Step step);

	}

	private static final class Recording {

		private final List<NumberedStep> steps = new ArrayList<>();

		private final List<Begun> begun = new ArrayList<>();

		private final Set<String> remembered = ConcurrentHashMap.newKeySet();

		private final JourneyListener listener;

		private long last;

		private volatile @Nullable String tool;

		private Recording(JourneyListener listener) {
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

		private synchronized Place begin(@Nullable String doing, boolean awaited) {
			Begun place = new Begun(++this.last, doing, awaited);
			this.begun.add(place);
			tellDoing(doing);
			return (step) -> end(place, step);
		}

		private synchronized void end(Begun place, @Nullable Step step) {
			if (!this.begun.remove(place)) {
				return;
			}
			if (step != null) {
				NumberedStep numbered = new NumberedStep(step, place.number());
				this.steps.add(numbered);
				this.listener.step(numbered);
			}
			tellDoing(place.doing());
			notifyAll();
		}

		private void tellDoing(@Nullable String changed) {
			if (changed != null) {
				this.listener.doing(this.begun.stream()
					.map(Begun::doing)
					.filter((doing) -> doing != null)
					.reduce((first, second) -> second)
					.orElse(null));
			}
		}

		private synchronized void settle() {
			long deadline = System.nanoTime() + ENDS_WITHIN.toNanos();
			try {
				for (long left = ENDS_WITHIN.toMillis(); left > 0 && this.begun.stream()
					.anyMatch(Begun::awaited); left = (deadline - System.nanoTime()) / 1_000_000) {
					wait(left);
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private synchronized boolean has(Class<? extends Step> type) {
			return this.steps.stream().map(NumberedStep::step).anyMatch(type::isInstance);
		}

		private synchronized List<Step> steps() {
			return this.steps.stream()
				.sorted(Comparator.comparing(NumberedStep::number))
				.map(NumberedStep::step)
				.toList();
		}

	}

	private record Begun(long number, @Nullable String doing, boolean awaited) {
	}

}
