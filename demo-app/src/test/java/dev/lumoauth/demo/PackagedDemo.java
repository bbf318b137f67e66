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

package dev.lumoauth.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged jar, started with an option and nothing in its environment, which has told
 * its story and goes on running.
 */
final class PackagedDemo {

	private static final Path JAR = Path.of("target", "demo-app.jar").toAbsolutePath();

	private final Path directory;

	private final Process process;

	private final List<String> lines = new ArrayList<>();

	private PackagedDemo(Path directory, Process process) {
		this.directory = directory;
		this.process = process;
	}

	static PackagedDemo start(Path directory, String option) throws IOException {
		ProcessBuilder builder = process(directory, "--server.port=0", option);
		builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG", "LC_ALL"));
		PackagedDemo demo = new PackagedDemo(directory, builder.start());
		demo.readStory();
		return demo;
	}

	/**
	 * Return the jar's process, not started yet, whose patience is enough for a busy
	 * machine.
	 */
	private static ProcessBuilder process(Path directory, String... options) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Djava.io.tmpdir=" + directory, "-jar", JAR.toString(),
						"--demo.start-timeout=180s", "--lumoauth.read-timeout=30s",
						"--spring.ai.mcp.client.request-timeout=60s"));
		command.addAll(List.of(options));
		return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
	}

	private void readStory() throws IOException {
		BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8);
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			this.lines.add(line);
			if (line.startsWith("Still running")) {
				break;
			}
		}
	}

	List<String> lines() {
		return this.lines;
	}

	ProcessHandle process() {
		return this.process.toHandle();
	}

	/**
	 * Return a file that the demo has written, and not one that it has unpacked.
	 */
	Path file(String name) throws IOException {
		try (Stream<Path> files = Files.walk(this.directory)) {
			return files.filter((file) -> file.endsWith(name) && !file.getParent().endsWith("classes"))
				.findFirst()
				.orElseThrow();
		}
	}

	void stop() throws InterruptedException {
		this.process.destroy();
		assertThat(this.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
	}

}
