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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.RecordedObservations;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CapabilityObservations} and its default convention.
 */
class CapabilityObservationsTests {

	private static final String NAME = "lumoauth.capability";

	private static final CapabilityRequirement READ = CapabilityRequirement.of("read:documents");

	private final RecordedObservations recorded = new RecordedObservations();

	private final FakeCapabilitySource source = new FakeCapabilitySource();

	private final ManualClock clock = new ManualClock();

	private final CapabilityDecisions decisions = decisions(this.recorded.registry());

	private CapabilityDecisions decisions(ObservationRegistry registry) {
		return CapabilityDecisions.builder(this.source)
			.allowTtl(Duration.ofSeconds(30))
			.denyTtl(Duration.ofSeconds(5))
			.clock(this.clock)
			.observations("agt_1", () -> registry)
			.build();
	}

	@Test
	void tellsWhetherADecisionIsFromMemory() {
		this.source.grant("read:documents");
		this.decisions.decide(READ);
		this.decisions.decide(READ);
		assertThat(this.recorded.of(NAME)).containsExactly("agt_1 false read:documents allow",
				"agt_1 true read:documents allow");
	}

	@Test
	void aDenialNamesWhatIsMissing() {
		this.source.deny("a").grant("b");
		CapabilityRequirement both = new CapabilityRequirement(List.of("a", "b"), Match.ALL);
		this.decisions.decide(both);
		this.decisions.decide(both);
		assertThat(this.recorded.of(NAME)).containsExactly("agt_1 false a,b deny", "agt_1 true a,b deny");
		assertThat(this.recorded.contexts(NAME))
			.allSatisfy((context) -> assertThat(context.getHighCardinalityKeyValues())
				.contains(KeyValue.of("lumoauth.capabilities", "a,b"), KeyValue.of("lumoauth.missing", "a")));
	}

	@Test
	void noAnswerIsAnError() {
		this.source.fail(new LumoAuthUnavailableException("connection refused", null));
		this.decisions.decide(READ);
		assertThat(this.recorded.of(NAME))
			.containsExactly("agt_1 false read:documents unavailable !LumoAuthUnavailableException");
	}

	@Test
	void manyAtOnceAreOneObservation() {
		this.source.grant("a").deny("b");
		this.decisions.decideEach(List.of("a", "b"));
		this.decisions.decideEach(List.of("a", "b"));
		this.decisions.decideEach(List.of("a"));
		assertThat(this.recorded.of(NAME)).containsExactly("agt_1 false several deny", "agt_1 true several deny",
				"agt_1 true a allow");
	}

	@Test
	void lookingIsNoDecision() {
		this.source.grant("read:documents");
		this.decisions.decide(READ);
		this.recorded.clear();
		assertThat(this.decisions.known(READ)).isNotNull();
		assertThat(this.recorded.of(NAME)).isEmpty();
		assertThat(this.decisions.decideKnown(READ)).isNotNull();
		assertThat(this.recorded.of(NAME)).containsExactly("agt_1 true read:documents allow");
	}

	@Test
	void decideKnownAsksNobody() {
		assertThat(this.decisions.decideKnown(READ)).isNull();
		assertThat(this.source.questions()).isEmpty();
		assertThat(this.recorded.of(NAME)).isEmpty();
	}

	@Test
	void whatAsksLumoAuthIsWithinIt() {
		List<Observation> current = new ArrayList<>();
		this.source.before((names) -> current.add(this.recorded.registry().getCurrentObservation()));
		Observation chat = Observation.start("chat", this.recorded.registry());
		chat.scoped(() -> this.decisions.decide(READ));
		assertThat(current).singleElement()
			.satisfies((observation) -> assertThat(observation.getContext())
				.isSameAs(this.recorded.contexts(NAME).get(0)));
		assertThat(RecordedObservations.parents(this.recorded.contexts(NAME).get(0))).containsExactly("chat");
	}

	@Test
	void namesOfCapabilitiesAreBounded() {
		IntStream.range(0, 150).forEach((i) -> this.source.grant("c" + i));
		IntStream.range(0, 150).forEach((i) -> this.decisions.decide(CapabilityRequirement.of("c" + i)));
		assertThat(this.recorded.of(NAME)).contains("agt_1 false c99 allow", "agt_1 false other allow")
			.doesNotContain("agt_1 false c100 allow");
		assertThat(this.recorded.of(NAME).stream().distinct()).hasSize(101);
		this.recorded.clear();
		this.decisions.decide(CapabilityRequirement.of("c0"));
		assertThat(this.recorded.of(NAME)).containsExactly("agt_1 true c0 allow");
	}

	@Test
	void namesAndTagsCanBeTheApplications() {
		this.recorded.registry()
			.observationConfig()
			.observationConvention(new DefaultCapabilityObservationConvention() {

				@Override
				public String getName() {
					return "my.decisions";
				}

				@Override
				public KeyValues getLowCardinalityKeyValues(CapabilityObservationContext context) {
					return KeyValues.of("granted", String.valueOf(context.getOutcome()));
				}

			});
		this.source.grant("read:documents");
		this.decisions.decide(READ);
		assertThat(this.recorded.of("my.decisions")).containsExactly("ALLOW");
	}

	@Test
	void isNotThereWithoutARegistry() {
		this.source.grant("read:documents");
		CapabilityDecisions unobserved = decisions(ObservationRegistry.NOOP);
		assertThat(unobserved.decide(READ)).isSameAs(CapabilityDecision.ALLOW);
		assertThat(unobserved.decideEach(List.of("read:documents"))).containsEntry("read:documents",
				CapabilityDecision.ALLOW);
		assertThat(this.recorded.of(NAME)).isEmpty();
	}

	/**
	 * With Spring AI a registry always has handlers, those for model calls.
	 */
	@Test
	void goesToAHandlerThatIsAddedLater() {
		ObservationRegistry registry = ObservationRegistry.create();
		CapabilityDecisions observed = decisions(registry);
		this.source.grant("read:documents");
		observed.decide(READ);
		registry.observationConfig().observationHandler(this.recorded);
		observed.decide(READ);
		observed.decideEach(List.of("read:documents"));
		assertThat(this.recorded.of(NAME)).containsExactly("agt_1 true read:documents allow",
				"agt_1 true read:documents allow");
	}

	@Test
	void metersWithoutObservationsAreThoseOfObservations() {
		this.source.grant("read:documents").deny("a").grant("b");
		SimpleMeterRegistry observed = new SimpleMeterRegistry();
		this.recorded.registry().observationConfig().observationHandler(new DefaultMeterObservationHandler(observed));
		decideTwice(this.decisions);
		SimpleMeterRegistry metered = new SimpleMeterRegistry();
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(metered));
		decideTwice(decisions(registry));
		assertThat(counts(metered)).isEqualTo(counts(observed)).hasSizeGreaterThan(6);
	}

	private static void decideTwice(CapabilityDecisions decisions) {
		CapabilityRequirement both = new CapabilityRequirement(List.of("a", "b"), Match.ALL);
		for (int i = 0; i < 3; i++) {
			decisions.decide(READ);
			decisions.decide(both);
		}
	}

	private static Map<String, Long> counts(MeterRegistry registry) {
		return registry.getMeters()
			.stream()
			.collect(Collectors.toMap((meter) -> meter.getId().toString(),
					(meter) -> (meter instanceof Timer timer) ? timer.count() : -1L));
	}

}
