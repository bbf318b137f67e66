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

package dev.lumoauth.spring.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A real {@code redis-server} on a free port, with nothing on disk but what a test saves.
 */
public final class RedisServer implements AutoCloseable {

	private final Path directory;

	private final int port;

	private Process process;

	private RedisServer(Path directory, int port, Process process) {
		this.directory = directory;
		this.port = port;
		this.process = process;
	}

	public static RedisServer start(Path directory) throws IOException {
		int port;
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = free.getLocalPort();
		}
		return new RedisServer(directory, port, ready(directory, port));
	}

	private static Process ready(Path directory, int port) throws IOException {
		Process process = start(directory, port);
		BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
		StringBuilder said = new StringBuilder();
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			said.append(line).append('\n');
			if (line.contains("Ready to accept connections")) {
				return process;
			}
		}
		throw new IllegalStateException("redis-server did not start:\n" + said);
	}

	private static Process start(Path directory, int port) {
		try {
			return new ProcessBuilder("redis-server", "--port", String.valueOf(port), "--bind", "127.0.0.1", "--save",
					"", "--appendonly", "no")
				.directory(directory.toFile())
				.redirectErrorStream(true)
				.start();
		}
		catch (IOException ex) {
			return skip("redis-server is not on the path");
		}
	}

	/**
	 * Skip the tests. The report of a class that is skipped as a whole doesn't say so:
	 * {@code .ci/Skipped.java} reads the file.
	 */
	private static <T> T skip(String reason) {
		if ("true".equals(System.getenv("CI"))) {
			throw new IllegalStateException(reason);
		}
		try {
			Files.writeString(Path.of("target", "skipped.txt"), reason + "\n", StandardOpenOption.CREATE,
					StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return Assumptions.abort(reason);
	}

	public int port() {
		return this.port;
	}

	/**
	 * Stop answering, with connections that stay open.
	 */
	public void hang() {
		signal("STOP");
	}

	public void goOn() {
		signal("CONT");
	}

	/**
	 * Start on the same port after {@link #close()}, with what was saved in between.
	 */
	public void startAgain() throws IOException {
		this.process = ready(this.directory, this.port);
	}

	private void signal(String name) {
		try {
			int status = new ProcessBuilder("kill", "-" + name, String.valueOf(this.process.pid())).start().waitFor();
			Assertions.assertThat(status).isZero();
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		this.process.onExit().join();
	}

}
