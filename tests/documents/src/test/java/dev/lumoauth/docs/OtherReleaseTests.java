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
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the profile {@code other-release} runs what only a newer Java can run, and the
 * wiring and the journeys of every module.
 */
class OtherReleaseTests {

	private static final Pattern ONLY_NEWER = Pattern.compile("@Enabled(ForJreRange\\(min|OnJre\\()");

	private final List<PathMatcher> included = included();

	@Test
	void runsWhatOnlyANewerJavaRuns() {
		assertThat(tests().stream().filter(OtherReleaseTests::isForANewerJava)).isNotEmpty()
			.allSatisfy(this::isIncluded);
	}

	@Test
	void runsTheWiringAndTheJourneysOfTools() {
		assertThat(tests().stream()
			.filter((test) -> test.toString()
				.matches(".*(/autoconfigure/.*(Configuration|Guard.*|Start|Security)|/tool/[^/]*Journey)Tests\\.java")))
			.isNotEmpty()
			.allSatisfy(this::isIncluded);
	}

	private void isIncluded(Path test) {
		assertThat(this.included).as("An <include> of the profile other-release in pom.xml for " + test)
			.anyMatch((each) -> each.matches(test));
	}

	private static List<Path> tests() {
		return Repository.library()
			.stream()
			.map((module) -> module.resolve("src/test/java"))
			.filter(Files::exists)
			.flatMap((folder) -> Repository.files(folder, "Tests.java").stream())
			.toList();
	}

	private static boolean isForANewerJava(Path test) {
		return ONLY_NEWER.matcher(read(test)).find();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<PathMatcher> included() {
		String pom = read(Repository.ROOT.resolve("pom.xml"));
		String profile = pom.substring(pom.indexOf("<id>other-release</id>"));
		String includes = profile.substring(0, profile.indexOf("</includes>"));
		return Pattern.compile("<include>([^<]+)</include>")
			.matcher(includes)
			.results()
			// In Maven's patterns, folders in between may be none.
			.map((found) -> FileSystems.getDefault()
				.getPathMatcher("glob:" + found.group(1).replace("/**/", "/{,**/}")))
			.toList();
	}

}
