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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The packaged jar with {@code --demo.identity=aauth}: the agent signs, and nobody has a
 * secret but the agent its key.
 */
@Timeout(300)
@Tag("nightly")
class DemoAAuthIT {

	@TempDir
	private Path directory;

	private PackagedDemo demo;

	@BeforeEach
	void start() throws IOException {
		this.demo = PackagedDemo.start(this.directory, "--demo.identity=aauth");
	}

	@AfterEach
	void stop() throws InterruptedException {
		this.demo.stop();
	}

	@Test
	void getsItsTokensBySigningRunsItsToolsAndRemovesItsKey() throws Exception {
		assertThat(this.demo.lines())
			.contains("              proved by requests that it signs as https://analyst.acme.example, and no secret",
					"   MCP server saw sub agt_research-analyst, act none, scope mcp:financial mcp:read")
			.anyMatch((line) -> line.startsWith("6  Answer     I found 3 documents:"))
			.noneMatch((line) -> line.contains("WARN") || line.contains("ERROR") || line.contains("eyJ"));
		assertThat(this.demo.file("lumoauth-dev.yml")).content()
			.contains("aauth: {", "\"kty\":\"RSA\"")
			.doesNotContain("client-secret", "\"d\":", "@identity@");
		Path key = this.demo.file("agent-key.jwk");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key))).isEqualTo("rw-------");
		stop();
		assertThat(key.getParent()).doesNotExist();
	}

}
