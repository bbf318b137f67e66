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

package dev.lumoauth.spring.autoconfigure;

import java.util.List;
import java.util.function.Consumer;

import dev.lumoauth.spring.capability.CapabilityDecision;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.Match;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RefusingCapabilityDecisions}.
 */
class RefusingCapabilityDecisionsTests {

	private static final String REASON = "LumoAuth is turned off by lumoauth.enabled=false";

	private static final Consumer<CapabilityDecision> REFUSED = (decision) -> {
		assertThat(decision.outcome()).isEqualTo(CapabilityDecision.Outcome.UNAVAILABLE);
		assertThat(decision.isGranted()).isFalse();
		assertThat(decision.cause()).hasMessage(REASON);
	};

	private final RefusingCapabilityDecisions decisions = new RefusingCapabilityDecisions(REASON);

	@Test
	void refusesEverythingAndSaysWhy() {
		for (Match match : Match.values()) {
			CapabilityRequirement requirement = new CapabilityRequirement(List.of("a", "b"), match);
			assertThat(this.decisions.decide(requirement)).satisfies(REFUSED);
			assertThat(this.decisions.known(requirement)).satisfies(REFUSED);
		}
		assertThat(this.decisions.decideEach(List.of("a", "b"))).hasSize(2)
			.allSatisfy((name, it) -> REFUSED.accept(it));
	}

	@Test
	void refusesStillAfterForgetting() {
		this.decisions.invalidate();
		this.decisions.invalidate("a");
		assertThat(this.decisions.decide(CapabilityRequirement.of("a"))).satisfies(REFUSED);
	}

	@Test
	void checksNames() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.decisions.decideEach(List.of(" ")));
	}

}
