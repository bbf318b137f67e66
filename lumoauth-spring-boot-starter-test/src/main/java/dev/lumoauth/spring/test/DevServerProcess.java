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

package dev.lumoauth.spring.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.ResourceUtils;

/**
 * A dev server in its own process, which ends with this one: by a shutdown hook, and, if
 * this process is killed, because the server watches this process. The server's output is
 * logged at DEBUG.
 */
final class DevServerProcess {

	private static final Duration TIMEOUT = Duration.ofMinutes(2);

	private static final String READY = "export LUMOAUTH_URL=";

	/**
	 * The only environment variables that the server gets: no keys or settings meant for
	 * others.
	 */
	private static final Set<String> ENVIRONMENT = Set.of("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL",
			"SYSTEMROOT", "SystemRoot");

	private static final Log logger = LogFactory.getLog(LumoAuthDevServer.class);

	private static final Map<String, DevServerProcess> STARTED = new HashMap<>();

	private final Path directory;

	private final Process process;

	private final List<String> output = new ArrayList<>();

	private final CompletableFuture<TestConnectionDetails> ready = new CompletableFuture<>();

	private DevServerProcess(Path jar, String config) throws IOException {
		this.directory = Files.createTempDirectory("lumoauth-dev-server");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xmx128m", "-jar", jar.toString(), "--server.port=0",
						"--dev.exit-with-process=" + ProcessHandle.current().pid(),
						"--dev.limits.token-requests-per-minute=0"));
		if (!config.isEmpty()) {
			command.add("--dev.config=" + copy(config));
		}
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().keySet().retainAll(ENVIRONMENT);
		this.process = builder.directory(this.directory.toFile()).redirectErrorStream(true).start();
		Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "lumoauth-dev-server-stop"));
		Thread reader = new Thread(this::read, "lumoauth-dev-server-output");
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Start a server, or find the one that was started.
	 * @param config the location of the server's file; empty for the built-in file
	 * @return a server that is ready
	 * @throws IllegalStateException if there is no server, or it does not become ready
	 */
	static DevServerProcess start(String config) {
		synchronized (STARTED) {
			DevServerProcess server = STARTED.get(config);
			if (server == null) {
				server = launch(config);
				STARTED.put(config, server);
			}
			String failure = server.failure();
			Assert.state(failure == null,
					() -> "The LumoAuth dev server was started by an earlier test, and " + failure);
			return server;
		}
	}

	private static DevServerProcess launch(String config) {
		Path jar = DevServerJar.find(System.getProperty(DevServerJar.PROPERTY),
				Objects.requireNonNullElseGet(ClassUtils.getDefaultClassLoader(), ClassLoader::getSystemClassLoader));
		try {
			DevServerProcess server = new DevServerProcess(jar, config);
			server.await();
			logger.info("Started a LumoAuth dev server at " + server.connection().url());
			return server;
		}
		catch (IOException ex) {
			throw new IllegalStateException(
					"The LumoAuth dev server " + jar + " could not be started: " + ex.getMessage(), ex);
		}
	}

	TestConnectionDetails connection() {
		return this.ready.join();
	}

	/**
	 * Return why the server can't be used any more.
	 */
	@Nullable String failure() {
		return this.process.isAlive() ? null : "it has ended with exit code " + this.process.exitValue();
	}

	private Path copy(String config) throws IOException {
		Path file = this.directory.resolve("config.yml");
		try (InputStream content = ResourceUtils.getURL(config).openStream()) {
			Files.copy(content, file);
		}
		catch (IOException ex) {
			throw new IOException("its file '" + config + "' can't be read: " + ex.getMessage(), ex);
		}
		return file;
	}

	private void read() {
		try (BufferedReader lines = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				take(line);
			}
			this.ready.completeExceptionally(new IOException("it ended"));
		}
		catch (IOException | IllegalArgumentException ex) {
			this.ready.completeExceptionally(ex);
		}
	}

	private void take(String line) {
		if (this.ready.isDone()) {
			logger.debug(line);
		}
		else if (line.startsWith(READY)) {
			this.ready.complete(connection(line));
		}
		else {
			this.output.add(line);
		}
	}

	private static TestConnectionDetails connection(String line) {
		Map<String, String> variables = new HashMap<>();
		StringTokenizer words = new StringTokenizer(line);
		while (words.hasMoreTokens()) {
			String[] word = words.nextToken().split("=", 2);
			if (word.length == 2) {
				variables.put(word[0], word[1]);
			}
		}
		return new TestConnectionDetails(required(variables, "LUMOAUTH_URL"), required(variables, "LUMOAUTH_TENANT"),
				null, required(variables, "AGENT_CLIENT_ID"), required(variables, "AGENT_CLIENT_SECRET"));
	}

	private static String required(Map<String, String> variables, String name) {
		String value = variables.get(name);
		Assert.hasText(value, () -> "it did not print " + name + ": its first tenant needs an agent with a secret");
		return value;
	}

	private void await() {
		try {
			this.ready.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			stop();
			throw new IllegalStateException(
					"The LumoAuth dev server was not ready within " + TIMEOUT.toSeconds() + " s");
		}
		catch (ExecutionException ex) {
			stop();
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new IllegalStateException("The LumoAuth dev server did not become ready: " + cause.getMessage() + ". "
					+ (this.output.isEmpty() ? "It printed nothing."
							: "It printed:\n" + String.join(System.lineSeparator(), this.output)),
					cause);
		}
		catch (InterruptedException ex) {
			stop();
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the LumoAuth dev server was starting", ex);
		}
	}

	private void stop() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(5, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
		FileSystemUtils.deleteRecursively(this.directory.toFile());
	}

}
