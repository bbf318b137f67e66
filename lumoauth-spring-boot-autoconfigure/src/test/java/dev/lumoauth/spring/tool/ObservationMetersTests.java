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

package dev.lumoauth.spring.tool;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.lumoauth.spring.autoconfigure.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.ObservationInterest;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.method.DefaultMethodObservationConvention;
import dev.lumoauth.spring.guard.method.MethodObservationContext;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationFilter;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationPredicate;
import io.micrometer.observation.ObservationRegistry;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.util.Assert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Where only meters are made of observations, the meters are made without observations.
 * They are the same meters.
 */
class ObservationMetersTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthUserAutoConfiguration.class, LumoAuthToolAutoConfiguration.class,
				ObservationAutoConfiguration.class, MetricsAutoConfiguration.class))
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withBean(FakeDecisions.class)
		.withBean(Documents.class)
		.withPropertyValues("lumoauth.enabled=true");

	private final ApplicationContextRunner traced = this.runner.withBean("handler", ObservationHandler.class,
			Everything::new);

	@ParameterizedTest
	@ValueSource(strings = { "some.property=true", "management.observations.key-values.region=eu",
			"management.metrics.tags.region=eu", "management.metrics.enable.lumoauth.tool.active=false",
			"management.observations.long-task-timer.enabled=false", "management.observations.enable.lumoauth=false",
			"management.observations.enable.lumoauth.tool=false" })
	void areThoseOfObservations(String property) {
		Map<String, Long> expected = counts(this.traced.withPropertyValues(property));
		assertThat(counts(this.runner.withPropertyValues(property))).isEqualTo(expected);
		if (!property.contains("observations.enable")) {
			assertThat(expected).hasSizeGreaterThan(10);
		}
	}

	@Test
	void areMadeWithoutObservations() {
		this.runner.run((context) -> {
			assertThat(isWithoutObservations(context)).isTrue();
			call(context);
			context.getBean(ObservationRegistry.class).observationConfig().observationHandler(new Everything());
			assertThat(isWithoutObservations(context)).isFalse();
		});
	}

	@Test
	void whateverElseListensGetsObservations() {
		this.traced.run((context) -> {
			call(context);
			assertThat(isWithoutObservations(context)).isFalse();
			assertThat(context.getBean(Everything.class).stopped).isPositive();
		});
	}

	@Test
	void whatTheApplicationChangesIsChanged() {
		Stream.<Function<ApplicationContextRunner, ApplicationContextRunner>>of(
				(runner) -> runner.withBean(ObservationFilter.class,
						() -> (context) -> context.addLowCardinalityKeyValue(KeyValue.of("a", "b"))),
				(runner) -> runner.withBean(ObservationPredicate.class, () -> (name, context) -> true),
				(runner) -> runner.withBean(DefaultMethodObservationConvention.class,
						() -> new DefaultMethodObservationConvention() {
						}))
			.forEach((change) -> change.apply(this.runner).run((context) -> {
				DefaultMethodObservationConvention convention = context
					.getBeanProvider(DefaultMethodObservationConvention.class)
					.getIfAvailable(DefaultMethodObservationConvention::new);
				assertThat(interest(context, convention).meters()).isNull();
			}));
	}

	@Test
	void aMeterThatWasRemovedIsMadeAgain() {
		this.runner.run((context) -> {
			Map<String, Long> first = call(context);
			context.getBean(MeterRegistry.class).clear();
			assertThat(call(context)).isEqualTo(first);
		});
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aMeterThatFailsHidesNoResult(CapturedOutput output) {
		MeterFilter failing = new MeterFilter() {

			@Override
			public Meter.Id map(Meter.Id id) {
				Assert.state(!Set.of("lumoauth.tool", "lumoauth.method").contains(id.getName()),
						"the meter has failed");
				return id;
			}

		};
		this.runner.withBean(MeterFilter.class, () -> failing).run((context) -> {
			context.getBean(FakeDecisions.class).grant("read:documents");
			ToolCallback tool = context.getBean(ToolGuard.class)
				.guard(FunctionToolCallback.builder("search", () -> "found").build(),
						new GuardTerms(CapabilityRequirement.of("read:documents"), false));
			Documents documents = context.getBean(Documents.class);
			for (int i = 0; i < 3; i++) {
				assertThat(tool.call("{}")).contains("found");
				assertThat(documents.read()).isNotNull();
				assertThat(catchThrowable(documents::fail)).hasMessage("own");
				assertThat(isWithoutObservations(context)).isTrue();
			}
			for (String meter : List.of("lumoauth.tool.active", "lumoauth.method.active")) {
				assertThat(context.getBean(MeterRegistry.class).get(meter).longTaskTimer().activeTasks()).isZero();
			}
		});
		assertThat(output).containsOnlyOnce("The meters 'lumoauth.tool' could not be recorded")
			.containsOnlyOnce("The meters 'lumoauth.method' could not be recorded");
	}

	@Test
	void whatRunsCountsAsActive() {
		this.runner.run((context) -> {
			context.getBean(FakeDecisions.class).grant("read:documents");
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			Supplier<String> active = () -> meters.get("lumoauth.tool.active").longTaskTimer().activeTasks()
					+ " active";
			ToolCallback tool = context.getBean(ToolGuard.class)
				.guard(FunctionToolCallback.builder("search", active).build(),
						new GuardTerms(CapabilityRequirement.of("read:documents"), false));
			assertThat(tool.call("{}")).contains("1 active");
			assertThat(active.get()).isEqualTo("0 active");
		});
	}

	private static Map<String, Long> counts(ApplicationContextRunner runner) {
		Map<String, Long> counts = new TreeMap<>();
		runner.run((context) -> counts.putAll(call(context)));
		return counts;
	}

	/**
	 * Make calls of each kind and end, some of them twice.
	 */
	private static Map<String, Long> call(ApplicationContext context) {
		FakeDecisions decisions = context.getBean(FakeDecisions.class);
		decisions.reset();
		Documents documents = context.getBean(Documents.class);
		ToolGuard guard = context.getBean(ToolGuard.class);
		GuardTerms terms = new GuardTerms(CapabilityRequirement.of("read:documents"), false);
		ToolCallback tool = guard.guard(FunctionToolCallback.builder("search", () -> "found").build(), terms);
		ToolCallback broken = guard.guard(FunctionToolCallback.builder("broken", ObservationMetersTests::fail).build(),
				terms);
		List<ThrowingCallable> calls = List.of(documents::read, documents::fail, () -> tool.call("{}"),
				() -> broken.call("{}"), () -> guard.unknown("made-up").call("{}"));
		for (int i = 0; i < 4; i++) {
			calls.forEach(ObservationMetersTests::attempt);
			if (i > 0) {
				decisions.grant("read:documents");
			}
		}
		decisions.unavailable();
		calls.forEach(ObservationMetersTests::attempt);
		Map<String, Long> counts = new TreeMap<>();
		for (Meter meter : context.getBean(MeterRegistry.class).getMeters()) {
			if (meter.getId().getName().startsWith("lumoauth.")) {
				counts.put(meter.getId().toString(),
						(meter instanceof Timer timer) ? timer.count() : (long) ((LongTaskTimer) meter).activeTasks());
			}
		}
		return counts;
	}

	private static void attempt(ThrowingCallable call) {
		Throwable failure = catchThrowable(call);
		if (failure instanceof AssertionError error) {
			throw error;
		}
	}

	private static String fail() {
		throw new IllegalStateException("own");
	}

	private static boolean isWithoutObservations(ApplicationContext context) {
		return interest(context, new DefaultMethodObservationConvention()).meters() != null;
	}

	private static ObservationInterest<MethodObservationContext> interest(ApplicationContext context,
			DefaultMethodObservationConvention convention) {
		ObservationRegistry registry = context.getBean(ObservationRegistry.class);
		return new ObservationInterest<>(() -> registry,
				new MethodObservationContext(Object.class.getMethods()[0], List.of()),
				DefaultMethodObservationConvention.class, () -> convention);
	}

	private static final class Everything implements ObservationHandler<Observation.Context> {

		private int stopped;

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onStop(Observation.Context context) {
			this.stopped++;
		}

	}

	static class Documents {

		@RequiresCapability("read:documents")
		String read() {
			return "read";
		}

		@RequiresCapability("read:documents")
		void fail() {
			throw new IllegalStateException("own");
		}

	}

}
