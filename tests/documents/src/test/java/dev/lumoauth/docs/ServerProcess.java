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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * One of the servers of this build, as a process of its own on a free port.
 */
public final class ServerProcess implements AutoCloseable {

	private static final String END = "(it ended)";

	private final Process process;

	private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

	private final Map<String, String> variables;

	/**
	 * Start a server and wait until it is ready.
	 * @param jar the name of its jar
	 * @param environment its variables
	 * @param options its options
	 */
	public ServerProcess(String jar, Map<String, String> environment, String... options) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xmx128m", "-jar", Path.of(System.getProperty("servers"), jar).toString(),
						"--server.port=0"));
		command.addAll(List.of(options));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().keySet().removeIf((name) -> name.startsWith("LUMOAUTH_") || name.startsWith("SPRING_"));
		builder.environment().putAll(environment);
		try {
			this.process = builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread reader = new Thread(this::read, jar);
		reader.setDaemon(true);
		reader.start();
		this.variables = Arrays.stream(await("export ").split(" "))
			.skip(1)
			.map((word) -> word.split("=", 2))
			.collect(Collectors.toMap((word) -> word[0], (word) -> word[1]));
	}

	private void read() {
		try (BufferedReader output = this.process.inputReader()) {
			output.lines().forEach(this.lines::add);
		}
		catch (IOException | UncheckedIOException ex) {
			// It ended.
		}
		this.lines.add(END);
	}

	/**
	 * Return the variables that lead to the server.
	 */
	public Map<String, String> variables() {
		return this.variables;
	}

	/**
	 * Wait for a line of its output, and forget those before.
	 */
	public String await(String text) {
		List<String> before = new ArrayList<>();
		try {
			for (String line = next(); line != null && !line.equals(END); line = next()) {
				if (line.contains(text)) {
					return line;
				}
				before.add(line);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		throw new AssertionError("No '" + text + "' in " + before);
	}

	private String next() throws InterruptedException {
		return this.lines.poll(180, TimeUnit.SECONDS);
	}

	/**
	 * Forget what it has printed so far.
	 */
	public void forget() {
		this.lines.clear();
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

}
