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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.springframework.boot.SpringApplication;
import org.springframework.util.FileSystemUtils;

/**
 * A server that is included in the demo as an executable jar and runs as a separate
 * process that ends with this one.
 *
 * @param <C> how to reach the server
 */
final class ChildServer<C> implements AutoCloseable {

	/**
	 * The variables of the environment that the process inherits. The process gets no
	 * keys and no settings that are meant for others.
	 */
	private static final Set<String> ENVIRONMENT = Set.of("PATH", "HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL",
			"SYSTEMROOT", "SystemRoot");

	/**
	 * Ctrl-C, the end of a terminal and what stops a service reach all processes of the
	 * demo at once. The servers ignore these signals, so that they are there until the
	 * demo has ended.
	 */
	private static final List<String> DEAF = List.of("/bin/sh", "-c", "trap '' HUP INT TERM; exec \"$@\"", "sh");

	private static final int STOP_SECONDS = 5;

	private final ChildServerSpec<C> spec;

	private final Path directory;

	private final Process process;

	private final CompletableFuture<C> ready = new CompletableFuture<>();

	private final List<String> output = new ArrayList<>();

	private final AtomicBoolean closed = new AtomicBoolean();

	/** Runs after the application context is closed. */
	private final Runnable shutdownHandler = this::stop;

	private ChildServer(ChildServerSpec<C> spec) throws IOException {
		this.spec = spec;
		this.directory = TemporaryDirectory.create();
		try {
			this.process = launch(UnpackedJar.of(spec.jar(), this.directory));
		}
		catch (IOException ex) {
			FileSystemUtils.deleteRecursively(this.directory.toFile());
			throw ex;
		}
		try {
			SpringApplication.getShutdownHandlers().add(this.shutdownHandler);
		}
		catch (IllegalStateException ex) {
			// The JVM is ending. Nobody would end the server, which looks for its parent
			// too late.
			stop();
			throw new IOException("the demo is ending", ex);
		}
		Thread reader = new Thread(this::read, spec.jarName() + "-output");
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Start a server and wait until it is ready.
	 * @param spec the server, and how to start it
	 * @param timeout how long to wait
	 * @param <C> how to reach the server
	 * @return the server
	 * @throws DemoStartException if it does not become ready
	 */
	static <C> ChildServer<C> start(ChildServerSpec<C> spec, Duration timeout) {
		if (!spec.jar().exists()) {
			throw new DemoStartException(
					spec.jarName() + " is not in this build. Run 'mvn package', or set " + spec.insteadSet() + ".");
		}
		try {
			ChildServer<C> server = new ChildServer<>(spec);
			server.await(timeout);
			return server;
		}
		catch (IOException ex) {
			throw new DemoStartException("The %s could not be started: %s".formatted(spec.name(), ex.getMessage()), ex);
		}
	}

	C connection() {
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
		this.closed.set(true);
		try {
			SpringApplication.getShutdownHandlers().remove(this.shutdownHandler);
		}
		catch (IllegalStateException ex) {
			// The JVM is about to end, and the handler finds nothing to stop.
		}
		stop();
	}

	private Process launch(UnpackedJar jar) throws IOException {
		List<String> command = new ArrayList<>(Files.isExecutable(Path.of(DEAF.get(0))) ? DEAF : List.of());
		command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-Djava.io.tmpdir=" + this.directory));
		command.addAll(jar.command());
		command.add("--server.port=" + this.spec.port());
		command.addAll(this.spec.options());
		ProcessBuilder builder = new ProcessBuilder(command);
		Map<String, String> environment = builder.environment();
		environment.keySet().retainAll(ENVIRONMENT);
		environment.putAll(this.spec.environment());
		// Not the user's directory, which may contain the application.yml of another
		// application.
		return builder.directory(this.directory.toFile()).redirectErrorStream(true).start();
	}

	private void read() {
		try (BufferedReader lines = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				take(line);
			}
		}
		catch (IOException | IllegalArgumentException ex) {
			this.ready.completeExceptionally(ex);
		}
		if (!this.ready.completeExceptionally(new IOException("it ended")) && this.closed.compareAndSet(false, true)) {
			close();
			System.err.printf(
					"WARN  The %s that the demo started has ended (exit code %d). Start the demo again, or set %s.%n",
					this.spec.name(), this.process.exitValue(), this.spec.insteadSet());
		}
	}

	private void take(String line) {
		if (this.ready.isDone()) {
			this.spec.afterwards().accept(line);
			return;
		}
		Optional<C> connection = this.spec.announcement().apply(line);
		connection.ifPresentOrElse(this.ready::complete, () -> this.output.add(line));
	}

	private void await(Duration timeout) {
		try {
			this.ready.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			close();
			throw new DemoStartException("The %s was not ready within %d s. On a slow machine allow longer with %s=120s"
				.formatted(this.spec.name(), timeout.toSeconds(), DemoOptions.START_TIMEOUT), ex);
		}
		catch (ExecutionException ex) {
			close();
			Throwable cause = ex.getCause();
			String said = this.output.isEmpty() ? "It printed nothing."
					: "It printed: " + String.join(System.lineSeparator(), this.output);
			throw new DemoStartException("The %s did not become ready: %s. %s".formatted(this.spec.name(),
					(cause != null) ? cause.getMessage() : ex.getMessage(), said), ex);
		}
		catch (InterruptedException ex) {
			close();
			Thread.currentThread().interrupt();
			throw new DemoStartException("Interrupted while the " + this.spec.name() + " was starting", ex);
		}
	}

	/**
	 * The servers keep nothing, so they are not asked.
	 */
	private void stop() {
		this.closed.set(true);
		try {
			this.process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		FileSystemUtils.deleteRecursively(this.directory.toFile());
	}

}
