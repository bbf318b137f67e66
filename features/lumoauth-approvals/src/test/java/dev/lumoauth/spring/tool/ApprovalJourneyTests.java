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

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

import dev.lumoauth.spring.ManualClock;
import dev.lumoauth.spring.approval.ApprovalState;
import dev.lumoauth.spring.approval.process.Approvals;
import dev.lumoauth.spring.approval.process.ApprovalsBuilder;
import dev.lumoauth.spring.approval.ScriptedPeople;
import dev.lumoauth.spring.approval.autoconfigure.LumoAuthApprovalsAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.guard.RefusalText;
import dev.lumoauth.spring.tool.ToolGuardJourneyTests.Kind;
import dev.lumoauth.spring.tool.ToolGuardJourneyTests.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every tool on every path that is guarded, of an agent that lacks the capability and
 * asks for it: the body runs exactly as often as people approved.
 */
class ApprovalJourneyTests {

	private static final Set<Kind> DOORS = EnumSet.of(Kind.PUBLIC_ON_BEAN, Kind.CALLBACK_BEAN, Kind.FUNCTION_BEAN,
			Kind.PROVIDER_BEAN, Kind.IN_LIST, Kind.PUBLIC_INLINE);

	private static final Set<Path> PATHS = EnumSet.of(Path.BUILDER_CALL, Path.BUILDER_STREAM, Path.CREATE,
			Path.MANUAL_LOOP_WITH_THE_BEAN);

	private static final FakeDecisions DECISIONS = new FakeDecisions();

	/** Made for each chat, with a delegate in a map or an array. */
	static final Set<Kind> ONLY_THAT_OBJECT = EnumSet.of(Kind.IN_MAP, Kind.IN_ARRAY, Kind.IN_PROVIDER);

	private static final ScriptedPeople PEOPLE = new ScriptedPeople();

	private static final ManualClock CLOCK = new ManualClock();

	private static ScriptedOpenAi model;

	private static AnnotationConfigApplicationContext shared;

	@BeforeAll
	static void start() {
		model = new ScriptedOpenAi();
		shared = new AnnotationConfigApplicationContext();
		TestPropertyValues
			.of("spring.ai.openai.base-url=" + model.baseUrl(), "spring.ai.openai.api-key=none",
					"spring.ai.openai.max-retries=0")
			.applyTo(shared);
		shared.register(PeopleConfiguration.class, GuardedTools.Beans.class, ShapedTools.Beans.class,
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
		PEOPLE.reset();
		GuardedTools.RUNS.set(0);
		// What was asked before is over, and told to nobody, and no denial counts any
		// more.
		Approvals approvals = shared.getBean(Approvals.class);
		approvals.pending().forEach((approval) -> approvals.cancel(approval.id()));
		CLOCK.advance(Duration.ofDays(2));
	}

	static Stream<Arguments> everyGuardedToolOnEveryPath() {
		return ToolGuardJourneyTests.everyToolOnEveryPath().filter((row) -> {
			Kind kind = (Kind) row.get()[0];
			Path path = (Path) row.get()[1];
			return kind.isGuardedBy(path);
		});
	}

	/**
	 * Every tool on one path, and one tool of each door on every path.
	 */
	static Stream<Arguments> everyToolAndEveryPath() {
		return everyGuardedToolOnEveryPath().filter((row) -> !ONLY_THAT_OBJECT.contains((Kind) row.get()[0]))
			.filter((row) -> row.get()[1] == Path.BUILDER_CALL || DOORS.contains((Kind) row.get()[0]));
	}

	static Stream<Arguments> oneToolOfEachDoor() {
		return everyGuardedToolOnEveryPath()
			.filter((row) -> DOORS.contains((Kind) row.get()[0]) && PATHS.contains((Path) row.get()[1]));
	}

	@ParameterizedTest(name = "{0} by {1}")
	@MethodSource("everyToolAndEveryPath")
	void runsAsOftenAsItWasApproved(Kind kind, Path path) {
		String text = kind + "-" + path;
		assertThat(ask(kind, path, text)).contains("Approval pending: ").doesNotContain("secret");
		assertThat(ask(kind, path, text)).contains("Approval pending: ");
		assertThat(PEOPLE.questions()).hasSize(1);
		PEOPLE.decide(ApprovalState.APPROVED, null);
		String other = ask(kind, path, "other-" + text);
		if (PEOPLE.questions().size() == 1) {
			// No argument of it reaches the guard next to the code: it is the same call.
			assertThat(other).contains(kind.answer());
			return;
		}
		assertThat(other).contains("Approval pending: ");
		assertThat(GuardedTools.RUNS).hasValue(0);
		assertThat(ask(kind, path, text)).contains(kind.answer());
		assertThat(GuardedTools.RUNS).hasValue(1);
		// Read again, or asked for again: it doesn't run a second time.
		assertThat(ask(kind, path, text)).containsAnyOf(kind.answer(), "Approval pending: ");
		assertThat(GuardedTools.RUNS).hasValue(1);
	}

	/**
	 * Such a tool is another one in each chat, so nothing that was approved runs.
	 */
	@ParameterizedTest
	@FieldSource("ONLY_THAT_OBJECT")
	void isForOneObjectIfWhatItHoldsMayChange(Kind kind) {
		assertThat(ask(kind, Path.BUILDER_CALL, "a")).contains("Approval pending: ");
		PEOPLE.decide(ApprovalState.APPROVED, null);
		assertThat(ask(kind, Path.BUILDER_CALL, "a")).contains("Approval pending: ");
		assertThat(GuardedTools.RUNS).hasValue(0);
	}

	@ParameterizedTest(name = "{0} by {1}")
	@MethodSource("oneToolOfEachDoor")
	void doesNotRunWithoutAnApproval(Kind kind, Path path) {
		String text = kind + "-" + path;
		PEOPLE.unavailable(true);
		assertThat(ask(kind, path, text)).contains(RefusalText.UNAVAILABLE).doesNotContain("lumo.internal");
		PEOPLE.unavailable(false);
		assertThat(ask(kind, path, text)).contains("Approval pending: ");
		PEOPLE.decide(ApprovalState.DENIED, "not \u202Ethis\nway");
		assertThat(ask(kind, path, text)).contains("Error: a person denied this call.").contains("way");
		assertThat(ask(kind, path, text)).contains("Error: a person denied this call.");
		assertThat(PEOPLE.questions()).hasSize(1);
		CLOCK.advance(Duration.ofHours(1));
		assertThat(ask(kind, path, text)).contains("Approval pending: ");
		CLOCK.advance(Duration.ofMinutes(6));
		assertThat(ask(kind, path, text)).contains("Error: nobody approved this call in time.");
		assertThat(ask(kind, path, text)).contains("Approval pending: ");
		assertThat(GuardedTools.RUNS).hasValue(0);
	}

	private static String ask(Kind kind, Path path, String text) {
		model.willCall(kind.toolName(), "{\"text\":\"" + text + "\"}");
		return path.ask(shared, kind.tools(shared));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(LumoAuthApprovalsAutoConfiguration.class)
	static class PeopleConfiguration {

		@Bean
		CapabilityDecisions decisions() {
			return DECISIONS;
		}

		@Bean
		Approvals approvals() {
			return new ApprovalsBuilder("agt_1", () -> PEOPLE.interval(Duration.ZERO)).requestDenied(true)
				.clock(CLOCK)
				.build();
		}

	}

}
