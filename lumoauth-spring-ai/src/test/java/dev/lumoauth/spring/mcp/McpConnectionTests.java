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

package dev.lumoauth.spring.mcp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.Match;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class McpConnectionTests {

	@Test
	void aToolNeedsWhatTheConnectionNeedsAndWhatItNeedsItself() {
		McpConnection connection = connection("mcp:financial", Map.of("query", "mcp:financial:read"));
		assertThat(connection.requirementOf("query"))
			.isEqualTo(new CapabilityRequirement(List.of("mcp:financial", "mcp:financial:read"), Match.ALL));
		assertThat(connection.requirementOf("other")).isEqualTo(CapabilityRequirement.of("mcp:financial"));
	}

	@Test
	void aToolThatNeedsNothingNeedsNothing() {
		McpConnection connection = connection(null, Map.of("query", "mcp:financial:read"));
		assertThat(connection.requirementOf("query")).isEqualTo(CapabilityRequirement.of("mcp:financial:read"));
		assertThat(connection.requirementOf("other")).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "queryfinancials, queryFinancials", "queryfinancials, query_financials",
			"query-financials, query_financials", "query.x, query.x", "query-financials, Query.Financials" })
	void aNameCountsHoweverItIsWritten(String configured, String tool) {
		assertThat(connection(null, Map.of(configured, "mcp:read")).requirementOf(tool))
			.isEqualTo(CapabilityRequirement.of("mcp:read"));
	}

	@Test
	void anExactNameWins() {
		McpConnection connection = connection(null, Map.of("query_x", "a", "query-x", "b"));
		assertThat(connection.requirementOf("query_x")).isEqualTo(CapabilityRequirement.of("a"));
		assertThat(connection.requirementOf("query-x")).isEqualTo(CapabilityRequirement.of("b"));
		CapabilityRequirement inexact = connection.requirementOf("queryX");
		assertThat(inexact).isNotNull();
		assertThat(inexact.match()).isEqualTo(Match.ALL);
		assertThat(inexact.capabilities()).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void joinsARequirementThatOneOfSeveralMeets() {
		CapabilityRequirement any = new CapabilityRequirement(List.of("a", "b"), Match.ANY);
		McpConnection connection = new McpConnection("x", "urn:x", null, Set.of(), any,
				Map.of("query", CapabilityRequirement.of("c")), OnBehalfOf.AGENT, false, UnlistedTools.DENY, Set.of());
		assertThat(connection.requirementOf("query")).isEqualTo(any.and(CapabilityRequirement.of("c")));
		assertThat(connection.requirementOf("other")).isEqualTo(any);
	}

	@Test
	void deniesAToolThatNoRuleNames() {
		McpConnection connection = new McpConnection("x", "urn:x", null, Set.of(), null,
				Map.of("query", CapabilityRequirement.of("a")), OnBehalfOf.AGENT, false, UnlistedTools.DENY, Set.of());
		assertThat(connection.requirementOf("query")).isEqualTo(CapabilityRequirement.of("a"));
		// With a Cyrillic letter.
		assertThat(connection.requirementOf("qu\u0435ry")).isEqualTo(CapabilityRequirement.NEVER_MET);
		assertThat(connection.requirementOf("")).isEqualTo(CapabilityRequirement.NEVER_MET);
	}

	@ParameterizedTest
	@CsvSource({ "читать, удалить", "читать, 削除", "read, read削除", "größe, gre", "???, !!!" })
	void aRuleListsOnlyToolsOfTheSameLetters(String configured, String other) {
		McpConnection connection = denying(Map.of(configured, CapabilityRequirement.of("a")));
		assertThat(connection.requirementOf(configured)).isEqualTo(CapabilityRequirement.of("a"));
		assertThat(connection.requirementOf(other)).isEqualTo(CapabilityRequirement.NEVER_MET);
	}

	@ParameterizedTest
	@CsvSource({ "читать_всё, Читать-Всё", "größe, gro\u0308ße" })
	void aNameOutsideOfAsciiCountsHoweverItIsWritten(String configured, String tool) {
		assertThat(denying(Map.of(configured, CapabilityRequirement.of("a"))).requirementOf(tool))
			.isEqualTo(CapabilityRequirement.of("a"));
	}

	/**
	 * Spring Boot drops these letters from a key that is not in brackets.
	 */
	@Test
	void aToolIsNotOpenWhereLettersOfItsNameWereDropped() {
		McpConnection connection = connection(null, Map.of("gre", "a"));
		assertThat(connection.requirementOf("größe")).isEqualTo(CapabilityRequirement.of("a"));
		assertThat(connection.requirementOf("größen")).isNull();
		assertThat(connection.requirementOf("削除")).isNull();
	}

	private static McpConnection denying(Map<String, CapabilityRequirement> tools) {
		return new McpConnection("x", "urn:x", null, Set.of(), null, tools, OnBehalfOf.AGENT, false, UnlistedTools.DENY,
				Set.of());
	}

	private static McpConnection connection(String capability, Map<String, String> tools) {
		Map<String, CapabilityRequirement> requirements = new HashMap<>();
		tools.forEach((name, needed) -> requirements.put(name, CapabilityRequirement.of(needed)));
		return new McpConnection("financial", "urn:mcp:financial-data", null, Set.of(),
				(capability != null) ? CapabilityRequirement.of(capability) : null, requirements, OnBehalfOf.AGENT,
				false, UnlistedTools.ALLOW, Set.of());
	}

}
