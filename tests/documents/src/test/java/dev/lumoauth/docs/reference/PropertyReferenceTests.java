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
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.lumoauth.docs.Repository;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the tables of docs/properties.md are what the library's metadata says. Writes them
 * with {@code -Ddocs.write=true}.
 */
class PropertyReferenceTests {

	private static final Path PAGE = Repository.DOCS.resolve("properties.md");

	private static final Pattern TABLE = Pattern.compile("(<!-- properties: (\\S+) -->\n).*?(<!-- end -->)",
			Pattern.DOTALL);

	@Test
	void tellsWhatTheMetadataTells() throws IOException, ReflectiveOperationException {
		String page = Files.readString(PAGE);
		List<Property> properties = Properties.all();
		List<String> prefixes = TABLE.matcher(page).results().map((table) -> table.group(2)).toList();
		assertThat(properties).hasSizeGreaterThan(35)
			.allSatisfy((property) -> assertThat(prefix(property, prefixes)).isNotEmpty());
		String generated = TABLE.matcher(page)
			.replaceAll((table) -> Matcher.quoteReplacement(table(table, properties, prefixes)));
		if (Boolean.getBoolean("docs.write")) {
			Files.writeString(PAGE, generated);
			page = generated;
		}
		assertThat(page)
			.as("To write it: mvn test -pl tests/documents -am -Dtest=PropertyReferenceTests "
					+ "-Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true")
			.isEqualTo(generated);
	}

	private static String table(MatchResult table, List<Property> properties, List<String> prefixes) {
		return properties.stream()
			.filter((property) -> prefix(property, prefixes).equals(table.group(2)))
			.map(Property::row)
			.collect(Collectors.joining("\n", table.group(1) + "| property | values | default | |\n|---|---|---|---|\n",
					"\n" + table.group(3)));
	}

	/**
	 * The longest that it begins with.
	 */
	private static String prefix(Property property, List<String> prefixes) {
		return prefixes.stream()
			.filter((prefix) -> property.name().startsWith(prefix + "."))
			.max(Comparator.comparingInt(String::length))
			.orElse("");
	}

}
