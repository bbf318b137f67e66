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

package dev.lumoauth.benchmarks.journey;

import java.util.Map;

import dev.lumoauth.benchmarks.LoopbackLumoAuth;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the guide's run asks LumoAuth. How long it takes is not looked at.
 */
@Tag("nightly")
class JourneyHarnessIT {

	@Test
	void theFirstRunAsksForWhatItNeedsAndTheNextForNothing() {
		try (LoopbackLumoAuth lumoAuth = new LoopbackLumoAuth()) {
			JourneyHarness.Figures[] figures = JourneyHarness.measure(lumoAuth,
					() -> new JourneyHarness.StarterRun(lumoAuth), 1, 2);
			assertThat(figures[0].requests())
				.isEqualTo(Map.of("oauth/token", 1L, "authz/check-bulk", 1L, "exchange", 1L, "oauth/userinfo", 1L));
			// On a slow machine the budget may be due again.
			assertThat(figures[1].requests()).doesNotContainKeys("oauth/token", "authz/check", "authz/check-bulk",
					"exchange");
		}
	}

	@Test
	void doneByHandEachRunAsks() {
		try (LoopbackLumoAuth lumoAuth = new LoopbackLumoAuth()) {
			JourneyHarness.Figures[] figures = JourneyHarness.measure(lumoAuth,
					() -> new JourneyHarness.PlainRun(lumoAuth), 1, 2);
			assertThat(figures[0].requests()).isEqualTo(Map.of("oauth/token", 1L, "authz/check", 2L, "exchange", 1L));
			assertThat(figures[1].requests()).isEqualTo(Map.of("authz/check", 2L, "exchange", 1L));
		}
	}

}
