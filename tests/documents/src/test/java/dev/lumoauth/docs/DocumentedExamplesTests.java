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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the examples in the documents are the code of the packages beside this class,
 * which are compiled, and most of which their tests run. An example may leave out what
 * lies between two blank lines.
 */
class DocumentedExamplesTests {

	private static final Map<String, String> PACKAGES = Map.ofEntries(entry("../README.md", "readme"),
			entry("aauth.md", "aauth"),
			entry("adk.md", "../../../../../../../adk/src/main/java/dev/lumoauth/example/adk"),
			entry("answers.md", "answers"), entry("approvals.md", "approvals"), entry("beside.md", "beside"),
			entry("langchain4j.md",
					"../../../../../../../../frameworks/lumoauth-langchain4j/src/test/java/dev/lumoauth/docs/langchain4j"),
			entry("mcp-server.md", "server"), entry("migration.md", "migration"), entry("on-behalf-of.md", "user"),
			entry("revocation.md", "revocation"), entry("services.md", "services"), entry("testing.md", "testing"),
			entry("tools.md", "tools"));

	@Test
	void findsThem() {
		assertThat(examples()).hasSizeGreaterThan(15);
	}

	@ParameterizedTest
	@MethodSource("examples")
	void areInTheSources(Example example) throws IOException {
		assertThat(sources(PACKAGES.get(example.document()))).anyMatch((source) -> contains(source, example.code()));
	}

	@Test
	void areTheConfigurationOfTheApplicationThatActsForUsers() throws IOException {
		String configuration = plain(Files.readString(Path.of("src/test/resources/application.yml")));
		assertThat(new Document("on-behalf-of.md").blocks("yaml")).hasSize(4)
			.allMatch((code) -> configuration.contains(plain(code)));
	}

	@Test
	void areTheConfigurationOfTheApplicationsThatAnswer() throws IOException {
		String host = plain(Files.readString(Path.of("src/test/resources/answers-host.yml")));
		String server = plain(Files.readString(Path.of("src/test/resources/answers-server.yml")));
		assertThat(new Document("answers.md").blocks("yaml")).hasSize(2)
			.allMatch((code) -> (host + server).contains(plain(code)));
	}

	@Test
	void coverEveryDocument() {
		assertThat(Document.all())
			.filteredOn((name) -> !name.equals(Document.RUN_BY_ITSELF) && !new Document(name).blocks("java").isEmpty())
			.allSatisfy((name) -> assertThat(name).isIn(PACKAGES.keySet()));
	}

	static List<Example> examples() {
		return PACKAGES.keySet()
			.stream()
			.flatMap((name) -> new Document(name).blocks("java").stream().map((code) -> new Example(name, code)))
			.toList();
	}

	private static boolean contains(String source, String example) {
		int at = 0;
		for (String part : example.split("\n\\s*\n")) {
			at = source.indexOf(plain(part), at);
			if (at < 0) {
				return false;
			}
		}
		return true;
	}

	private static List<String> sources(String examples) throws IOException {
		List<String> sources = new ArrayList<>();
		try (Stream<Path> files = Files.list(Path.of("src/test/java/dev/lumoauth/docs", examples))) {
			for (Path file : files.toList()) {
				sources.add(plain(Files.readString(file)));
			}
		}
		return sources;
	}

	/**
	 * Without indentation and blank lines.
	 */
	private static String plain(String code) {
		return code.lines()
			.map(String::strip)
			.filter((line) -> !line.isEmpty())
			.collect(Collectors.joining("\n", "\n", "\n"));
	}

	record Example(String document, String code) {

	}

}
