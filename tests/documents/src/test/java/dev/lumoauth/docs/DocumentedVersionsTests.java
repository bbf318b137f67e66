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

package dev.lumoauth.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the documents name the releases that the project is built with.
 */
class DocumentedVersionsTests {

	private static final String BOOT = "(?:spring-boot-starter-parent</artifactId>\\s*<version>|"
			+ "org\\.springframework\\.boot['\"]\\)? version ['\"]|spring-boot = \")";

	private static final String SPRING_AI = "(?:spring-ai-bom:|spring-ai = \"|spring-ai-[a-z-]+</artifactId>\\s*<version>)";

	@ParameterizedTest
	@ValueSource(strings = { "getting-started.md", "gradle.md" })
	void examplesTakeTheReleasesOfTheBuild(String document) throws IOException {
		assertThat(versions(document, BOOT)).isNotEmpty().containsOnly(property("spring-boot.version"));
		assertThat(versions(document, SPRING_AI)).isNotEmpty().containsOnly(property("spring-ai.version"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "mcp.md", "mcp-server.md" })
	void dependenciesTakeTheReleaseOfTheBuild(String document) throws IOException {
		assertThat(versions(document, SPRING_AI)).isNotEmpty().containsOnly(property("spring-ai.version"));
	}

	@Test
	void whatIsTestedIsWhatIsSaid() throws IOException {
		String other = first(Files.readString(Repository.ROOT.resolve(".ci/run")), "-Dspring-boot\\.version=([0-9.]+)");
		assertThat(new Document("../README.md").text().replaceAll("\\s+", " "))
			.contains("Spring Boot " + property("spring-boot.version") + " on Java 17", "Spring Boot " + other);
		assertThat(new Document("../CONTRIBUTING.md").text()).contains("-Dspring-boot.version=" + other);
	}

	private static Iterable<String> versions(String document, String before) {
		return Pattern.compile(before + "([0-9]+\\.[0-9]+\\.[0-9]+)")
			.matcher(new Document(document).text())
			.results()
			.map((found) -> found.group(1))
			.toList();
	}

	private static String property(String name) throws IOException {
		return first(Files.readString(Repository.ROOT.resolve("pom.xml")), "<" + name + ">([^<]+)<");
	}

	private static String first(String text, String pattern) {
		return Pattern.compile(pattern)
			.matcher(text)
			.results()
			.map((MatchResult found) -> found.group(1))
			.findFirst()
			.orElseThrow();
	}

}
