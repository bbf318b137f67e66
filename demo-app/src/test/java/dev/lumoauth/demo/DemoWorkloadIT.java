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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged jar with {@code --demo.identity=workload}: nobody has a secret.
 */
@Timeout(300)
@EnabledOnOs(OS.LINUX)
class DemoWorkloadIT {

	private static final Path JAR = Path.of("target", "demo-app.jar").toAbsolutePath();

	@TempDir
	private Path directory;

	private final List<String> lines = new ArrayList<>();

	private Process process;

	@BeforeEach
	void start() throws IOException {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Djava.io.tmpdir=" + this.directory, "-jar", JAR.toString(), "--server.port=0",
				"--demo.identity=workload");
		builder.environment().keySet().retainAll(List.of("PATH", "HOME", "LANG", "LC_ALL"));
		this.process = builder.directory(this.directory.toFile()).redirectErrorStream(true).start();
		BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8);
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			this.lines.add(line);
			if (line.startsWith("Still running")) {
				break;
			}
		}
	}

	@AfterEach
	void stop() throws InterruptedException {
		this.process.destroy();
		assertThat(this.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void getsItsTokensByTheTokenOfItsPlatformAndRunsItsTools() {
		assertThat(this.lines)
			.contains("              proved by a token of the platform that it runs on (kubernetes), and no secret",
					"   MCP server saw sub agt_research-analyst, act none, scope mcp:financial mcp:read")
			.anyMatch((line) -> line.startsWith("6  Answer     I found 3 documents:"))
			.noneMatch((line) -> line.contains("WARN") || line.contains("ERROR") || line.contains("eyJ"));
	}

	@Test
	void hasNoSecretInAnEnvironmentAnArgumentOrAFile() throws Exception {
		List<ProcessHandle> processes = Stream.concat(Stream.of(this.process.toHandle()), this.process.descendants())
			.toList();
		assertThat(processes).as("the demo, LumoAuth and the MCP server").hasSize(3);
		for (ProcessHandle each : processes) {
			for (String part : List.of("environ", "cmdline")) {
				String content = Files.readString(Path.of("/proc", String.valueOf(each.pid()), part));
				assertThat(content.replace('\0', '\n')).as(part)
					.isNotEmpty()
					.doesNotContainIgnoringCase("secret")
					.doesNotContain("eyJ", "PRIVATE KEY", "local-development-only");
			}
		}
		assertThat(file("lumoauth-dev.yml")).content()
			.contains("workload-identities:", "\"kty\":\"EC\"")
			.doesNotContain("client-secret", "\"d\":", "eyJ", "@identity@");
	}

	@Test
	void keepsTheTokenOfThePlatformToItsUserAndRemovesItAtTheEnd() throws Exception {
		Path token = file("token");
		assertThat(token).content().matches("eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token))).isEqualTo("rw-------");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token.getParent())))
			.isEqualTo("rwx------");
		stop();
		assertThat(token.getParent()).doesNotExist();
	}

	private Path file(String name) throws IOException {
		try (Stream<Path> files = Files.walk(this.directory)) {
			return files.filter((file) -> file.endsWith(name)).findFirst().orElseThrow();
		}
	}

}
