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

package dev.lumoauth.devserver;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client library of another language, {@code openid-client} of npm, takes the same ways
 * at the packaged jar. Without npm, or what it fetches, this is skipped; not so where CI
 * is "true".
 */
@Timeout(300)
@Tag("nightly")
class OpenidClientIT {

	private static final Path SCRIPTS = Path.of("..", "tests", "interop").toAbsolutePath().normalize();

	@TempDir
	private Path directory;

	private Process server;

	@AfterEach
	void stop() {
		if (this.server != null) {
			this.server.destroyForcibly();
		}
	}

	@Test
	void takesTheSameWays() throws Exception {
		install();
		TestCertificates certificates = new TestCertificates(this.directory);
		Files.writeString(this.directory.resolve("client.pem"), certificates.pem("named"));
		Files.writeString(this.directory.resolve("client.key"),
				"-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n".formatted(Base64.getMimeEncoder()
					.encodeToString(certificates.only("named").getKey("named", certificates.password()).getEncoded())));
		Files.writeString(this.directory.resolve("ca.pem"), certificates.pem("ca"));
		Files.writeString(this.directory.resolve("dev.yml"), """
				dev:
				  tls:
				    port: 0
				    trusted-certificates: ca.pem
				  limits:
				    token-requests-per-minute: 0
				  tenants:
				    - slug: acme-corp
				      agents:
				        - client-id: agt_secret
				          client-secret: "secret: 100%%"
				        - client-id: agt_key
				          jwks: '%s'
				        - client-id: agt_named
				          tls-client-auth-subject-dn: "CN=agt_named,O=Acme"
				        - client-id: agt_printed
				          tls-client-certificate-thumbprint: %s
				      audiences:
				        - id: urn:mcp:open
				""".formatted(TestKeys.AGENTS.jwks(), certificates.thumbprint("named")));
		String output = run(List.of("node", "openid-client.mjs", start(), this.directory.toString()), true);
		assertThat(output.lines()).containsExactly("ok client_secret_post bearer", "ok client_secret_basic bearer",
				"ok private_key_jwt ES256 bearer", "ok private_key_jwt RS256 bearer", "ok private_key_jwt PS256 bearer",
				"ok private_key_jwt Ed25519 bearer", "ok private_key_jwt with another key is refused none",
				"ok tls_client_auth agt_named bearer", "ok tls_client_auth agt_printed bearer", "ok DPoP ES256 dpop",
				"ok DPoP PS256 dpop", "ok DPoP Ed25519 dpop", "ok DPoP with a nonce dpop",
				"ok private_key_jwt and DPoP with a nonce dpop");
	}

	private void install() throws Exception {
		for (String file : List.of("package.json", "openid-client.mjs")) {
			Files.copy(SCRIPTS.resolve(file), this.directory.resolve(file));
		}
		boolean required = "true".equals(System.getenv("CI"));
		try {
			run(List.of("node", "--version"), required);
			run(List.of("npm", "install", "--no-package-lock", "--no-audit", "--no-fund"), required);
		}
		catch (IOException ex) {
			assertThat(required).as("npm and node are there").isFalse();
			Assumptions.abort("There is no npm, or no node");
		}
	}

	private String run(List<String> command, boolean required) throws Exception {
		Process process = new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		boolean ended = process.waitFor(180, TimeUnit.SECONDS);
		process.destroyForcibly();
		if (!required) {
			Assumptions.assumeTrue(ended && process.exitValue() == 0, output);
		}
		assertThat(ended && process.exitValue() == 0).as(output).isTrue();
		return output;
	}

	/** Starts the server and returns its address. */
	private String start() throws IOException {
		this.server = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-jar", System.getProperty("dev.server.jar"),
				"--server.port=0", "--dev.config=dev.yml")
			.directory(this.directory.toFile())
			.redirectErrorStream(true)
			.start();
		BufferedReader reader = this.server.inputReader();
		StringBuilder output = new StringBuilder();
		for (String line = reader.readLine(); line != null; line = reader.readLine()) {
			output.append(line).append('\n');
			if (line.startsWith("export LUMOAUTH_URL=")) {
				assertThat(output.toString()).contains("With certificates at https://127.0.0.1:");
				Thread drain = new Thread(() -> reader.lines().forEach((ignored) -> {
				}));
				drain.setDaemon(true);
				drain.start();
				return line.substring("export LUMOAUTH_URL=".length()).split(" ")[0];
			}
		}
		throw new AssertionError("The server ended: " + output);
	}

}
