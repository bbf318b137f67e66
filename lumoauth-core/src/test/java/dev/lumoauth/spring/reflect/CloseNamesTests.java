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

package dev.lumoauth.spring.reflect;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CloseNames}.
 */
class CloseNamesTests {

	private static final List<String> KNOWN = List.of("read:documents", "write:documents", "mcp:financial",
			"tool:search_web", "openid");

	@ParameterizedTest
	@CsvSource({ "read:document, read:documents", "Read:Documents, read:documents", "read:docuemnts, read:documents",
			"read.documents, read:documents", "documents:read, read:documents", "read:documents:all, read:documents",
			"raed:documents, read:documents", "wirte:documents, write:documents", "mcp:finance, mcp:financial",
			"tool:search-web, tool:search_web", "search_web, tool:search_web", "opnid, openid", "delete:documents, ",
			"mcp:weather, ", "send:email, ", ":, ", "x, " })
	void findsWhatWasMeant(String name, String meant) {
		assertThat(CloseNames.find(name, KNOWN)).isEqualTo((meant != null) ? List.of(meant) : List.of());
	}

	@Test
	void findsThreeAtMostAndTheClosestFirst() {
		assertThat(CloseNames.find("read:report",
				List.of("read:rapport", "read:resort", "read:reports", "read:repos", "read:report", "write:report")))
			.containsExactly("read:reports", "read:resort", "read:rapport");
	}

	@Test
	void findsNothingAmongNothing() {
		assertThat(CloseNames.find("read:documents", List.of())).isEmpty();
	}

	@Test
	void isNotSlowedDownByNamesAsLongAsTheyMayBe() {
		String name = "a".repeat(256);
		assertThat(CloseNames.find(name, List.of("b".repeat(256), "a".repeat(255)))).containsExactly("a".repeat(255));
	}

}
