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

package dev.lumoauth.devserver;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts the packaged jar in processes of their own.
 */
abstract class DevServerJar {

	final List<ProcessHandle> started = new ArrayList<>();

	@TempDir
	Path directory;

	@AfterEach
	void stop() {
		this.started.forEach(ProcessHandle::destroyForcibly);
	}

	Process start(Map<String, String> environment, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(command());
		command.addAll(List.of("-jar", jar()));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true);
		builder.environment().putAll(environment);
		Process process = builder.start();
		this.started.add(process.toHandle());
		return process;
	}

	String failure(String... arguments) throws Exception {
		Process process = start(Map.of(), arguments);
		String output = new String(process.getInputStream().readAllBytes()).replace(System.lineSeparator(), "\n");
		assertThat(process.waitFor()).isEqualTo(1);
		return output;
	}

	static Map<String, String> variables(Process process) throws IOException {
		BufferedReader reader = process.inputReader();
		StringBuilder output = new StringBuilder();
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			if (line.startsWith("export LUMOAUTH_URL=")) {
				return Arrays.stream(line.split(" "))
					.skip(1)
					.map((word) -> word.split("=", 2))
					.collect(Collectors.toMap((word) -> word[0], (word) -> word[1]));
			}
			output.append(line).append('\n');
		}
		throw new AssertionError("The server ended: " + output);
	}

	static List<String> command() {
		return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-Xmx128m");
	}

	static String jar() {
		return System.getProperty("dev.server.jar");
	}

}
