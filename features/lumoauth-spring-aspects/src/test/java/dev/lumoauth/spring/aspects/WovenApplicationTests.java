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

package dev.lumoauth.spring.aspects;

import java.util.List;

import dev.lumoauth.spring.aspects.ApplicationRun.Weaving;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Code that no proxy reaches, in an application of its own process: woven by the agent,
 * by the compiler, by both, and not at all.
 */
class WovenApplicationTests {

	private static final String DENIED = "agent lacks 'read:documents' capability.";

	private static final String UNAVAILABLE = "Error: authorization is unavailable; try again later.";

	private static final List<String> READ_BY_A_MODEL = List.of("tool", "function tool", "tool callback", "chat");

	@ParameterizedTest
	@EnumSource(names = { "BY_THE_AGENT", "BY_THE_COMPILER" })
	void guardsWhatNoProxyReaches(Weaving weaving) throws Exception {
		guards(weaving);
	}

	@Test
	@Tag("nightly")
	void guardsOnceWhatIsWovenTwice() throws Exception {
		guards(Weaving.BY_BOTH);
	}

	private static void guards(Weaving weaving) throws Exception {
		ApplicationRun run = ApplicationRun.of(weaving, "woven");
		assertStarts(run, weaving);
		assertRefused(run, "before", "No application context with LumoAuth is open");
		assertThat(run.in("denied")).hasSize(31)
			.allSatisfy((shape, outcome) -> assertThat(outcome).startsWith("0 / ").endsWith(DENIED));
		assertThat(run.in("denied")).containsEntry("self-call", "0 / CapabilityDeniedException: " + DENIED)
			.containsEntry("chat", "0 / Error: " + DENIED)
			.containsEntry("chat of a model bean", "0 / Error: " + DENIED);
		assertRuns(run);
		assertThat(run.in("revoked"))
			.containsOnlyKeys("Mono subscribed to again", "Flux subscribed to again", "not about the annotation")
			.containsEntry("Mono subscribed to again", "0 / CapabilityDeniedException: " + DENIED)
			.containsEntry("Flux subscribed to again", "0 / CapabilityDeniedException: " + DENIED)
			.containsEntry("not about the annotation", "0 / falsetyped2OPENDocument[name=a]callback");
		assertRefused(run, "closed", "No application context with LumoAuth is open");
		assertRefused(run, "off", "LumoAuth is turned off by lumoauth.enabled=false");
	}

	private static void assertRefused(ApplicationRun run, String phase, String why) {
		assertThat(run.in(phase)).hasSize(30).allSatisfy((shape, outcome) -> {
			assertThat(outcome).startsWith("0 / ");
			if (READ_BY_A_MODEL.contains(shape)) {
				assertThat(outcome).endsWith(UNAVAILABLE);
			}
			else {
				assertThat(outcome).startsWith("0 / LumoAuthUnavailableException: " + why);
			}
		});
	}

	private static void assertRuns(ApplicationRun run) {
		assertThat(run.in("allowed")).hasSize(35)
			.containsEntry("self-call", "1 / ran")
			.containsEntry("primitive and varargs", "1 / 4")
			.containsEntry("failing", "1 / IOException: no disk")
			.containsEntry("chat", "1 / \"ran\"")
			.containsEntry("Mono subscribed to twice", "2 / ranran")
			.containsEntry("Flux subscribed to twice", "2 / ranran")
			.hasEntrySatisfying("without a user",
					(outcome) -> assertThat(outcome).startsWith("0 / UserRequiredException: "));
		assertThat(run.in("allowed").values()).filteredOn((outcome) -> outcome.startsWith("1 / ")).hasSize(32);
	}

	private static void assertStarts(ApplicationRun run, Weaving weaving) {
		assertThat(run.starts()).hasSize(5).allSatisfy((shape, outcome) -> assertThat(outcome).isEqualTo("started"));
		String way = (weaving == Weaving.BY_THE_COMPILER) ? "woven when they were compiled"
				: "woven as classes are loaded";
		assertThat(run.log())
			.filteredOn((line) -> line.contains("LumoAuth guards methods by proxies and, " + way + ", by the aspects"))
			.hasSizeGreaterThan(4);
		assertThat(run.log()).noneMatch((line) -> line.startsWith("[AppClassLoader"));
	}

	@Test
	void refusesToStartWithThemWhereNothingIsWoven() throws Exception {
		ApplicationRun run = ApplicationRun.of(Weaving.NOT);
		assertThat(run.starts()).hasSize(5)
			.containsEntry("Plain", "started")
			.hasEntrySatisfying("Document",
					(refusal) -> assertThat(refusal).contains("GuardConfigurationException", "Shapes$Document",
							"so no guard can stand around it"))
			.hasEntrySatisfying("Closed",
					(refusal) -> assertThat(refusal).contains("Shapes$Closed", "is final, so no guard"))
			.hasEntrySatisfying("Hidden",
					(refusal) -> assertThat(refusal).contains("Method hidden of class", "Shapes$Hidden", "is private"))
			.hasEntrySatisfying("Shelf",
					(refusal) -> assertThat(refusal).contains("GuardConfigurationException", "so no guard"));
		assertThat(run.log()).filteredOn((line) -> line.contains("LumoAuth guards methods by proxies only"))
			.singleElement()
			.asString()
			.contains("WARN", "no weaver is active", "-javaagent:aspectjweaver.jar");
	}

}
