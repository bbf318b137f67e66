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

package dev.lumoauth.benchmarks.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A fleet of real processes behind a dev server that allows 30 token requests a minute,
 * with a Redis or without one.
 */
final class ProcessFleet implements AutoCloseable {

	private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

	private static final String CONFIG = """
			dev:
			  limits:
			    token-requests-per-minute: 30
			    api-requests-per-minute: 0
			  tenants:
			    - slug: acme-corp
			      agents:
			        - client-id: agt_fleet
			          client-secret: local-development-only
			          name: Fleet
			          capabilities: [ %s ]
			          default-scopes: [ openid ]
			          token-lifetime: 1h
			      audiences:
			%s
			""";

	private final Path directory;

	private final Process lumoAuth;

	private final @Nullable Process redis;

	private final List<String> properties = new ArrayList<>();

	/** The time and the status of each request, by path. */
	private final Map<String, Collection<Request>> requests = new TreeMap<>();

	private final List<Replica> replicas = new ArrayList<>();

	/**
	 * Start LumoAuth and Redis.
	 * @param devServer the dev server's jar
	 * @param shared whether there is a Redis
	 * @param properties what the replicas are given
	 * @throws IOException if something doesn't start
	 */
	ProcessFleet(Path devServer, boolean shared, List<String> properties) throws IOException {
		this.directory = Files.createTempDirectory("fleet");
		Path config = this.directory.resolve("dev.yml");
		Files.writeString(config,
				CONFIG.formatted(
						ReplicaProcess.CAPABILITIES.stream()
							.map((name) -> "\"" + name + "\"")
							.collect(Collectors.joining(", ")),
						ReplicaProcess.SERVERS.stream()
							.map((server) -> "        - id: " + server)
							.collect(Collectors.joining("\n"))));
		this.lumoAuth = new ProcessBuilder(JAVA.toString(), "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
				"-jar", devServer.toString(), "--server.port=0", "--dev.exit-with-parent=true",
				"--dev.config=" + config)
			.redirectErrorStream(true)
			.start();
		BufferedReader output = this.lumoAuth.inputReader(StandardCharsets.UTF_8);
		String url = awaitLine(output, "export LUMOAUTH_URL=").split("[= ]", -1)[2];
		read(output, this::noteRequest, () -> {
		});
		this.redis = shared ? startRedis() : null;
		this.properties.addAll(List.of("--lumoauth.url=" + url, "--lumoauth.tenant=acme-corp",
				"--lumoauth.client-id=agt_fleet", "--lumoauth.client-secret=local-development-only"));
		this.properties.addAll(properties);
		Runtime.getRuntime().addShutdownHook(new Thread(this::close, "end"));
	}

	private Process startRedis() throws IOException {
		int port;
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = free.getLocalPort();
		}
		Process redis = new ProcessBuilder("redis-server", "--port", String.valueOf(port), "--bind", "127.0.0.1",
				"--save", "", "--appendonly", "no")
			.directory(this.directory.toFile())
			.redirectErrorStream(true)
			.start();
		BufferedReader output = redis.inputReader(StandardCharsets.UTF_8);
		awaitLine(output, "Ready to accept connections");
		read(output, (line) -> {
		}, () -> {
		});
		this.properties.addAll(List.of("--spring.data.redis.port=" + port, "--lumoauth.token-store.type=redis",
				"--lumoauth.token-store.encryption-key=MDEyMzQ1Njc4OS0wMTIzNDU2Nzg5LTAxMjM0NTY3ODk="));
		return redis;
	}

	private static String awaitLine(BufferedReader output, String text) throws IOException {
		StringBuilder said = new StringBuilder();
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			if (line.contains(text)) {
				return line;
			}
			said.append(line).append('\n');
		}
		throw new IllegalStateException("No '" + text + "':\n" + said);
	}

	private static void read(BufferedReader output, Consumer<String> lines, Runnable end) {
		Thread reader = new Thread(() -> {
			try {
				output.lines().forEach(lines);
			}
			catch (UncheckedIOException ex) {
				// It has ended.
			}
			end.run();
		}, "output");
		reader.setDaemon(true);
		reader.start();
	}

	private void noteRequest(String line) {
		int at = line.indexOf("/t/acme-corp/api/v1/");
		if (at < 0) {
			return;
		}
		String[] words = line.substring(at + "/t/acme-corp/api/v1/".length()).split(" ", -1);
		synchronized (this.requests) {
			this.requests.computeIfAbsent(words[0], (path) -> new ArrayList<>())
				.add(new Request(System.currentTimeMillis(), Integer.parseInt(words[1])));
		}
	}

	/**
	 * Start a replica.
	 * @param what what it calls
	 * @param interval the time between two calls in milliseconds
	 * @throws IOException if it doesn't start
	 */
	Replica start(String what, long interval) throws IOException {
		List<String> command = new ArrayList<>(List.of(JAVA.toString(), "-Xmx96m", "-XX:+UseSerialGC",
				"-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", System.getProperty("java.class.path"),
				ReplicaProcess.class.getName(), what, String.valueOf(interval)));
		command.addAll(this.properties);
		Replica replica = new Replica(new ProcessBuilder(command).redirectErrorStream(true).start());
		this.replicas.add(replica);
		return replica;
	}

	/**
	 * Return the times of the requests to a path.
	 * @param path the path in the tenant, or what it begins with
	 */
	List<Request> requests(String path) {
		synchronized (this.requests) {
			return this.requests.entrySet()
				.stream()
				.filter((each) -> each.getKey().startsWith(path))
				.flatMap((each) -> each.getValue().stream())
				.toList();
		}
	}

	/**
	 * Return the most requests in a minute of the clock, as the dev server counts them.
	 * @param path as above
	 */
	long mostInAMinute(String path) {
		return requests(path).stream()
			.collect(Collectors.groupingBy((request) -> request.time() / 60_000, Collectors.counting()))
			.values()
			.stream()
			.mapToLong(Long::longValue)
			.max()
			.orElse(0);
	}

	List<Call> calls() {
		return this.replicas.stream().flatMap((replica) -> replica.calls.stream()).toList();
	}

	/**
	 * Return the longest time for which a replica had no answer but refusals.
	 */
	long longestWithoutAnswer() {
		return this.replicas.stream().mapToLong(Replica::longestWithoutAnswer).max().orElse(0);
	}

	/**
	 * Return what models read.
	 */
	Set<String> words() {
		return calls().stream().map(Call::words).collect(Collectors.toCollection(TreeSet::new));
	}

	@Override
	public void close() {
		this.replicas.forEach(Replica::close);
		this.lumoAuth.destroy();
		if (this.redis != null) {
			this.redis.destroy();
		}
	}

	/**
	 * A request to LumoAuth.
	 *
	 * @param time when
	 * @param status its answer
	 */
	record Request(long time, int status) {

	}

	/**
	 * A call.
	 *
	 * @param start when it began
	 * @param end when it ended
	 * @param words what it returned
	 */
	record Call(long start, long end, String words) {

		boolean isAnswer() {
			return !this.words.contains("Error:");
		}

	}

	/**
	 * A replica.
	 */
	static final class Replica implements AutoCloseable {

		private final Process process;

		private final Collection<Call> calls = new ConcurrentLinkedQueue<>();

		private final Collection<String> others = new ConcurrentLinkedQueue<>();

		private final CountDownLatch ready = new CountDownLatch(1);

		private Replica(Process process) {
			this.process = process;
			read(process.inputReader(StandardCharsets.UTF_8), this::note, this.ready::countDown);
		}

		private void note(String line) {
			String[] words = line.split(" ", 4);
			if (!words[0].equals("call")) {
				this.others.add(line);
				return;
			}
			this.calls.add(new Call(Long.parseLong(words[1]), Long.parseLong(words[2]), words[3]));
			this.ready.countDown();
		}

		/**
		 * Wait for its first call, whatever it returned.
		 */
		void awaitReady() throws InterruptedException {
			if (!this.ready.await(5, TimeUnit.MINUTES) || this.calls.isEmpty()) {
				throw new IllegalStateException("A replica did not start:\n" + String.join("\n", this.others));
			}
		}

		private long longestWithoutAnswer() {
			long longest = 0;
			long since = -1;
			for (Call call : this.calls) {
				since = (since >= 0) ? since : call.start();
				longest = Math.max(longest, call.end() - since);
				since = call.isAnswer() ? -1 : since;
			}
			return longest;
		}

		@Override
		public void close() {
			this.process.destroyForcibly().onExit().join();
		}

	}

}
