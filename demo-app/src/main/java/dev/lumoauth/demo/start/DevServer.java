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

package dev.lumoauth.demo.start;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.springframework.core.io.Resource;
import org.springframework.util.FileSystemUtils;

/**
 * A LumoAuth to develop against, as a process of its own that ends with this one.
 */
final class DevServer implements AutoCloseable {

	/**
	 * All of the environment that the process gets: neither keys nor settings meant for
	 * others.
	 */
	private static final Set<String> ENVIRONMENT = Set.of("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL",
			"SYSTEMROOT", "SystemRoot");

	private static final int STOP_SECONDS = 5;

	private final Path directory;

	private final Process process;

	private final CompletableFuture<DevServerConnection> ready = new CompletableFuture<>();

	private final List<String> output = new ArrayList<>();

	private final Thread shutdownHook = new Thread(this::stop, "dev-server-stop");

	private DevServer(Resource jar) throws IOException {
		this.directory = Files.createTempDirectory("lumoauth-demo");
		Runtime.getRuntime().addShutdownHook(this.shutdownHook);
		Path file = this.directory.resolve("lumoauth-dev-server.jar");
		try (InputStream content = jar.getInputStream()) {
			Files.copy(content, file);
		}
		this.process = launch(file);
		Thread reader = new Thread(this::read, "dev-server-output");
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Start a dev server on a free port and wait until it is ready.
	 * @param jar its executable jar
	 * @param timeout how long to wait
	 * @return the server
	 * @throws DemoStartException if it does not get ready
	 */
	static DevServer start(Resource jar, Duration timeout) {
		if (!jar.exists()) {
			throw new DemoStartException("lumoauth-dev-server.jar is not in this build. Run 'mvn package', or set "
					+ "LUMOAUTH_URL, LUMOAUTH_TENANT, AGENT_CLIENT_ID and AGENT_CLIENT_SECRET.");
		}
		try {
			DevServer server = new DevServer(jar);
			server.await(timeout);
			return server;
		}
		catch (IOException ex) {
			throw new DemoStartException("The dev server could not be started: " + ex.getMessage(), ex);
		}
	}

	DevServerConnection connection() {
		return this.ready.join();
	}

	Path directory() {
		return this.directory;
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	@Override
	public void close() {
		stop();
		try {
			Runtime.getRuntime().removeShutdownHook(this.shutdownHook);
		}
		catch (IllegalStateException ex) {
			// The JVM is about to end; the hook finds nothing left to do.
		}
	}

	private Process launch(Path file) throws IOException {
		byte[] secret = new byte[24];
		new SecureRandom().nextBytes(secret);
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-jar", file.toString(), "--server.port=0",
				"--dev.exit-with-parent=true");
		Map<String, String> environment = builder.environment();
		environment.keySet().retainAll(ENVIRONMENT);
		environment.put("LUMOAUTH_DEV_CLIENT_SECRET", Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
		// Not the user's directory, which may have an application.yml of something else.
		return builder.directory(this.directory.toFile()).redirectErrorStream(true).start();
	}

	private void read() {
		try (BufferedReader lines = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				keep(line);
			}
		}
		catch (IOException | IllegalArgumentException ex) {
			this.ready.completeExceptionally(ex);
		}
		this.ready.completeExceptionally(new IOException("it ended"));
	}

	/**
	 * What it says once it is ready is one line for each request, which nobody needs.
	 */
	private void keep(String line) {
		if (!this.ready.isDone()) {
			DevServerConnection.parse(line).ifPresentOrElse(this.ready::complete, () -> this.output.add(line));
		}
	}

	private void await(Duration timeout) {
		try {
			this.ready.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			close();
			throw new DemoStartException("The dev server was not ready within " + timeout.toSeconds()
					+ " s. On a slow machine give it more with --demo.dev-server.timeout=120s", ex);
		}
		catch (ExecutionException ex) {
			close();
			Throwable cause = ex.getCause();
			String said = this.output.isEmpty() ? "It said nothing."
					: "It said: " + String.join(System.lineSeparator(), this.output);
			throw new DemoStartException("The dev server did not get ready: "
					+ ((cause != null) ? cause.getMessage() : ex.getMessage()) + ". " + said, ex);
		}
		catch (InterruptedException ex) {
			close();
			Thread.currentThread().interrupt();
			throw new DemoStartException("Interrupted while the dev server was starting", ex);
		}
	}

	private void stop() {
		try {
			this.process.destroy();
			if (!this.process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
		FileSystemUtils.deleteRecursively(this.directory.toFile());
	}

}
