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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the documents lead to no page that is not there, and that long ones have a table
 * of contents.
 */
class DocumentLinksTests {

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]+)(?:#[^)]*)?\\)");

	private static final Pattern ANCHOR = Pattern.compile("\\]\\(([^)#:\\s]*)#([^)]+)\\)");

	private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

	private static final Pattern CODE = Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);

	/** Lines, from which on a page has a table of contents. */
	private static final int LONG = 230;

	@ParameterizedTest
	@MethodSource("documents")
	void leadSomewhere(Path document) throws IOException {
		assertThat(LINK.matcher(Files.readString(document)).results().map((link) -> link.group(1)))
			.allSatisfy((link) -> assertThat(document.resolveSibling(link)).exists());
	}

	@ParameterizedTest
	@MethodSource("documents")
	void leadToHeadingsThatAreThere(Path document) throws IOException {
		for (MatchResult link : ANCHOR.matcher(Files.readString(document)).results().toList()) {
			Path target = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
			assertThat(HEADING.matcher(Files.readString(target)).results().map((heading) -> anchor(heading.group(1))))
				.contains(link.group(2));
		}
	}

	@ParameterizedTest
	@MethodSource("longPages")
	void longPagesBeginWithLinksToTheirSections(Path page) throws IOException {
		String[] parts = CODE.matcher(Files.readString(page)).replaceAll("").split("\n## ");
		assertThat(parts).hasSizeGreaterThan(2);
		assertThat(Arrays.stream(parts).skip(1).map((section) -> anchor(section.lines().findFirst().orElseThrow())))
			.allSatisfy((anchor) -> assertThat(parts[0]).contains("](#" + anchor + ")"));
	}

	/**
	 * What forges make of a heading.
	 */
	private static String anchor(String heading) {
		return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
	}

	static List<Path> longPages() throws IOException {
		List<Path> pages = new ArrayList<>();
		for (Path page : Repository.files(Repository.DOCS, ".md")) {
			if (Files.readAllLines(page).size() > LONG) {
				pages.add(page);
			}
		}
		return pages;
	}

	static List<Path> documents() {
		return Document.all().stream().map((name) -> Repository.DOCS.resolve(name)).toList();
	}

}
