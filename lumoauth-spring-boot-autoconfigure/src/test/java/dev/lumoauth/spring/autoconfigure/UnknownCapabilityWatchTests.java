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

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.guard.CapabilityTerm;
import dev.lumoauth.spring.guard.GuardedCode;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.guard.GuardTerms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link UnknownCapabilityWatch}.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnknownCapabilityWatchTests {

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource();

	private final List<GuardedCode> guarded = new ArrayList<>();

	private final UnknownCapabilityWatch watch = new UnknownCapabilityWatch(this.lumoAuth, "agt_1", () -> this.guarded);

	@Test
	void namesWhatNeedsIt(CapturedOutput output) {
		this.lumoAuth.deny("read:document");
		guard("searchDocuments", "read:document");
		assertThat(ask("read:document")).containsExactly(Map.entry("read:document", false));
		assertThat(output.getOut()).contains("WARN")
			.contains("Agent 'agt_1' lacks the capability 'read:document', "
					+ "which searchDocuments needs. Correct the name, or grant it in LumoAuth. "
					+ "Logged once for each capability.");
	}

	@Test
	void saysItOnceForEachCapability(CapturedOutput output) {
		this.lumoAuth.deny("read:document", "mcp:finance");
		guard("searchDocuments", "read:document");
		guard("quote", "mcp:finance");
		for (int i = 0; i < 3; i++) {
			ask("read:document");
			ask("mcp:finance", "read:document");
		}
		assertThat(lines(output)).hasSize(2);
		assertThat(this.lumoAuth.questions()).hasSize(6);
	}

	@Test
	void namesThreeOfTheToolsAtMost(CapturedOutput output) {
		this.lumoAuth.deny("send:email");
		List.of("d", "b", "a", "c", "a").forEach((tool) -> guard(tool, "send:email"));
		ask("send:email");
		assertThat(output.getOut()).contains(", which a, b, c and 1 more need. Correct the name");
	}

	@Test
	void saysNothingWhereTheApplicationOnlyAsks(CapturedOutput output) {
		this.lumoAuth.deny("send:email");
		ask("send:email");
		assertThat(lines(output)).isEmpty();
		guard("sendMail", "send:email");
		ask("send:email");
		assertThat(lines(output)).hasSize(1);
	}

	@Test
	void saysNothingOfACapabilityThatIsRequested(CapturedOutput output) {
		this.lumoAuth.deny("send:email");
		this.guarded.add(new GuardedCode("sendMail", GuardLayer.BEAN_METHOD, null,
				GuardTerms.of(new CapabilityTerm(CapabilityRequirement.of("send:email"), true))));
		ask("send:email");
		assertThat(lines(output)).isEmpty();
	}

	@Test
	void saysNothingWithoutAnAnswer(CapturedOutput output) {
		guard("searchDocuments", "read:document");
		ask("read:document");
		this.lumoAuth.fail(new LumoAuthUnavailableException("down", null));
		assertThatExceptionOfType(LumoAuthUnavailableException.class).isThrownBy(() -> ask("read:document"));
		assertThat(lines(output)).isEmpty();
	}

	@Test
	void writesNothingThatCouldBeTakenForSomethingElse(CapturedOutput output) {
		this.lumoAuth.deny("read:document");
		guard("tool\r\nERROR forged", "read:document");
		ask("read:document");
		assertThat(lines(output)).singleElement().asString().contains("which tool??ERROR forged needs. Correct");
		assertThat(output.getOut().lines()).noneMatch((line) -> line.startsWith("ERROR"));
	}

	@Test
	void endsAfterAHundred(CapturedOutput output) {
		String[] names = IntStream.range(0, UnknownCapabilityWatch.MAX_SAID + 20)
			.mapToObj((i) -> "made-up:" + i)
			.toArray(String[]::new);
		for (String name : names) {
			guard(name, name);
		}
		this.lumoAuth.deny(names);
		ask(names);
		assertThat(lines(output)).hasSize(UnknownCapabilityWatch.MAX_SAID);
	}

	@Test
	void anAnswerIsAnAnswerWhateverGoesWrongHere(CapturedOutput output) {
		UnknownCapabilityWatch broken = new UnknownCapabilityWatch(this.lumoAuth, "agt_1", () -> {
			throw new IllegalStateException("broken");
		});
		this.lumoAuth.deny("read:document");
		assertThat(broken.ask(List.of("read:document"))).containsEntry("read:document", false);
		assertThat(lines(output)).isEmpty();
	}

	private void guard(String tool, String capability) {
		this.guarded.add(new GuardedCode(tool, GuardLayer.TOOL_BEAN, null,
				new GuardTerms(CapabilityRequirement.of(capability), false)));
	}

	private Map<String, Boolean> ask(String... names) {
		Collection<String> capabilities = List.of(names);
		Map<String, Boolean> answers = new HashMap<>();
		this.watch.ask(capabilities, answers::put);
		return answers;
	}

	private static List<String> lines(CapturedOutput output) {
		return output.getOut().lines().filter((line) -> line.contains("lacks the capability")).toList();
	}

}
