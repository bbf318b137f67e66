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

package dev.lumoauth.spring.aauth.resource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.Assumptions;

/**
 * A real {@code redis-server} on a free port, with nothing on disk.
 */
final class RedisServer implements AutoCloseable {

	private final Process process;

	private final int port;

	private RedisServer(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	static RedisServer start(Path directory) throws IOException {
		int port;
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = free.getLocalPort();
		}
		Process process = process(directory, port);
		BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			if (line.contains("Ready to accept connections")) {
				return new RedisServer(process, port);
			}
		}
		throw new IllegalStateException("redis-server did not start");
	}

	private static Process process(Path directory, int port) {
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

	int port() {
		return this.port;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		this.process.onExit().join();
	}

}
