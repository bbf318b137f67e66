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

package dev.lumoauth.benchmarks.start;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

/**
 * Prepares an application for the ways to start it. Each is a jar and the jars beside it,
 * as Spring Boot's {@code -Djarmode=tools extract} lays an application out.
 */
final class Prepare {

	private static final String PROCESSOR = "org.springframework.boot.SpringApplicationAotProcessor";

	private static final List<String> AHEAD_OF_TIME = List.of("-Dspring.aot.enabled=true");

	private final Path work;

	private final Path classes;

	private final Launch launch;

	private int prepared;

	Prepare(Path work, Path classes, Launch launch) {
		this.work = work;
		this.classes = classes;
		this.launch = launch;
	}

	Launch.Command plain(List<Path> jars) throws IOException {
		return this.launch.application(home(), List.of(), classPath(jars, List.of()));
	}

	Launch.Command aheadOfTime(List<Path> jars) throws IOException, InterruptedException {
		return this.launch.application(home(), AHEAD_OF_TIME, classPath(jars, process(jars)));
	}

	Launch.Command archived(List<Path> jars, Path java, boolean aheadOfTime) throws IOException, InterruptedException {
		List<Path> classPath = classPath(jars, aheadOfTime ? process(jars) : List.of());
		List<String> options = aheadOfTime ? AHEAD_OF_TIME : List.of();
		Path archive = folder().resolve("application.jsa");
		this.launch.application(java, with(options, "-XX:ArchiveClassesAtExit=" + archive), classPath).start();
		return this.launch.application(java, with(options, "-XX:SharedArchiveFile=" + archive), classPath);
	}

	/**
	 * With the cache of JDK 25, which has profiles beside classes.
	 */
	Launch.Command cached(List<Path> jars, Path java) throws IOException, InterruptedException {
		List<Path> classPath = classPath(jars, List.of());
		Path cache = folder().resolve("application.aot");
		this.launch.application(java, List.of("-XX:AOTCacheOutput=" + cache), classPath).start();
		return this.launch.application(java, List.of("-XX:AOTCache=" + cache), classPath);
	}

	/**
	 * Let Spring Boot generate the code that registers the beans, and compile it.
	 */
	private List<Path> process(List<Path> jars) throws IOException, InterruptedException {
		Path sources = folder();
		Path resources = folder();
		Path generated = folder();
		List<String> arguments = new ArrayList<>(List.of(EmptyWebApplication.class.getName(), sources.toString(),
				resources.toString(), generated.toString(), "benchmarks", "start"));
		arguments.addAll(this.launch.arguments());
		List<Path> classPath = classPath(jars, List.of());
		Launch.run(Launch.java(home(), List.of(), classPath, PROCESSOR, arguments));
		List<String> compiler = new ArrayList<>(
				List.of("-proc:none", "-nowarn", "-d", generated.toString(), "-cp", String.join(File.pathSeparator,
						Stream.concat(classPath.stream(), Stream.of(generated)).map(Path::toString).toList())));
		compiler.addAll(files(sources).stream().map(Path::toString).toList());
		int result = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "This is no JDK")
			.run(null, OutputStream.nullOutputStream(), OutputStream.nullOutputStream(),
					compiler.toArray(String[]::new));
		if (result != 0) {
			throw new IllegalStateException("The generated code in " + sources + " does not compile");
		}
		return List.of(generated, resources);
	}

	private List<Path> classPath(List<Path> jars, List<Path> generated) throws IOException {
		Path jar = folder().resolve("application.jar");
		try (JarOutputStream output = new JarOutputStream(Files.newOutputStream(jar))) {
			for (Path file : files(this.classes)) {
				if (file.endsWith(EmptyWebApplication.class.getSimpleName() + ".class")) {
					add(this.classes, file, output);
				}
			}
			for (Path folder : generated) {
				for (Path file : files(folder)) {
					add(folder, file, output);
				}
			}
		}
		return Stream.concat(Stream.of(jar), jars.stream()).toList();
	}

	private static void add(Path folder, Path file, JarOutputStream output) throws IOException {
		output.putNextEntry(new JarEntry(folder.relativize(file).toString().replace('\\', '/')));
		Files.copy(file, output);
		output.closeEntry();
	}

	private static List<Path> files(Path folder) throws IOException {
		try (Stream<Path> files = Files.walk(folder)) {
			return files.filter(Files::isRegularFile).sorted().toList();
		}
	}

	private static List<String> with(List<String> options, String option) {
		return Stream.concat(options.stream(), Stream.of(option)).toList();
	}

	private static Path home() {
		return Path.of(System.getProperty("java.home"));
	}

	private Path folder() throws IOException {
		return Files.createDirectories(this.work.resolve(String.valueOf(this.prepared++)));
	}

}
