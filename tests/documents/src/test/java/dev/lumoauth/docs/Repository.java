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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folders of the repository that these tests read.
 */
public final class Repository {

	/** The folder of the root POM, seen from this module's. */
	public static final Path ROOT = Path.of("..", "..");

	/** The folder of the documents. */
	public static final Path DOCS = ROOT.resolve("docs");

	/** The folder of the modules that an application adds where it needs them. */
	private static final Path FEATURES = ROOT.resolve("features");

	/** The folder of the modules for agent frameworks other than Spring AI. */
	private static final Path FRAMEWORKS = ROOT.resolve("frameworks");

	private static final List<String> LIBRARY = List.of("lumoauth-core", "lumoauth-spring-ai",
			"lumoauth-spring-boot-autoconfigure");

	private Repository() {
	}

	/**
	 * Return the Java files of the library.
	 */
	public static List<Path> sources() {
		return library().stream()
			.map((module) -> module.resolve("src/main/java"))
			.filter(Files::exists)
			.flatMap((sources) -> files(sources, ".java").stream())
			.toList();
	}

	/**
	 * Return the folders of the modules that are released for production.
	 */
	static List<Path> library() {
		return Stream.of(LIBRARY.stream().map(ROOT::resolve), list(FEATURES).stream(), list(FRAMEWORKS).stream())
			.flatMap((modules) -> modules)
			.toList();
	}

	/**
	 * Return the Java file of a class of the library.
	 */
	public static Path source(String className) {
		Path name = Path.of(className.replace('.', '/') + ".java");
		return sources().stream().filter((file) -> file.endsWith(name)).findFirst().orElseThrow();
	}

	/**
	 * Return the POM of each module.
	 */
	static List<Path> poms() {
		return Stream.of(ROOT, FEATURES, FRAMEWORKS, ROOT.resolve("tests"))
			.flatMap((folder) -> list(folder).stream())
			.map((folder) -> folder.resolve("pom.xml"))
			.filter(Files::exists)
			.toList();
	}

	static List<Path> list(Path folder) {
		try (Stream<Path> files = Files.list(folder)) {
			return files.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the files of a folder, and of those in it, whose names end in a certain way.
	 */
	public static List<Path> files(Path folder, String suffix) {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter((file) -> file.toString().endsWith(suffix)).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
