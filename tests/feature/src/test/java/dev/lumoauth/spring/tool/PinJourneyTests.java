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

import java.util.stream.Stream;

import dev.lumoauth.pin.Pins;
import dev.lumoauth.pin.autoconfigure.PinAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.LumoAuthAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.tool.ToolGuardJourneyTests.Kind;
import dev.lumoauth.spring.tool.ToolGuardJourneyTests.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every tool of the tool journeys on several paths, at night on every one: with the
 * capability, but without the PIN, it doesn't run.
 */
class PinJourneyTests {

	private static final FakeDecisions DECISIONS = new FakeDecisions();

	private static ScriptedOpenAi model;

	private static AnnotationConfigApplicationContext shared;

	@BeforeAll
	static void start() {
		model = new ScriptedOpenAi();
		shared = new AnnotationConfigApplicationContext();
		TestPropertyValues.of("spring.ai.openai.base-url=" + model.baseUrl(), "spring.ai.openai.api-key=none",
				"spring.ai.openai.max-retries=0", "lumoauth.tenant=acme-corp", "lumoauth.client-id=agt_1",
				"lumoauth.client-secret=a-secret", "lumoauth.verify-at-start=off", "lumoauth.pin.codes.payments=4711")
			.applyTo(shared);
		shared.register(PinConfiguration.class, GuardedTools.Beans.class, ShapedTools.Beans.class,
				ToolGuardJourneyTests.Everything.class);
		shared.refresh();
	}

	@AfterAll
	static void stop() {
		shared.close();
		model.close();
	}

	@BeforeEach
	void reset() {
		DECISIONS.reset();
		GuardedTools.RUNS.set(0);
		shared.getBean(Pins.class).forget();
	}

	static Stream<Arguments> everyGuardedToolOnEveryPath() {
		return ToolGuardJourneyTests.everyToolOnEveryPath()
			.filter((row) -> ((Kind) row.get()[0]).isGuardedBy((Path) row.get()[1]));
	}

	/**
	 * Begins with another path for each tool.
	 */
	static Stream<Arguments> everyGuardedToolOnEveryFourthPath() {
		return everyGuardedToolOnEveryPath()
			.filter((row) -> (((Kind) row.get()[0]).ordinal() + ((Path) row.get()[1]).ordinal()) % 4 == 0);
	}

	@ParameterizedTest(name = "{0} by {1}")
	@MethodSource("everyGuardedToolOnEveryFourthPath")
	void refusesWithoutThePinAndRunsWithIt(Kind kind, Path path) {
		refusesWithoutThePin(kind, path);
	}

	@ParameterizedTest(name = "{0} by {1}")
	@Tag("nightly")
	@MethodSource("everyGuardedToolOnEveryPath")
	void refusesWithoutThePinAndRunsWithItOnEveryPath(Kind kind, Path path) {
		refusesWithoutThePin(kind, path);
	}

	private static void refusesWithoutThePin(Kind kind, Path path) {
		assertThat(ask(kind, path)).contains("lacks 'read:documents'");
		DECISIONS.grant("read:documents");
		assertThat(ask(kind, path)).contains("Error: the PIN 'payments' has not been entered.")
			.doesNotContain("secret");
		assertThat(shared.getBean(Pins.class).enter("payments", "4712")).isFalse();
		assertThat(ask(kind, path)).contains("Error: the PIN 'payments' has not been entered.");
		assertThat(GuardedTools.RUNS).hasValue(0);
		assertThat(shared.getBean(Pins.class).enter("payments", "4711")).isTrue();
		assertThat(ask(kind, path)).contains(kind.answer());
		assertThat(GuardedTools.RUNS).hasValue(1);
	}

	private static String ask(Kind kind, Path path) {
		model.willCall(kind.toolName(), "{\"text\":\"x\"}");
		return path.ask(shared, kind.tools(shared));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ LumoAuthAutoConfiguration.class, PinAutoConfiguration.class })
	static class PinConfiguration {

		@Bean
		CapabilityDecisions decisions() {
			return DECISIONS;
		}

	}

}
