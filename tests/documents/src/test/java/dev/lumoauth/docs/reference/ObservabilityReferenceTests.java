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

package dev.lumoauth.docs.reference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.lumoauth.docs.Document;
import dev.lumoauth.docs.Repository;
import dev.lumoauth.spring.capability.CapabilityObservationDocumentation;
import dev.lumoauth.spring.guard.observation.GuardObservationDocumentation;
import dev.lumoauth.spring.token.cache.TokenObservationDocumentation;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.docs.ObservationDocumentation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.BeanUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That docs/observability.md has the tags of each observation, and each audit event.
 */
class ObservabilityReferenceTests {

	private static final List<Path> AUDIT = List.of(
			Repository.source("dev.lumoauth.spring.autoconfigure.actuate.AuditTrail"),
			Repository.source("dev.lumoauth.spring.approval.autoconfigure.ApprovalAuditTrail"));

	private static final Pattern CODE = Pattern.compile("`([^`]+)`");

	private static final Pattern EVENT = Pattern.compile("\"(LUMOAUTH_\\w+)\"");

	private static final String PAGE = new Document("observability.md").text();

	static Stream<ObservationDocumentation> observations() {
		return Stream.of(CapabilityObservationDocumentation.CAPABILITY, GuardObservationDocumentation.TOOL,
				TokenObservationDocumentation.TOKEN);
	}

	@ParameterizedTest
	@MethodSource("observations")
	void hasTheTagsOfEachObservation(ObservationDocumentation observation) {
		String name = BeanUtils.instantiateClass(observation.getDefaultConvention()).getName();
		String[] cells = PAGE.lines()
			.filter((line) -> line.startsWith("| `" + name + "`:"))
			.findFirst()
			.orElseThrow()
			.split(" \\| ");
		assertThat(names(cells[1])).containsExactlyInAnyOrderElementsOf(names(observation.getLowCardinalityKeyNames()));
		assertThat(names(cells[2]))
			.containsExactlyInAnyOrderElementsOf(names(observation.getHighCardinalityKeyNames()));
	}

	@Test
	void hasEachAuditEvent() throws IOException {
		List<String> types = new ArrayList<>();
		for (Path source : AUDIT) {
			EVENT.matcher(Files.readString(source)).results().forEach((event) -> types.add(event.group(1)));
		}
		assertThat(types).hasSize(7).allSatisfy((type) -> assertThat(PAGE).contains("| `" + type + "` |"));
	}

	private static List<String> names(KeyName... keys) {
		return Stream.of(keys).map(KeyName::asString).toList();
	}

	/**
	 * Without what a tag can be, which stands in parentheses.
	 */
	private static List<String> names(String cell) {
		Stream<MatchResult> names = CODE.matcher(cell.replaceAll("\\([^)]*\\)", "")).results();
		return names.map((name) -> name.group(1)).toList();
	}

}
