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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged jar with {@code --demo.identity=workload}: nobody has a secret.
 */
@Timeout(600)
@EnabledOnOs(OS.LINUX)
@Tag("nightly")
class DemoWorkloadIT {

	@TempDir
	private static Path directory;

	private static PackagedDemo demo;

	@BeforeAll
	static void start() throws IOException {
		demo = PackagedDemo.start(directory, "--demo.identity=workload");
	}

	@AfterAll
	static void removesTheTokenOfThePlatformAtTheEnd() throws Exception {
		Path token = demo.file("token");
		demo.stop();
		assertThat(token.getParent()).doesNotExist();
	}

	@Test
	void getsItsTokensByTheTokenOfItsPlatformAndRunsItsTools() {
		assertThat(demo.lines())
			.contains("              proved by a token of the platform that it runs on (kubernetes), and no secret",
					"   MCP server saw sub agt_research-analyst, act none, scope mcp:financial mcp:read")
			.anyMatch((line) -> line.startsWith("6  Answer     I found 3 documents:"))
			.noneMatch((line) -> line.contains("WARN") || line.contains("ERROR") || line.contains("eyJ"));
	}

	@Test
	void hasNoSecretInAnEnvironmentAnArgumentOrAFile() throws Exception {
		List<ProcessHandle> processes = Stream.concat(Stream.of(demo.process()), demo.process().descendants()).toList();
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
		assertThat(demo.file("lumoauth-dev.yml")).content()
			.contains("workload-identities:", "\"kty\":\"EC\"")
			.doesNotContain("client-secret", "\"d\":", "eyJ", "@identity@");
	}

	@Test
	void keepsTheTokenOfThePlatformToItsUser() throws Exception {
		Path token = demo.file("token");
		assertThat(token).content().matches("eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token))).isEqualTo("rw-------");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(token.getParent())))
			.isEqualTo("rwx------");
	}

}
