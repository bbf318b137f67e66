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

package dev.lumoauth.compatibility;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that runs as a process of its own until it ends by itself.
 */
final class ApplicationRun {

	private final Process process;

	private String output = "";

	private ApplicationRun(Process process) {
		this.process = process;
	}

	static ApplicationRun start(Set<ClassPathPart> parts, String mainClass, String... arguments) throws IOException {
		List<String> classPath = classPath(parts, Set.of()).stream().map(Path::toString).toList();
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-cp", String.join(File.pathSeparator, classPath), mainClass));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().keySet().removeIf((name) -> name.matches("(LUMOAUTH|AGENT|SPRING)_.*"));
		return new ApplicationRun(builder.start());
	}

	static List<Path> classPath(Set<ClassPathPart> parts, Set<String> features) throws IOException {
		List<Path> classPath = new ArrayList<>(List.of(Path.of(System.getProperty("application.classes"))));
		try (Stream<Path> jars = Files.list(Path.of(System.getProperty("application.lib")))) {
			jars.filter((jar) -> ClassPathPart.isOn(parts, features, jar.getFileName().toString()))
				.forEach(classPath::add);
		}
		return classPath;
	}

	/**
	 * Wait until the application has ended well.
	 * @return all that it has written
	 */
	String output() throws IOException, InterruptedException {
		if (this.output.isEmpty()) {
			this.output = new String(this.process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(this.process.waitFor()).as(this.output).isZero();
		}
		return this.output;
	}

	/**
	 * Wait until the application has ended well.
	 * @return what it has said in lines such as {@code => method: 3 documents}
	 */
	Map<String, String> said() throws IOException, InterruptedException {
		return said(output());
	}

	static Map<String, String> said(String output) {
		Map<String, String> said = new TreeMap<>();
		output.lines()
			.filter((line) -> line.startsWith("=> "))
			.map((line) -> line.substring(3).split(": ", 2))
			.forEach((line) -> said.put(line[0], line[1]));
		return said;
	}

}
