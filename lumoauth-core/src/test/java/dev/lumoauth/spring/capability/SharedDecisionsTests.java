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

package dev.lumoauth.spring.capability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.capability.CapabilityDecision.Outcome;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for decisions with {@link SharedDecisions}, whatever an implementation says.
 */
class SharedDecisionsTests {

	private final ManualClock clock = new ManualClock();

	private final List<String> asked = new ArrayList<>();

	private final Shared shared = new Shared();

	private RuntimeException failure;

	private final CapabilityDecisions decisions = CapabilityDecisions.builder(this::ask)
		.shared(this.shared, "agent")
		.allowTtl(Duration.ofSeconds(30))
		.denyTtl(Duration.ofSeconds(5))
		.clock(this.clock)
		.build();

	private Map<String, Boolean> ask(Collection<String> capabilities) {
		this.asked.addAll(capabilities);
		if (this.failure != null) {
			throw this.failure;
		}
		Map<String, Boolean> answers = new HashMap<>();
		capabilities.forEach((name) -> answers.put(name, false));
		return answers;
	}

	private Outcome decide(String capability) {
		return this.decisions.decide(CapabilityRequirement.of(capability)).outcome();
	}

	@Test
	void anAllowOfAnotherReplicaIsRememberedForTheRestOfItsLife() {
		this.shared.answers.put("read", Duration.ofSeconds(20));
		assertThat(decide("read")).isEqualTo(Outcome.ALLOW);
		this.shared.answers.clear();
		this.clock.advance(Duration.ofMillis(9_999));
		assertThat(decide("read")).isEqualTo(Outcome.ALLOW);
		this.clock.advance(Duration.ofMillis(1));
		assertThat(decide("read")).isEqualTo(Outcome.DENY);
		assertThat(this.asked).containsExactly("read");
	}

	@Test
	void anAllowThatIsTooOldOrFromTheFutureIsNoAnswer() {
		this.shared.answers.put("old", Duration.ofSeconds(30));
		this.shared.answers.put("future", Duration.ofMillis(-1));
		assertThat(decide("old")).isEqualTo(Outcome.UNAVAILABLE);
		assertThat(decide("future")).isEqualTo(Outcome.UNAVAILABLE);
	}

	@Test
	void whatWasNotAskedForIsNoAnswer() {
		this.shared.others = true;
		this.shared.answers.put("read", Duration.ofSeconds(1));
		assertThat(decide("write")).isEqualTo(Outcome.DENY);
		this.shared.answers.clear();
		assertThat(decide("read")).isEqualTo(Outcome.DENY);
	}

	@Test
	void invalidatingForgetsWhatIsSharedFirst() {
		this.shared.answers.put("read", Duration.ofSeconds(1));
		assertThat(decide("read")).isEqualTo(Outcome.ALLOW);
		this.decisions.invalidate();
		assertThat(decide("read")).isEqualTo(Outcome.DENY);
		this.shared.answers.put("write", Duration.ofSeconds(1));
		assertThat(decide("write")).isEqualTo(Outcome.ALLOW);
		this.decisions.invalidate("write");
		assertThat(decide("write")).isEqualTo(Outcome.DENY);
	}

	@Test
	void anAgentThatLumoAuthRefusesTakesNoAllowOfOthers() {
		this.shared.answers.put("read", Duration.ofSeconds(1));
		assertThat(decide("read")).isEqualTo(Outcome.ALLOW);
		this.failure = new LumoAuthDeniedException("refused", "access_denied", null);
		assertThat(decide("write")).isEqualTo(Outcome.UNAVAILABLE);
		assertThat(decide("read")).isEqualTo(Outcome.UNAVAILABLE);
	}

	@Test
	void anOutageForgetsNothing() {
		this.shared.answers.put("read", Duration.ofSeconds(1));
		this.failure = new LumoAuthUnavailableException("down", null);
		assertThat(decide("write")).isEqualTo(Outcome.UNAVAILABLE);
		assertThat(decide("read")).isEqualTo(Outcome.ALLOW);
	}

	@Test
	void decisionsForEachOfManyShareNothing() {
		this.shared.answers.put("read", Duration.ofSeconds(1));
		CapabilityDecisions caller = CapabilityDecisions.builder(this::ask)
			.shared(this.shared, "agent")
			.allowTtl(Duration.ofSeconds(30))
			.buildForEach(10)
			.apply(this::ask);
		assertThat(caller.decide(CapabilityRequirement.of("read")).outcome()).isEqualTo(Outcome.DENY);
	}

	/**
	 * Has allows of an age.
	 */
	private static final class Shared implements SharedDecisions, SharedDecisions.Agent {

		private final Map<String, Duration> answers = new HashMap<>();

		private boolean others;

		@Override
		public Agent of(String identity, Duration allowTtl, Duration denyTtl, Duration maxWait) {
			return this;
		}

		@Override
		public void ask(Collection<String> capabilities, CapabilitySource source, Answers answers) {
			List<String> open = new ArrayList<>(capabilities);
			this.answers.forEach((name, age) -> {
				if (open.remove(name) || this.others) {
					answers.accept(name, true, age);
				}
			});
			if (!open.isEmpty()) {
				source.ask(open).forEach((name, answer) -> answers.accept(name, answer, Duration.ZERO));
			}
		}

		@Override
		public void forget() {
			this.answers.clear();
		}

	}

}
