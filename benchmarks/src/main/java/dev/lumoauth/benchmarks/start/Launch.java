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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.lumoauth.benchmarks.LoopbackLumoAuth;

/**
 * Starts processes.
 */
final class Launch {

	private final List<String> arguments;

	Launch(LoopbackLumoAuth lumoAuth) {
		this.arguments = List.of("--server.port=0", "--spring.main.banner-mode=off", "--logging.level.root=warn",
				"--lumoauth.verify-at-start=off", "--lumoauth.url=" + lumoAuth.url(),
				"--lumoauth.tenant=" + LoopbackLumoAuth.TENANT, "--lumoauth.client-id=agt_benchmark",
				"--lumoauth.client-secret=a-secret");
	}

	static List<Path> jars(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter((file) -> file.toString().endsWith(".jar")).sorted().toList();
		}
	}

	/**
	 * The arguments of the application.
	 */
	List<String> arguments() {
		return this.arguments;
	}

	Command application(Path java, List<String> options, List<Path> classPath) {
		return new Command(java(java, options, classPath, EmptyWebApplication.class.getName(), this.arguments));
	}

	static List<String> java(Path java, List<String> options, List<Path> classPath, String mainClass,
			List<String> arguments) {
		List<String> command = new ArrayList<>(List.of(java.resolve("bin/java").toString()));
		command.addAll(options);
		command.addAll(List.of("-cp",
				classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)), mainClass));
		command.addAll(arguments);
		return command;
	}

	/**
	 * Run a process and return what it prints.
	 */
	static String run(List<String> command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (process.waitFor() != 0) {
			throw new IllegalStateException(command + " failed: " + output);
		}
		return output;
	}

	/**
	 * How to start the application.
	 *
	 * @param words the command
	 */
	record Command(List<String> words) {

		Figures start() throws IOException, InterruptedException {
			String output = run(this.words);
			return Figures
				.parse(output.lines().filter((each) -> each.startsWith("figures ")).findFirst().orElseThrow());
		}

	}

}
