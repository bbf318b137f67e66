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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That docs/architecture.md has a line for each module of the library, as its POM says
 * it.
 */
class ModulesTests {

	private static final Path PAGE = Repository.DOCS.resolve("architecture.md");

	private static final Pattern TABLE = Pattern.compile("(?<=<!-- modules -->\n).*?(?=<!-- end -->)", Pattern.DOTALL);

	private static final Pattern DESCRIPTION = Pattern.compile("<description>(.*?)</description>");

	@Test
	void hasEachModule() throws IOException {
		StringBuilder table = new StringBuilder("| module | what it is |\n|---|---|\n");
		for (Path module : Repository.library()) {
			table.append("| **`%s`** | %s |\n".formatted(module.getFileName(),
					find(DESCRIPTION, Files.readString(module.resolve("pom.xml")))));
		}
		String page = Files.readString(PAGE);
		String written = TABLE.matcher(page).replaceFirst(Matcher.quoteReplacement(table.toString()));
		if (Boolean.getBoolean("docs.write")) {
			Files.writeString(PAGE, written);
			page = written;
		}
		assertThat(page)
			.as("To write it: mvn test -pl tests/documents -am -Dtest=ModulesTests "
					+ "-Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true")
			.isEqualTo(written);
	}

	private static String find(Pattern pattern, String text) {
		return pattern.matcher(text).results().findFirst().map((found) -> found.group(1)).orElse("");
	}

}
