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
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JourneyRecorder}.
 */
class JourneyRecorderTests {

	private static final Step STEP = new Step.ToolResult("tool", "result");

	private static final Step OTHER = new Step.Tools(Map.of(), Map.of(), Set.of());

	private static final Step CALL = new Step.ModelCall("model", 1, 2, 3, List.of());

	private final JourneyRecorder recorder = new JourneyRecorder();

	@Test
	void whatTakesLongerHasItsPlaceSinceItBegan() {
		Told told = new Told();
		CountDownLatch answered = new CountDownLatch(1);
		Journey journey = this.recorder.record(() -> {
			JourneyRecorder.Place model = this.recorder.begin("The model is working", true);
			CompletableFuture.runAsync(() -> this.recorder.add(STEP)).join();
			this.recorder.add(OTHER);
			CompletableFuture.runAsync(() -> {
				await(answered);
				model.end(CALL);
			});
			answered.countDown();
			this.recorder.settle();
			return "answer";
		}, told);
		assertThat(journey.steps()).containsExactly(CALL, STEP, OTHER);
		assertThat(told.steps).containsExactly(new NumberedStep(STEP, 2), new NumberedStep(OTHER, 3),
				new NumberedStep(CALL, 1));
		assertThat(told.doing).containsExactly("The model is working", null);
		this.recorder.add(OTHER);
		assertThat(told.steps).hasSize(3);
	}

	@Test
	void whatEndsAfterTheAnswerIsToldAllTheSame() {
		Told told = new Told();
		List<JourneyRecorder.Place> begun = new ArrayList<>();
		this.recorder.record(() -> {
			begun.add(this.recorder.begin(null, false));
			this.recorder.settle();
			return "answer";
		}, told);
		this.recorder.record(() -> {
			begun.get(0).end(STEP);
			begun.get(0).end(OTHER);
			return "another answer";
		}, JourneyListener.NONE);
		assertThat(told.steps).containsExactly(new NumberedStep(STEP, 1));
	}

	@Test
	void oneQuestionIsAnsweredAfterTheOther() {
		CountDownLatch asked = new CountDownLatch(1);
		Told second = new Told();
		Set<String> order = Collections.synchronizedSet(new LinkedHashSet<>());
		CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
			await(asked);
			this.recorder.record(() -> {
				order.add("second");
				this.recorder.add(OTHER);
				return "";
			}, second);
		});
		Journey first = this.recorder.record(() -> {
			asked.countDown();
			await(second.told);
			this.recorder.add(STEP);
			order.add("first");
			return "";
		}, JourneyListener.NONE);
		other.join();
		assertThat(order).containsExactly("first", "second");
		assertThat(first.steps()).containsExactly(STEP);
		assertThat(second.steps).containsExactly(new NumberedStep(OTHER, 1));
		assertThat(second.doing).containsExactly("Waiting for the question before this one");
	}

	@Test
	void saysWhatIsDoneInsideOfSomethingElse() {
		Told told = new Told();
		this.recorder.record(() -> {
			JourneyRecorder.Place tool = this.recorder.begin("Running search", false);
			this.recorder.begin("Asking LumoAuth", false).end(null);
			tool.end(null);
			return "";
		}, told);
		assertThat(told.doing).containsExactly("Running search", "Asking LumoAuth", "Running search", null);
	}

	@Test
	void aToolThatIsHiddenByARememberedDecisionIsNotMissing() {
		this.recorder.record(() -> {
			assertThat(this.recorder.isDecided(Set.of("a:b"))).isFalse();
			this.recorder.remembered(List.of("a:b"));
			assertThat(this.recorder.isDecided(Set.of("a:b"))).isTrue();
			assertThat(this.recorder.isDecided(Set.of("a:c"))).isFalse();
			return "";
		}, JourneyListener.NONE);
		assertThat(this.recorder.isDecided(Set.of("a:b"))).isFalse();
	}

	@Test
	void saysWhatADecisionIsFor() {
		this.recorder.record(() -> {
			assertThat(this.recorder.runningTool()).isEqualTo("offering the tools");
			assertThat(this.recorder.offeringTools()).isEqualTo("offering the tools");
			this.recorder.add(OTHER);
			this.recorder.running("search");
			assertThat(this.recorder.runningTool()).isEqualTo("running search");
			return this.recorder.offeringTools();
		}, JourneyListener.NONE);
		assertThat(this.recorder.record(this.recorder::runningTool, JourneyListener.NONE).answer())
			.isEqualTo("offering the tools");
	}

	@ParameterizedTest
	@CsvSource({ "Error: agent lacks 'a:b' capability.,refused", "Error: authorization is unavailable.,failed",
			"No error: all is well.,ok" })
	void tellsARefusedCallFromAFailedOne(String result, String outcome) {
		assertThat(new Step.ToolResult("tool", result).outcome()).isEqualTo(outcome);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static final class Told implements JourneyListener {

		private final List<NumberedStep> steps = new ArrayList<>();

		private final List<@Nullable String> doing = new ArrayList<>();

		private final CountDownLatch told = new CountDownLatch(1);

		@Override
		public void step(NumberedStep step) {
			this.steps.add(step);
		}

		@Override
		public void doing(@Nullable String what) {
			this.doing.add(what);
			this.told.countDown();
		}

	}

}
