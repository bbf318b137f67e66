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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That docs/architecture.md has the figures that .ci/figures counts. A count of lines or
 * words may be one in a hundred off: not every change of a line has to change the page.
 */
class FiguresTests {

	private static final Path PAGE = Repository.DOCS.resolve("architecture.md");

	private static final Pattern ROW = Pattern.compile("(?m)^(\\| ([^|]+?) \\| [^|]+ \\| )([^|]+?)( \\| [^|]+ \\|)$");

	private static final Map<String, String> COUNTED = new LinkedHashMap<>();

	@BeforeAll
	static void count() throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", Repository.ROOT.resolve(".ci/Figures.java").toString(),
						Repository.ROOT.toString()));
		// The applications that have the beans may be built at the same time.
		if (!Boolean.getBoolean("docs.write") && !Boolean.getBoolean("figures.beans")) {
			command.add("without beans");
		}
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
		output.lines()
			.map((line) -> line.split(" {2,}"))
			.filter((line) -> !line[1].equals("not built"))
			.forEach((line) -> COUNTED.put(line[0], line[1]));
		assertThat(COUNTED).hasSizeGreaterThan(8);
	}

	@Test
	void arePrintedAsCounted() throws IOException {
		String page = Files.readString(PAGE);
		if (Boolean.getBoolean("docs.write")) {
			page = ROW.matcher(page)
				.replaceAll((row) -> Matcher
					.quoteReplacement(row.group(1) + COUNTED.getOrDefault(row.group(2), row.group(3)) + row.group(4)));
			Files.writeString(PAGE, page);
		}
		Map<String, String> printed = new LinkedHashMap<>();
		ROW.matcher(page).results().forEach((row) -> printed.put(row.group(2), row.group(3)));
		assertThat(COUNTED).allSatisfy((measure, figure) -> assertThat(printed.get(measure))
			.as("%s. To write it: mvn test -pl tests/documents -am -Dtest=FiguresTests "
					+ "-Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true", measure)
			.isNotNull()
			.satisfies((now) -> assertThat(now).matches((text) -> same(measure, text, figure), "is " + figure)));
	}

	private static boolean same(String measure, String printed, String counted) {
		if (!measure.matches("(code lines|words) .*")) {
			return printed.equals(counted);
		}
		return printed.matches("\\d+")
				&& Math.abs(Long.parseLong(printed) - Long.parseLong(counted)) <= Long.parseLong(counted) / 100;
	}

}
