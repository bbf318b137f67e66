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

package dev.lumoauth.browser;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the executable jars, as a process of its own on a free port.
 */
final class Server implements AutoCloseable {

	private static final Pattern DEV = Pattern.compile("export LUMOAUTH_URL=(\\S+) .*");

	private static final Pattern DEMO = Pattern.compile("\\s*curl -s (\\S+)/actuator/health");

	private final Process process;

	private final String address;

	private Server(Process process, String address) {
		this.process = process;
		this.address = address;
	}

	/**
	 * Starts the dev server.
	 */
	static Server dev(Path directory, String... options) throws IOException {
		return start(directory, jar("lumoauth-dev-server"), "0", DEV, options);
	}

	/**
	 * Starts the dev server on the port where another one was.
	 */
	static Server devAgain(Path directory, Server before) throws IOException {
		return start(directory, jar("lumoauth-dev-server"), "" + URI.create(before.address).getPort(), DEV);
	}

	/**
	 * Starts the demo again, on the port where another one was.
	 */
	static Server demoAgain(Path directory, Server before, String... options) throws IOException {
		return start(directory, jar("demo-app"), "" + URI.create(before.address).getPort(), DEMO, options);
	}

	/**
	 * Starts the demo, with all that it needs.
	 */
	static Server demo(Path directory, String... options) throws IOException {
		return start(directory, jar("demo-app"), "0", DEMO, options);
	}

	private static Path jar(String module) {
		return Path.of("..", "..", module, "target", module + ".jar").toAbsolutePath().normalize();
	}

	/**
	 * Starts a jar and waits for the line that names its address.
	 */
	private static Server start(Path directory, Path jar, String port, Pattern ready, String... options)
			throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-jar", jar.toString(), "--server.port=" + port));
		if (ready.equals(DEMO)) {
			// Enough for a busy machine.
			command.addAll(List.of("--demo.start-timeout=180s", "--lumoauth.read-timeout=30s",
					"--spring.ai.mcp.client.request-timeout=60s"));
		}
		command.addAll(List.of(options));
		Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
		List<String> lines = new ArrayList<>();
		BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			lines.add(line);
			Matcher matcher = ready.matcher(line);
			if (matcher.matches()) {
				drain(reader);
				return new Server(process, matcher.group(1));
			}
		}
		throw new IllegalStateException(jar + " did not get ready:\n" + String.join("\n", lines));
	}

	/** Or it would stop when the pipe is full. */
	private static void drain(BufferedReader reader) {
		Thread thread = new Thread(() -> reader.lines().forEach((line) -> {
		}), "server-output");
		thread.setDaemon(true);
		thread.start();
	}

	String address() {
		return this.address;
	}

	@Override
	public void close() throws InterruptedException {
		this.process.destroy();
		if (!this.process.waitFor(20, TimeUnit.SECONDS)) {
			this.process.destroyForcibly();
		}
	}

}
