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

package dev.lumoauth.spring.aauth.autoconfigure;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * LumoAuth's dev server in a process of its own, with the file that it brings along.
 */
final class DevServer implements AutoCloseable {

	private static final String READY = "export LUMOAUTH_URL=";

	private final Process process;

	private final String url;

	/**
	 * Start a server.
	 * @param directory where it works
	 * @param variables what its file is told
	 */
	DevServer(Path directory, Map<String, String> variables) throws IOException {
		String jar = System.getProperty("dev.lumoauth.dev-server.jar");
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-jar",
				Path.of(jar).toAbsolutePath().toString(), "--server.port=0", "--dev.exit-with-parent=true",
				"--dev.limits.token-requests-per-minute=0");
		builder.environment().keySet().retainAll(Set.of("PATH", "HOME", "TMPDIR", "LANG"));
		builder.environment().putAll(variables);
		this.process = builder.directory(directory.toFile()).redirectErrorStream(true).start();
		this.url = awaitUrl();
	}

	private String awaitUrl() throws IOException {
		List<String> output = new ArrayList<>();
		BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8);
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			if (line.startsWith(READY)) {
				drain(reader);
				return line.substring(READY.length()).split("\\s")[0].replace("\"", "").replace("'", "");
			}
			output.add(line);
		}
		throw new IOException("The dev server has ended: " + output);
	}

	private static void drain(BufferedReader reader) {
		Thread thread = new Thread(() -> reader.lines().forEach((line) -> {
		}));
		thread.setDaemon(true);
		thread.start();
	}

	String url() {
		return this.url;
	}

	@Override
	public void close() {
		this.process.destroy();
	}

}
