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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

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

	private final JourneyRecorder recorder = new JourneyRecorder();

	@Test
	void whatHappensOnOtherThreadsIsNoStepOfAWholeAnswer() {
		Journey journey = this.recorder.record(() -> {
			this.recorder.add(STEP);
			CompletableFuture.runAsync(() -> this.recorder.add(OTHER)).join();
			return "answer";
		});
		assertThat(journey.steps()).containsExactly(STEP);
	}

	@Test
	void whatHappensOnOtherThreadsIsAStepOfAStreamedAnswer() {
		List<Step> told = new ArrayList<>();
		Journey journey = this.recorder.recordStreamed(() -> {
			CompletableFuture.runAsync(() -> this.recorder.add(STEP)).join();
			CompletableFuture
				.runAsync(() -> assertThat(this.recorder.record(() -> add(OTHER)).steps()).containsExactly(OTHER))
				.join();
			return "answer";
		}, told::add);
		assertThat(journey.steps()).containsExactly(STEP);
		assertThat(told).containsExactly(STEP);
		this.recorder.add(OTHER);
		assertThat(told).hasSize(1);
	}

	@Test
	void saysWhatADecisionIsFor() {
		this.recorder.record(() -> {
			assertThat(this.recorder.runningTool()).isEqualTo("offering the tools");
			assertThat(this.recorder.offeringTools()).isEqualTo("offering the tools");
			add(OTHER);
			this.recorder.running("search");
			assertThat(this.recorder.runningTool()).isEqualTo("running search");
			return this.recorder.offeringTools();
		});
		assertThat(this.recorder.record(() -> this.recorder.runningTool()).answer()).isEqualTo("offering the tools");
	}

	@ParameterizedTest
	@CsvSource({ "Error: agent lacks 'a:b' capability.,refused", "Error: authorization is unavailable.,failed",
			"No error: all is well.,ok" })
	void tellsARefusedCallFromAFailedOne(String result, String outcome) {
		assertThat(new Step.ToolResult("tool", result).outcome()).isEqualTo(outcome);
	}

	private String add(Step step) {
		this.recorder.add(step);
		return "";
	}

}
