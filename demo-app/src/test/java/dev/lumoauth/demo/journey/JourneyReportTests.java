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

package dev.lumoauth.demo.journey;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.BudgetStatus;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JourneyReport}.
 */
class JourneyReportTests {

	private static final Step.Identity IDENTITY = new Step.Identity("agt_1", "Analyst", "acme-corp", 3599L, null, null);

	@Test
	void tellsTheWholeWay() {
		assertThat(JourneyReport.lines(new Journey("It is 7.", null, List.of(IDENTITY, budget("before", 0),
				new Step.Decision("read:documents", "allow", "LumoAuth", 12, "offering the tools"),
				new Step.Tools(Map.of("search", Set.of("read:documents")), Map.of("query", Set.of("mcp:financial")),
						Set.of("report")),
				new Step.ModelCall("scripted", 1100, 20, 5, List.of("search")),
				new Step.Exchange("urn:mcp:financial-data", "agent:1", List.of(), 300L, null),
				new Step.ServerCall("query", "agent:1", "-", "a,b"), new Step.ToolResult("search", "[]"),
				new Step.ModelCall("scripted", 1200, 30, 6, List.of()), budget("after", 2350)))))
			.containsExactly("""
					1  Identity   agt_1 (Analyst), tenant acme-corp
					              an access token of its own, good for 60 min
					2  Tools      offered  search                   requires read:documents
					              hidden   query                    requires mcp:financial
					              missing  report                   its server sent no tools: see the warning above
					3  Decisions  allow    read:documents   LumoAuth    12 ms  before offering the tools
					4  Exchange   the agent's own token for one for urn:mcp:financial-data, good for 5 min
					              subject agent:1, no actor: the agent acts for itself
					   MCP server saw sub agent:1, act none, scope a b
					5  Model      scripted  1,100 tokens in,   20 out,    5 ms  calls search
					              scripted  1,200 tokens in,   30 out,    6 ms  answers
					   Budget     before  0 of 100,000 tokens used today
					              after   2,350 of 100,000 tokens used today
					6  Answer     It is 7.""".split("\n"));
	}

	@Test
	void tellsWhatWasRefused() {
		assertThat(JourneyReport
			.lines(new Journey(null, new IllegalStateException("Request failed", new IOException("Refused")),
					List.of(new Step.Identity(null, null, null, null, null, "LumoAuth could not be reached"),
							budget("before", 100_000),
							new Step.ToolResult("search", "Error: agent lacks 'read:documents' capability."),
							new Step.Exchange("urn:x", null, List.of(), null, "it is not allowed")))))
			.containsExactly("""
					1  Identity   not known: LumoAuth could not be reached
					3  Decisions  the model read: Error: agent lacks 'read:documents' capability.
					4  Exchange   urn:x refused: it is not allowed
					5  Model      did not answer
					   Budget     before  100,000 of 100,000 tokens used today: exhausted
					6  No answer  Request failed (Refused)""".split("\n"));
	}

	@Test
	void tellsForWhomTheAgentActs() {
		assertThat(
				JourneyReport
					.lines(new Journey("", null,
							List.of(new Step.Exchange("urn:x", "usr_1", List.of("agt_2", "agt_1"), 300L, null),
									new Step.ServerCall("query", "usr_1", "agt_2,agt_1", "a")))))
			.contains("""
					4  Exchange   the user's and the agent's token for one for urn:x, good for 5 min
					              subject usr_1, actor agt_2 and agt_1
					   MCP server saw sub usr_1, act agt_2,agt_1, scope a""".split("\n"));
	}

	@Test
	void saysWhenABudgetIsNotKnownOrNotLimited() {
		assertThat(JourneyReport.lines(new Journey("", null,
				List.of(new Step.Budget("before", BudgetStatus.State.UNKNOWN, "unavailable", List.of()),
						new Step.Budget("after", BudgetStatus.State.UNLIMITED, null, List.of())))))
			.contains("   Budget     before  not known: unavailable", "              after   no limit");
	}

	@Test
	void tellsOnceWhatBothGuardsAreTold() {
		assertThat(JourneyReport.lines(new Journey("", null,
				List.of(new Step.Decision("a", "allow", "cache", 0, "running it"),
						new Step.Decision("a", "allow", "cache", 1, "running it"),
						new Step.Decision("a", "deny", "cache", 0, "running it")))))
			.filteredOn((line) -> line.contains("cache"))
			.hasSize(2);
	}

	@Test
	void breaksLinesAt100Characters() {
		List<String> lines = JourneyReport.lines(new Journey("word ".repeat(60) + "x".repeat(200), null, List.of()));
		assertThat(lines).hasSizeGreaterThan(4).allMatch((line) -> line.length() <= 100);
		assertThat(String.join("", lines)).contains("x".repeat(86));
	}

	@Test
	void letsNoAnswerLeaveItsSectionOrControlTheTerminal() {
		assertThat(
				JourneyReport.lines(new Journey("One.\n\n3  Decisions  allow\r\n\u001b[2J\u202etwo", null, List.of())))
			.containsSubsequence("6  Answer     One.", "              ", "              3  Decisions  allow",
					"              \uFFFD[2J\uFFFDtwo");
	}

	private static Step.Budget budget(String when, long used) {
		return new Step.Budget(when, BudgetStatus.State.AVAILABLE, null,
				List.of(new BudgetStatus.Limit("max_tokens_per_day", used, 100_000L)));
	}

}
