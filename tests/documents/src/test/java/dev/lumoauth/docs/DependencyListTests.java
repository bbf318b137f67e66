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
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That {@code docs/dependencies.md}, or {@code CONTRIBUTING.md} for what reaches no
 * application, has everything that a module depends on.
 */
class DependencyListTests {

	private static final Pattern MANAGEMENT = Pattern.compile("(?s)<(dependencyManagement|build)>.*?</\\1>");

	private static final Pattern DEPENDENCY = Pattern
		.compile("<dependency>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>");

	@ParameterizedTest
	@MethodSource("modules")
	void listsEveryDependency(Path pom) throws IOException {
		String list = new Document("dependencies.md").text() + new Document("../CONTRIBUTING.md").text();
		String ofTheModule = MANAGEMENT.matcher(Files.readString(pom)).replaceAll("");
		assertThat(DEPENDENCY.matcher(ofTheModule).results())
			.filteredOn((dependency) -> !dependency.group(1).startsWith("dev.lumoauth"))
			.extracting((dependency) -> dependency.group(2))
			.allSatisfy((artifact) -> assertThat(list).contains("`" + artifact + "`"));
	}

	static List<Path> modules() {
		return Repository.poms();
	}

}
