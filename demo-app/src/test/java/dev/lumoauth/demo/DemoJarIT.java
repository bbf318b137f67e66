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

package dev.lumoauth.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.demo.model.ScriptedModel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged jar, alone in an empty directory.
 */
@Tag("nightly")
@Timeout(600)
class DemoJarIT {

	private static final Path JAR = Path.of("target", "demo-app.jar").toAbsolutePath();

	@TempDir
	private Path directory;

	@Test
	void noServerOutlivesAProcessThatIsKilled() throws Exception {
		Process process = start("--server.port=0");
		readUntil(process, "Still running");
		List<ProcessHandle> children = process.descendants().toList();
		assertThat(children).as("LumoAuth and the MCP server").hasSize(2);
		process.destroyForcibly();
		for (ProcessHandle child : children) {
			child.onExit().get(60, TimeUnit.SECONDS);
		}
	}

	@Test
	void saysInOneLineWhichPropertyChangesABusyPort() throws Exception {
		try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Process process = start("--server.port=" + busy.getLocalPort());
			List<String> lines = readUntil(process, null);
			assertThat(process.waitFor()).isEqualTo(1);
			assertThat(lines).singleElement()
				.asString()
				.contains("port " + busy.getLocalPort(), "Choose another: --server.port=");
		}
	}

	@Test
	void worksWhereverItsJarIsCopied() throws Exception {
		Path alone = Files.createDirectory(this.directory.resolve("alone"));
		Path temporary = Files.createDirectory(this.directory.resolve("temporary"));
		Files.copy(JAR, alone.resolve("copied.jar"));
		Process process = java(List.of("-Djava.io.tmpdir=" + temporary, "-jar", alone.resolve("copied.jar").toString(),
				"--server.port=0", "--demo.exit=true"));
		List<String> lines = readUntil(process, null);
		assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
		assertThat(lines).anyMatch((line) -> line.startsWith("6  Answer     I found 3 documents:"))
			.noneMatch((line) -> line.startsWith("Still running"));
		assertNothingLeft(temporary);
	}

	/**
	 * Ctrl-C reaches all processes at once, and so does what stops a service. Ctrl-C has
	 * no effect on what a shell has started in the background, so this is the other
	 * signal. The answer of the model comes after that.
	 */
	@Test
	void letsARunningChatEndBeforeItsServers() throws Exception {
		try (SlowModel model = new SlowModel()) {
			Process process = java(List.of("-Djava.io.tmpdir=" + this.directory, "-jar", JAR.toString(),
					"--server.port=0", "--OPENAI_BASE_URL=" + model.url()));
			List<String> started = readUntil(process, "Still running");
			int port = Integer.parseInt(started.get(started.size() - 1).replaceFirst(".*localhost:(\\d+)/.*", "$1"));
			model.hold();
			CompletableFuture<HttpResponse<String>> answer = ask(port, "/chat");
			CompletableFuture<HttpResponse<String>> page = HttpClient.newHttpClient()
				.sendAsync(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/chat/events")).build(),
						HttpResponse.BodyHandlers.ofString());
			assertThat(ask(port, "/chat/questions").get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
			model.awaitQuestion();
			List<ProcessHandle> children = process.descendants().toList();
			assertThat(children).as("LumoAuth and the MCP server").hasSize(2);
			String all = Stream.concat(Stream.of(process.toHandle()), children.stream())
				.map((each) -> String.valueOf(each.pid()))
				.collect(Collectors.joining(" "));
			assertThat(new ProcessBuilder("sh", "-c", "kill -TERM " + all).start().waitFor()).isZero();
			awaitItsEnd(port);
			model.release();
			assertThat(answer.get(60, TimeUnit.SECONDS).body()).contains("$1.2M").doesNotContain("unavailable");
			assertThat(page.get(60, TimeUnit.SECONDS).body()).contains("$1.2M").doesNotContain("unavailable");
			List<String> last = readUntil(process, null);
			assertThat(last).as(String.join("\n", last)).noneMatch((line) -> line.startsWith("WARN"));
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(children).noneMatch(ProcessHandle::isAlive);
			assertNothingLeft(this.directory);
		}
	}

	/**
	 * As in a container's network, but without one: a file says where the name leads to.
	 */
	@Test
	void asksALumoAuthOverPlainHttpThatHasAName() throws Exception {
		Path hosts = Files.writeString(this.directory.resolve("hosts"), "127.0.0.1 localhost\n127.0.0.1 lumoauth\n");
		String knowsTheName = "-Djdk.net.hosts.file=" + hosts;
		List<Process> servers = new ArrayList<>();
		try {
			Process devServer = java(List.of("-jar", server("lumoauth-dev-server"), "--server.port=0",
					"--server.address=127.0.0.1", "--dev.network-names=lumoauth", "--dev.exit-with-parent=true"));
			servers.add(devServer);
			String port = announced(readUntil(devServer, "export LUMOAUTH_URL="),
					"export LUMOAUTH_URL=http://127\\.0\\.0\\.1:(\\d+) .*");
			String url = "http://lumoauth:" + port;
			Process mcpServer = java(List.of(knowsTheName, "-jar", server("demo-mcp-server"), "--server.port=0",
					"--demo.exit-with-parent=true", "--lumoauth.url=" + url, "--lumoauth.tenant=acme-corp",
					"--lumoauth.plain-http-in-development=true"));
			servers.add(mcpServer);
			List<String> started = readUntil(mcpServer, "export FINANCIAL_MCP_URL=");
			// Waits longer than usual: it may run beside other tests.
			Process demo = java(List.of(knowsTheName, "-jar", JAR.toString(), "--server.port=0", "--demo.exit=true",
					"--FINANCIAL_MCP_URL=" + announced(started, "export FINANCIAL_MCP_URL=(.*)"),
					"--lumoauth.url=" + url, "--lumoauth.plain-http-in-development=true", "--lumoauth.tenant=acme-corp",
					"--lumoauth.client-id=agt_research-analyst", "--lumoauth.client-secret=local-development-only",
					"--lumoauth.read-timeout=60s", "--lumoauth.max-wait=120s"));
			List<String> lines = readUntil(demo, null);
			assertThat(demo.waitFor()).as(String.join("\n", lines)).isZero();
			assertThat(lines).anyMatch((line) -> line.startsWith("6  Answer     I found 3 documents:"));
			for (List<String> output : List.of(started, lines)) {
				assertThat(output).filteredOn((line) -> line.contains("lumoauth.plain-http-in-development"))
					.singleElement()
					.asString()
					.contains("LumoAuth at " + url + " in the clear");
			}
			// Ends the server. It takes no token whose issuer has another name.
			mcpServer.getOutputStream().close();
			assertThat(readUntil(mcpServer, null))
				.anyMatch((line) -> line.contains("tool=queryFinancials sub=agt_research-analyst"));
		}
		finally {
			servers.forEach(Process::destroyForcibly);
		}
	}

	private static CompletableFuture<HttpResponse<String>> ask(int port, String path) {
		return HttpClient.newHttpClient()
			.sendAsync(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"message\":\"What was the EBITDA?\"}"))
				.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static void awaitItsEnd(int port) {
		HttpRequest ready = HttpRequest
			.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness"))
			.build();
		await().atMost(Duration.ofSeconds(30))
			.until(() -> HttpClient.newHttpClient()
				.send(ready, HttpResponse.BodyHandlers.discarding())
				.statusCode() == 503);
	}

	private static void assertNothingLeft(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			assertThat(files).noneMatch((file) -> file.getFileName().toString().startsWith("lumoauth-demo"));
		}
	}

	private static String server(String name) {
		return Path.of("target", "classes", name + ".jar").toAbsolutePath().toString();
	}

	private static String announced(List<String> lines, String pattern) {
		String last = lines.get(lines.size() - 1);
		assertThat(last).as(String.join("\n", lines)).matches(pattern);
		return last.replaceFirst(pattern, "$1");
	}

	private Process start(String... arguments) throws IOException {
		// Enough for a busy machine.
		List<String> options = new ArrayList<>(List.of("-jar", JAR.toString(), "--demo.start-timeout=180s",
				"--lumoauth.read-timeout=30s", "--spring.ai.mcp.client.request-timeout=60s"));
		options.addAll(List.of(arguments));
		return java(options);
	}

	private Process java(List<String> arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC"));
		command.addAll(arguments);
		return new ProcessBuilder(command).directory(this.directory.toFile()).redirectErrorStream(true).start();
	}

	private static List<String> readUntil(Process process, String last) throws IOException {
		List<String> lines = new ArrayList<>();
		BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			lines.add(line);
			if (last != null && line.startsWith(last)) {
				break;
			}
		}
		return lines;
	}

	/** The scripted model, whose answers can be held back. */
	private static final class SlowModel implements AutoCloseable {

		private final ScriptedModel model;

		private final HttpServer server;

		private final CountDownLatch asked = new CountDownLatch(1);

		private volatile CountDownLatch released = new CountDownLatch(0);

		SlowModel() throws IOException {
			this.model = ScriptedModel.start();
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			this.server.createContext("/", this::handle);
			this.server.setExecutor(Executors.newCachedThreadPool());
			this.server.start();
		}

		private void handle(HttpExchange exchange) throws IOException {
			byte[] question = exchange.getRequestBody().readAllBytes();
			try (exchange) {
				if (this.released.getCount() > 0) {
					this.asked.countDown();
				}
				this.released.await();
				HttpResponse<byte[]> answer = HttpClient.newHttpClient()
					.send(HttpRequest.newBuilder(URI.create(this.model.baseUrl() + "/chat/completions"))
						.POST(HttpRequest.BodyPublishers.ofByteArray(question))
						.build(), HttpResponse.BodyHandlers.ofByteArray());
				exchange.getResponseHeaders()
					.set("Content-Type", answer.headers().firstValue("Content-Type").orElseThrow());
				exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
				exchange.getResponseBody().write(answer.body());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		String url() {
			return "http://127.0.0.1:" + this.server.getAddress().getPort() + "/v1";
		}

		void hold() {
			this.released = new CountDownLatch(1);
		}

		void awaitQuestion() throws InterruptedException {
			assertThat(this.asked.await(60, TimeUnit.SECONDS)).isTrue();
		}

		void release() {
			this.released.countDown();
		}

		@Override
		public void close() {
			release();
			this.server.stop(0);
			this.model.close();
		}

	}

}
