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
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged jar with {@code --demo.identity=aauth}: the agent signs, and nobody has a
 * secret but the agent its key.
 */
@Timeout(300)
class DemoAAuthIT {

	private static final Path JAR = Path.of("target", "demo-app.jar").toAbsolutePath();

	@TempDir
	private Path directory;

	private final List<String> lines = new ArrayList<>();

	private Process process;

	@BeforeEach
	void start() throws IOException {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Djava.io.tmpdir=" + this.directory, "-jar", JAR.toString(), "--server.port=0",
				"--demo.identity=aauth");
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
	void getsItsTokensBySigningRunsItsToolsAndRemovesItsKey() throws Exception {
		assertThat(this.lines)
			.contains(
					"              proved by requests that it signs as https://research-analyst.acme-corp.example, "
							+ "and no secret",
					"   MCP server saw sub agt_research-analyst, act none, scope mcp:financial mcp:read")
			.anyMatch((line) -> line.startsWith("6  Answer     I found 3 documents:"))
			.noneMatch((line) -> line.contains("WARN") || line.contains("ERROR") || line.contains("eyJ"));
		assertThat(file("lumoauth-dev.yml")).content()
			.contains("aauth: {", "\"kty\":\"RSA\"")
			.doesNotContain("client-secret", "\"d\":", "@identity@");
		Path key = file("agent-key.jwk");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key))).isEqualTo("rw-------");
		stop();
		assertThat(key.getParent()).doesNotExist();
	}

	private Path file(String name) throws IOException {
		try (Stream<Path> files = Files.walk(this.directory)) {
			return files.filter((file) -> file.endsWith(name)).findFirst().orElseThrow();
		}
	}

}
