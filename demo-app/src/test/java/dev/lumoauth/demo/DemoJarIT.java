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

	private Process start(String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-jar", JAR.toString()));
		command.addAll(List.of(arguments));
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
