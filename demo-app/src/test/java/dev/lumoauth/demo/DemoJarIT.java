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
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged jar, alone in an empty directory.
 */
@Timeout(300)
class DemoJarIT {

	private static final Path JAR = Path.of("target", "demo-app.jar").toAbsolutePath();

	@TempDir
	private Path directory;

	@Test
	void runsOnceAndEnds() throws Exception {
		Process process = start("--server.port=0", "--demo.exit=true");
		List<String> lines = readUntil(process, null);
		assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
		assertThat(lines).anyMatch((line) -> line.startsWith("6  Answer     I found 3 documents:"))
			.noneMatch((line) -> line.startsWith("Still running"));
	}

	@Test
	void takesItsServersAlongWhenItIsStopped() throws Exception {
		Process process = start("--server.port=0");
		assertThat(readUntil(process, "Still running")).isNotEmpty();
		List<ProcessHandle> children = process.descendants().toList();
		assertThat(children).as("LumoAuth and the MCP server").hasSize(2);
		process.destroy();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		for (ProcessHandle child : children) {
			child.onExit().get(60, TimeUnit.SECONDS);
		}
	}

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
	void saysThatItsLibrariesWereNotCopied() throws Exception {
		Path alone = Files.copy(JAR, this.directory.resolve("alone.jar"));
		Process process = java(List.of("-jar", alone.toString()));
		List<String> lines = readUntil(process, null);
		assertThat(process.waitFor()).isEqualTo(1);
		assertThat(lines).singleElement().asString().contains("the folder lib is missing");
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

	private static String server(String name) {
		return Path.of("target", "classes", name + ".jar").toAbsolutePath().toString();
	}

	private static String announced(List<String> lines, String pattern) {
		String last = lines.get(lines.size() - 1);
		assertThat(last).as(String.join("\n", lines)).matches(pattern);
		return last.replaceFirst(pattern, "$1");
	}

	private Process start(String... arguments) throws IOException {
		List<String> options = new ArrayList<>(List.of("-jar", JAR.toString()));
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

}
