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

package dev.lumoauth.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That a type is public only where users name it, which is the list of japicmp in the
 * root POM, or where it is the door to its package, which is {@code public-types.txt}.
 * Reads sources, as a module that is built later has no classes yet; but for signatures.
 */
class PublicTypesTests {

	private static final List<String> LIBRARY = library();

	private static final Path LIST = Path.of("src/test/resources/public-types.txt");

	/** A type, and behind a colon why it is a door. */
	private static final Pattern DOOR = Pattern.compile("[\\w.]+: \\S.{10,}");

	private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);

	private static final Pattern TYPE = Pattern.compile(
			"^public (?:(?:final|abstract|sealed|non-sealed) )*(?:class|record|interface|enum|@interface|aspect) (\\w+)",
			Pattern.MULTILINE);

	private static final Pattern INCLUDE = Pattern.compile("<include>(dev\\.lumoauth[\\w.]*)</include>");

	@Test
	void whatIsPublicIsListed() throws IOException {
		Set<String> open = open();
		open.removeAll(listed());
		assertThat(open).as("These are public, and nobody has said why. Make them package-private; or, if users are to "
				+ "name one, add it to the includes of japicmp in pom.xml; or, if it is the one type by which another "
				+ "package puts its package together, add it to the doors in %s, with the reason", LIST)
			.isEmpty();
	}

	@Test
	void whatIsListedIsPublic() throws IOException {
		Set<String> listed = listed();
		assertThat(listed).isNotEmpty();
		listed.removeAll(open());
		assertThat(listed)
			.as("These are no longer public types outside the API. Remove them from %s, so that the list stays true",
					LIST)
			.isEmpty();
	}

	@Test
	void theListIsSortedAndSaysWhyADoorIsOne() throws IOException {
		List<List<String>> sections = sections();
		assertThat(sections).hasSize(2);
		assertThat(sections.get(0).stream().filter((line) -> !DOOR.matcher(line).matches()))
			.as("These doors have no reason: write it behind a colon")
			.isEmpty();
		assertThat(sections.get(1)).noneMatch((line) -> line.contains(":"));
		assertThat(sections).allSatisfy((lines) -> assertThat(names(lines)).isSorted().doesNotHaveDuplicates());
	}

	@Test
	void whatTheApiListsIsThere() throws IOException {
		Set<String> there = new TreeSet<>();
		types(Stream.concat(LIBRARY.stream(), Stream.of("lumoauth-spring-boot-starter-test"))).forEach((type) -> {
			there.add(type);
			there.add(packageOf(type));
		});
		Set<String> api = api();
		assertThat(api).isNotEmpty();
		api.removeAll(there);
		assertThat(api).as("japicmp compares nothing for these, which are not there: correct its includes in pom.xml")
			.isEmpty();
	}

	@Test
	void whatTheApiNamesIsApi() throws IOException {
		Set<String> api = api();
		Set<String> outside = new ClassFileImporter().withImportOption(new LibraryOnly())
			.importPackages("dev.lumoauth.spring")
			.stream()
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC) && isIn(api, type))
			.flatMap((type) -> type.getCodeUnits().stream())
			.filter((member) -> member.getModifiers().contains(JavaModifier.PUBLIC))
			.flatMap((member) -> named(member)
				.filter((type) -> type.getName().startsWith("dev.lumoauth.") && !isIn(api, type))
				.map((type) -> member.getFullName() + " names " + type.getName()))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(outside)
			.as("What users call names types that japicmp doesn't compare: add them to its includes in "
					+ "pom.xml, or make the method package-private")
			.isEmpty();
	}

	private static List<String> library() {
		try (Stream<Path> features = Files.list(Path.of("../features"));
				Stream<Path> frameworks = Files.list(Path.of("../frameworks"))) {
			return Stream
				.concat(Stream.of("lumoauth-core", "lumoauth-spring-ai", "lumoauth-spring-boot-autoconfigure"),
						Stream.concat(features, frameworks)
							.map((module) -> module.getParent().getFileName() + "/" + module.getFileName()))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<JavaClass> named(JavaCodeUnit member) {
		return Stream.concat(Stream.of(member.getReturnType()), member.getParameterTypes().stream())
			.flatMap((type) -> type.getAllInvolvedRawTypes().stream())
			.map(JavaClass::getBaseComponentType);
	}

	private static boolean isIn(Set<String> api, JavaClass type) {
		return api.contains(type.getPackageName()) || api.contains(type.getName().replaceFirst("\\$.*", ""));
	}

	/**
	 * Return what is public outside the API. Auto-configurations aside: Spring Boot finds
	 * them, and an application names one to exclude it.
	 */
	private static Set<String> open() throws IOException {
		Set<String> api = api();
		Set<String> open = types(LIBRARY.stream());
		assertThat(open).hasSizeGreaterThan(100);
		open.removeIf(
				(type) -> type.endsWith("AutoConfiguration") || api.contains(type) || api.contains(packageOf(type)));
		return open;
	}

	private static Set<String> api() throws IOException {
		return INCLUDE.matcher(Files.readString(Path.of("../pom.xml")))
			.results()
			.map((found) -> found.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Set<String> types(Stream<String> modules) {
		return modules.map((module) -> Path.of("..", module, "src", "main"))
			.flatMap(PublicTypesTests::sources)
			.flatMap(PublicTypesTests::typesOf)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Stream<String> sources(Path folder) {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter((file) -> file.toString().matches(".*\\.(java|aj)"))
				.map(PublicTypesTests::read)
				.toList()
				.stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Stream<String> typesOf(String source) {
		String name = PACKAGE.matcher(source).results().map((found) -> found.group(1)).findFirst().orElseThrow();
		return TYPE.matcher(source).results().map((MatchResult found) -> name + "." + found.group(1));
	}

	private static String packageOf(String type) {
		return type.substring(0, type.lastIndexOf('.'));
	}

	private static Set<String> listed() throws IOException {
		return sections().stream()
			.flatMap((lines) -> names(lines).stream())
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static List<String> names(List<String> lines) {
		return lines.stream().map((line) -> line.replaceFirst(":.*", "")).toList();
	}

	/**
	 * Return the entries below each heading, {@code ##}, without comments.
	 */
	private static List<List<String>> sections() throws IOException {
		return Stream.of(Files.readString(LIST).split("(?m)^## .*$"))
			.skip(1)
			.map((section) -> section.lines().filter((line) -> !line.isBlank() && !line.startsWith("#")).toList())
			.toList();
	}

}
