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

package dev.lumoauth.spring;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.assertj.core.api.Assertions;

/**
 * A real {@code redis-server} on a free port, with nothing on disk but what a test saves.
 * With {@code -Dtests.redis-server=valkey-server} it is another server that speaks the
 * same protocol.
 */
public final class RedisServer implements AutoCloseable {

	private static final String EXECUTABLE = System.getProperty("tests.redis-server", "redis-server");

	private final Path directory;

	private final int port;

	private final List<String> options;

	private Process process;

	private final String ready;

	private RedisServer(Path directory, int port, List<String> options, String ready) throws IOException {
		this.directory = directory;
		this.port = port;
		this.options = options;
		this.ready = ready;
		this.process = ready();
	}

	/**
	 * Start a server. Without the executable on the path the test is skipped, and fails
	 * where {@code CI} is true.
	 * @param directory where the server saves
	 * @param options of the command line; with {@code --tls-cert-file} the server speaks
	 * TLS alone
	 */
	public static RedisServer start(Path directory, String... options) throws IOException {
		List<String> all = new ArrayList<>(List.of("--save", "", "--appendonly", "no"));
		all.addAll(List.of(options));
		return new RedisServer(directory, freePort(), all, "Ready to accept connections");
	}

	/**
	 * Start one of three sentinels.
	 * @param directory where it keeps what it knows
	 * @param master the server {@code shared}, which counts as dead after five seconds
	 */
	public static RedisServer sentinel(Path directory, RedisServer master) throws IOException {
		Files.writeString(directory.resolve("sentinel.conf"), """
				sentinel monitor shared 127.0.0.1 %d 2
				sentinel down-after-milliseconds shared 5000
				sentinel failover-timeout shared 20000
				""".formatted(master.port));
		return new RedisServer(directory, freePort(), List.of("sentinel.conf", "--sentinel"), "+monitor master");
	}

	private static int freePort() throws IOException {
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return free.getLocalPort();
		}
	}

	private Process ready() throws IOException {
		boolean encrypted = this.options.contains("--tls-cert-file");
		List<String> command = new ArrayList<>(List.of(EXECUTABLE));
		command.addAll(this.options);
		command.addAll(List.of("--bind", "127.0.0.1", "--port", encrypted ? "0" : String.valueOf(this.port)));
		if (encrypted) {
			command.addAll(List.of("--tls-port", String.valueOf(this.port)));
		}
		Process process = start(command, this.directory);
		BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
		StringBuilder said = new StringBuilder();
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			said.append(line).append('\n');
			if (line.contains(this.ready)) {
				Thread rest = new Thread(() -> readOn(output), "redis-output");
				rest.setDaemon(true);
				rest.start();
				return process;
			}
		}
		throw new IllegalStateException(EXECUTABLE + " did not start:\n" + said);
	}

	/**
	 * A server whose output nobody reads stands still.
	 */
	private static void readOn(BufferedReader output) {
		try {
			output.transferTo(Writer.nullWriter());
		}
		catch (IOException ex) {
			// It has ended.
		}
	}

	private static Process start(List<String> command, Path directory) {
		try {
			return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
		}
		catch (IOException ex) {
			return MissingProgram.skip(EXECUTABLE + " is not on the path");
		}
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
		this.process = ready();
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
