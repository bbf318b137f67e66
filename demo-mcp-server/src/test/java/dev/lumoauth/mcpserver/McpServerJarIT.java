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

package dev.lumoauth.mcpserver;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The executable jar, as somebody starts it who has nothing but it.
 */
@Tag("nightly")
class McpServerJarIT {

	private static final String READY = "export FINANCIAL_MCP_URL=";

	@RegisterExtension
	static final WireMockExtension LUMO_AUTH = WireMockExtension.newInstance().build();

	@TempDir
	Path directory;

	private @Nullable Process process;

	@AfterEach
	void stop() {
		if (this.process != null) {
			this.process.destroyForcibly();
		}
	}

	@Test
	void isToldWhereLumoAuthIsByTheGuidesVariablesAndEndsWithItsParent() throws Exception {
		Process server = start(Map.of("LUMOAUTH_URL", LUMO_AUTH.baseUrl(), "LUMOAUTH_TENANT", "acme-corp"),
				"--server.port=0", "--demo.exit-with-parent=true",
				// Either the server ends at once, or not while this test waits.
				"--spring.lifecycle.timeout-per-shutdown-phase=10m");
		List<String> lines = new ArrayList<>();
		String url = readUntilReady(server, lines);
		assertThat(url).matches("http://127\\.0\\.0\\.1:\\d+");
		assertThat(lines.get(0)).contains("for tokens with audience urn:mcp:financial-data and scope mcp:financial");
		Issuer issuer = new Issuer(LUMO_AUTH);
		issuer.open();
		Mcp mcp = new Mcp(Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)));
		// As the stream of a client that was killed, which a server takes for open.
		CompletableFuture<?> stream = mcp.listen(issuer.token());
		assertThat(mcp.query(issuer.token(), Map.of("metric", "EBITDA"))).startsWith("Q3 EBITDA: $1.2M");
		assertThat(stream).isNotDone();
		server.getOutputStream().close();
		assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(server.exitValue()).isZero();
	}

	@Test
	void saysWhatIsMissing() throws Exception {
		Process server = start(Map.of());
		String output = output(server);
		assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(server.exitValue()).isEqualTo(1);
		assertThat(output).contains("LUMOAUTH_TENANT").doesNotContain("\tat ");
	}

	private Process start(Map<String, String> environment, String... options) throws IOException {
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
				"-XX:+UseSerialGC", "-jar", Path.of(System.getProperty("mcp.server.jar")).toAbsolutePath().toString()));
		command.addAll(List.of(options));
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true);
		builder.environment()
			.keySet()
			.removeIf(
					(name) -> name.startsWith("LUMOAUTH_") || name.startsWith("AGENT_") || name.startsWith("SPRING_"));
		builder.environment().putAll(environment);
		this.process = builder.start();
		return this.process;
	}

	private static String readUntilReady(Process server, List<String> lines) throws Exception {
		BufferedReader reader = new BufferedReader(
				new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
		return CompletableFuture
			.supplyAsync(() -> reader.lines()
				.peek(lines::add)
				.filter((line) -> line.startsWith(READY))
				.findFirst()
				.orElseThrow(() -> new IllegalStateException(String.join("\n", lines)))
				.substring(READY.length()))
			.get(120, TimeUnit.SECONDS);
	}

	private static String output(Process server) throws Exception {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return new String(server.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}).get(120, TimeUnit.SECONDS);
	}

}
