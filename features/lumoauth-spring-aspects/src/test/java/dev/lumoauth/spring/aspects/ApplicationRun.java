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

package dev.lumoauth.spring.aspects;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.example.woven.Application;
import org.aspectj.weaver.loadtime.Agent;

import org.springframework.util.StringUtils;

/**
 * The application in a Java process of its own: what it said, and its log.
 *
 * @param said what it said: the subject, and what came of it
 * @param log all else that it printed
 */
record ApplicationRun(Map<String, String> said, List<String> log) {

	private static final String MARK = "> ";

	/** Where the build weaves the application into. */
	static final Path WOVEN = Path.of("target", "woven-test-classes").toAbsolutePath();

	/**
	 * Run it, woven or not.
	 */
	static ApplicationRun of(Weaving weaving, String... arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
		// It runs for seconds only.
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
		if (weaving.byAgent) {
			command.add("-javaagent:" + location(Agent.class));
		}
		command.addAll(List.of("-cp", classPath(weaving), Application.class.getName()));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		if (process.waitFor() != 0) {
			throw new AssertionError(output);
		}
		return read(output.lines().toList());
	}

	private static ApplicationRun read(List<String> lines) {
		Map<String, String> said = new LinkedHashMap<>();
		List<String> log = new ArrayList<>();
		for (String line : lines) {
			String[] parts = line.startsWith(MARK) ? StringUtils.split(line.substring(MARK.length()), " = ") : null;
			if (parts != null) {
				said.put(parts[0], parts[1]);
			}
			else {
				log.add(line);
			}
		}
		return new ApplicationRun(said, log);
	}

	/**
	 * That of the tests, with the woven classes in place of those that javac made.
	 */
	private static String classPath(Weaving weaving) {
		String own = location(Application.class);
		return List.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.stream()
			.map((entry) -> (weaving.byCompiler && Path.of(entry).equals(Path.of(own))) ? WOVEN.toString() : entry)
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static String location(Class<?> type) {
		return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
	}

	/**
	 * Return what came of the calls in a phase.
	 */
	Map<String, String> in(String phase) {
		return after(phase + " / ");
	}

	/**
	 * Return what came of the starts with each shape alone.
	 */
	Map<String, String> starts() {
		return after("start ");
	}

	private Map<String, String> after(String prefix) {
		return this.said.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().startsWith(prefix))
			.collect(Collectors.toMap((entry) -> entry.getKey().substring(prefix.length()), Map.Entry::getValue));
	}

	/**
	 * How the application is woven.
	 */
	enum Weaving {

		NOT(false, false), BY_THE_AGENT(true, false), BY_THE_COMPILER(false, true), BY_BOTH(true, true);

		private final boolean byAgent;

		private final boolean byCompiler;

		Weaving(boolean byAgent, boolean byCompiler) {
			this.byAgent = byAgent;
			this.byCompiler = byCompiler;
		}

	}

}
