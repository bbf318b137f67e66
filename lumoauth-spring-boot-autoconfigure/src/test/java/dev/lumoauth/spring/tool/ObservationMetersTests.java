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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.user.LumoAuthUserAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardTerms;
import dev.lumoauth.spring.guard.GuardedCallContext;
import dev.lumoauth.spring.guard.observation.DefaultMethodObservationConvention;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

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
 * The meters that are made of observations: of each kind of call and each end.
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

	@Test
	void countEachKindOfCallAndEachEnd() {
		this.runner.run((context) -> assertThat(call(context)).hasSizeGreaterThan(10));
	}

	@Test
	void areThoseOfTheConventionAtEachCall() {
		AtomicInteger calls = new AtomicInteger();
		DefaultMethodObservationConvention counting = new DefaultMethodObservationConvention() {

			@Override
			public KeyValues getLowCardinalityKeyValues(GuardedCallContext context) {
				return super.getLowCardinalityKeyValues(context).and("call", String.valueOf(calls.get()));
			}

		};
		this.runner.withBean(DefaultMethodObservationConvention.class, () -> counting).run((context) -> {
			context.getBean(FakeDecisions.class).grant("read:documents");
			for (int i = 0; i < 3; i++) {
				calls.set(i);
				context.getBean(Documents.class).read();
			}
			for (int i = 0; i < 3; i++) {
				assertThat(context.getBean(MeterRegistry.class)
					.get("lumoauth.method")
					.tag("call", String.valueOf(i))
					.timer()
					.count()).isOne();
			}
		});
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
			}
		});
		assertThat(output).containsOnlyOnce("could not be recorded. This is logged once.");
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
