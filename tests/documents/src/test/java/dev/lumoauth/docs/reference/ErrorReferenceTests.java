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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.lumoauth.docs.Document;
import dev.lumoauth.docs.Repository;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That docs/errors.md has each exception, and no message that the library doesn't have.
 */
class ErrorReferenceTests {

	private static final Pattern EXCEPTION = Pattern.compile("^public (?:final |abstract )*class (\\w+Exception) ",
			Pattern.MULTILINE);

	private static final Pattern LITERAL = Pattern.compile("\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"");

	private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

	private static final String PAGE = new Document("errors.md").text();

	/**
	 * What the library says, by file: its literals, joined where they are concatenated.
	 */
	private static final Map<String, String> SAID = said();

	@Test
	void hasEachException() throws IOException {
		List<String> exceptions = sources().flatMap((source) -> EXCEPTION.matcher(source).results())
			.map((exception) -> exception.group(1))
			.toList();
		assertThat(exceptions).hasSizeGreaterThan(12).allSatisfy((name) -> assertThat(PAGE).contains("`" + name + "`"));
	}

	@Test
	void hasNoMessageThatNobodySays() {
		assertThat(messages()).hasSizeGreaterThan(60)
			.allSatisfy((message) -> assertThat(SAID.values())
				.anyMatch((said) -> Stream.of(message.split("…")).allMatch((part) -> said.contains(part.strip()))));
	}

	@Test
	void hasEachMessageOnceInATable() {
		assertThat(PAGE.split("\n#+ ")).hasSizeGreaterThan(3)
			.allSatisfy((section) -> assertThat(messages(section)).doesNotHaveDuplicates());
		assertThat(PAGE.lines().filter((line) -> line.startsWith("| ") && !line.startsWith("| message")))
			.doesNotHaveDuplicates();
	}

	/**
	 * In a table, before the last column, which says what to do: what is a sentence or a
	 * part of one.
	 */
	private static Stream<String> messages() {
		return messages(PAGE);
	}

	private static Stream<String> messages(String text) {
		return text.lines()
			.filter((line) -> line.startsWith("| "))
			.map((line) -> line.substring(0, line.lastIndexOf(" | ")))
			.flatMap((cells) -> CODE.matcher(cells).results())
			.map((code) -> code.group(1))
			.filter((code) -> code.contains(" "));
	}

	private static Map<String, String> said() {
		Map<String, String> said = new TreeMap<>();
		sources().forEach((source) -> said.put(source, joined(source)));
		return said;
	}

	private static String joined(String code) {
		StringBuilder joined = new StringBuilder();
		LITERAL.matcher(code.replaceAll("\"\\s*\\+\\s*\"", ""))
			.results()
			.map(MatchResult::group)
			.forEach((literal) -> joined.append(literal, 1, literal.length() - 1).append('\n'));
		return joined.toString().replace("\\\"", "\"");
	}

	private static Stream<String> sources() {
		return Repository.sources().stream().map(ErrorReferenceTests::read);
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
