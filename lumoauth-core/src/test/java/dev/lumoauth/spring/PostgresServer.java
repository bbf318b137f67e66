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
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real PostgreSQL, from Debian's package, on a free port and with its data in a
 * directory that is removed.
 */
public final class PostgresServer implements AutoCloseable {

	private static final Path INSTALLED = Path.of("/usr/lib/postgresql");

	/** PostgreSQL refuses to run as root. */
	private static final String USER = "postgres";

	private final Process process;

	private final int port;

	private final Path directory;

	private PostgresServer(Process process, int port, Path directory) {
		this.process = process;
		this.port = port;
		this.directory = directory;
	}

	/**
	 * Start a server. Without PostgreSQL on the machine the test is skipped, and fails
	 * where {@code CI} is true.
	 */
	public static PostgresServer start() throws IOException {
		Path binaries = binaries();
		if (binaries == null) {
			return MissingProgram.skip("PostgreSQL is not in " + INSTALLED);
		}
		Path directory = Files.createTempDirectory("lumoauth-postgres");
		if (isRoot()) {
			Files.setOwner(directory,
					directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
		}
		Path data = directory.resolve("data");
		Process initdb = run(directory, binaries.resolve("initdb").toString(), "-D", data.toString(), "-U", USER,
				"--auth=trust", "-E", "UTF8", "--no-locale", "--no-sync");
		await(initdb, null);
		int port;
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = free.getLocalPort();
		}
		Process process = run(directory, binaries.resolve("postgres").toString(), "-D", data.toString(), "-p",
				String.valueOf(port), "-h", "127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c",
				"max_connections=200");
		await(process, "database system is ready to accept connections");
		return new PostgresServer(process, port, directory);
	}

	private static Path binaries() throws IOException {
		if (!Files.isDirectory(INSTALLED)) {
			return null;
		}
		try (Stream<Path> versions = Files.list(INSTALLED)) {
			return versions.map((version) -> version.resolve("bin"))
				.filter((bin) -> Files.isExecutable(bin.resolve("initdb")))
				.max(Comparator.naturalOrder())
				.orElse(null);
		}
	}

	private static boolean isRoot() {
		return "root".equals(System.getProperty("user.name"));
	}

	/**
	 * With {@code setpriv}, which becomes the server, so that a signal reaches it.
	 */
	private static Process run(Path directory, String... command) throws IOException {
		List<String> all = new ArrayList<>();
		if (isRoot()) {
			all.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
		}
		all.addAll(List.of(command));
		ProcessBuilder builder = new ProcessBuilder(all).directory(directory.toFile()).redirectErrorStream(true);
		builder.environment().put("LC_ALL", "C");
		return builder.start();
	}

	/**
	 * Read until the process has said something, or until its end.
	 */
	private static void await(Process process, String ready) throws IOException {
		BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
		StringBuilder said = new StringBuilder();
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			said.append(line).append('\n');
			if (ready != null && line.contains(ready)) {
				Thread rest = new Thread(() -> readOn(output), "postgres-output");
				rest.setDaemon(true);
				rest.start();
				return;
			}
		}
		if (ready != null || process.onExit().join().exitValue() != 0) {
			throw new IllegalStateException("PostgreSQL did not start:\n" + said);
		}
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

	/**
	 * Make a database and return its address, for the user {@code postgres} without a
	 * password.
	 */
	public String createDatabase(String name) throws Exception {
		String database = name.toLowerCase(Locale.ROOT);
		try (Connection connection = DriverManager.getConnection(url(USER), USER, "");
				Statement statement = connection.createStatement()) {
			statement.execute("create database " + database);
		}
		return url(database);
	}

	private String url(String database) {
		return "jdbc:postgresql://127.0.0.1:" + this.port + "/" + database;
	}

	/**
	 * Stop answering, and be gone.
	 */
	@Override
	public void close() {
		try {
			// Without waiting for clients, which SIGTERM would do.
			new ProcessBuilder("kill", "-INT", String.valueOf(this.process.pid())).start().waitFor();
			if (!this.process.waitFor(20, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
			this.process.onExit().join();
			try (Stream<Path> files = Files.walk(this.directory)) {
				for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
					Files.delete(each);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
