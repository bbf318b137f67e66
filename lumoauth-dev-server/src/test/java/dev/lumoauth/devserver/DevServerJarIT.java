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

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of the packaged jar in a process of its own. The documents' tests start it too.
 */
@Timeout(300)
@Tag("nightly")
class DevServerJarIT extends DevServerJar {

	@Test
	void saysWhyItDoesNotStartAndEnds() throws Exception {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			String port = String.valueOf(socket.getLocalPort());
			assertThat(failure("--server.port=" + port)).isEqualTo("""
					The LumoAuth dev server did not start: Port %s is in use
					Stop the other process, or choose another port with --server.port=<port> (0 for any free one)
					""".formatted(port));
		}
	}

	/**
	 * It is started by a shell, which is killed.
	 */
	@Test
	void printsHowToUseItCanBeUsedSoAndEndsWithItsParentWhenAskedTo() throws Exception {
		List<String> command = new ArrayList<>(List.of("sh", "-c", "\"$0\" \"$@\" & wait"));
		command.addAll(command());
		command.addAll(List.of("-jar", jar(), "--server.port=0", "--dev.exit-with-parent=true"));
		Process shell = new ProcessBuilder(command).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.start();
		this.started.add(shell.toHandle());
		Map<String, String> variables = variables(shell);
		List<ProcessHandle> servers = shell.descendants().toList();
		assertThat(servers).hasSize(1);
		this.started.addAll(servers);
		assertThat(variables).containsEntry("LUMOAUTH_TENANT", "acme-corp")
			.containsEntry("AGENT_CLIENT_ID", "agt_research-analyst")
			.containsKeys("LUMOAUTH_URL", "AGENT_CLIENT_SECRET");
		Client client = client(variables);
		String base = "/t/acme-corp/api/v1";
		Answer token = client.token(base, variables.get("AGENT_CLIENT_ID"), variables.get("AGENT_CLIENT_SECRET"));
		assertThat(token.get("scope").toString()).contains("read:documents", "mcp:financial");
		assertThat(client
			.json("POST", base + "/authz/check", "{\"permission\":\"read:documents\"}",
					Client.bearer(token.accessToken()))
			.get("allowed")).isEqualTo(true);
		Answer exchanged = client.form(base + "/oauth/token", "grant_type", Client.EXCHANGE, "subject_token",
				token.accessToken(), "subject_token_type", Client.ACCESS_TOKEN, "audience", "urn:mcp:financial-data");
		assertThat(exchanged.claims())
			.containsEntry("aud", List.of("urn:mcp:financial-data", "https://mcp.example.com"))
			.containsEntry("scope", "mcp:financial mcp:read");
		actsForAUserAsDocumented(variables.get("LUMOAUTH_URL"), variables.get("AGENT_CLIENT_SECRET"));
		shell.destroyForcibly().waitFor();
		servers.get(0).onExit().get(60, TimeUnit.SECONDS);
	}

	private void actsForAUserAsDocumented(String url, String secret) throws Exception {
		assertThat(secret).isEqualTo("local-development-only");
		String text = Files.readString(Path.of("..", "docs", "dev-server.md"));
		int start = text.indexOf("```bash\n") + 8;
		String script = text.substring(start, text.indexOf("```", start)).replace("http://127.0.0.1:9000", url);
		Process process = new ProcessBuilder("bash", "-eu", "-c", script).directory(this.directory.toFile())
			.redirectErrorStream(true)
			.start();
		this.started.add(process.toHandle());
		assertThat(new String(process.getInputStream().readAllBytes())).contains("\"active\":true",
				"\"sub\":\"usr_alice\"", "\"username\":\"alice@example.com\"", "\"scope\":\"mcp:read\"",
				"\"act\":{\"sub\":\"agt_report-writer\",\"act\":{\"sub\":\"agt_research-analyst\"}}");
		assertThat(process.waitFor()).isZero();
	}

	@Test
	void takesTheSecretFromTheEnvironmentAndAFileFromTheCommandLine() throws Exception {
		Process byVariable = start(Map.of("LUMOAUTH_DEV_CLIENT_SECRET", "from-the-environment"), "--server.port=0");
		assertThat(variables(byVariable)).containsEntry("AGENT_CLIENT_SECRET", "from-the-environment");
		byVariable.destroy();
		assertThat(byVariable.waitFor(60, TimeUnit.SECONDS)).isTrue();
		Files.writeString(this.directory.resolve("mine.yml"), """
				dev:
				  tenants:
				    - slug: mine
				      agents:
				        - client-id: agt_mine
				          client-secret: mine
				""");
		Process byFile = start(Map.of(), "--server.port=0", "--dev.config=mine.yml");
		assertThat(variables(byFile)).containsEntry("LUMOAUTH_TENANT", "mine")
			.containsEntry("AGENT_CLIENT_ID", "agt_mine");
	}

	@Test
	void readsNoConfigurationOfTheDirectoryThatItIsStartedIn() throws Exception {
		Files.writeString(this.directory.resolve("application.properties"),
				"dev.limits.token-requests-per-minute=nonsense");
		assertThat(variables(start(Map.of(), "--server.port=0"))).containsKey("LUMOAUTH_URL");
	}

	/**
	 * What the image runs, without a container engine.
	 */
	@Test
	void answersByItsNameInANetworkWithTheImagesCommandLine() throws Exception {
		String dockerfile = Files.readString(Path.of("Dockerfile"));
		assertThat(dockerfile).contains("ENTRYPOINT [\"java\", \"-jar\", \"/opt/lumoauth-dev-server.jar\"]");
		Matcher command = Pattern.compile("(?m)^CMD \\[\"([^\"]+)\"]$").matcher(dockerfile);
		assertThat(command.find()).isTrue();
		String url = variables(start(Map.of(), command.group(1), "--server.port=0")).get("LUMOAUTH_URL");
		int port = URI.create(url).getPort();
		assertThat(statusLine(port, "lumoauth:9000")).isEqualTo("HTTP/1.1 200 ");
		assertThat(statusLine(port, "localhost:9000")).isEqualTo("HTTP/1.1 200 ");
		assertThat(statusLine(port, "lumoauth.example.com")).isEqualTo("HTTP/1.1 403 ");
		assertThat(failure("--dev.network-names=app.lumoauth.dev"))
			.contains("'dev.network-names' has 'app.lumoauth.dev'")
			.hasLineCount(2);
	}

	private static String statusLine(int port, String host) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.getOutputStream()
				.write(("GET /t/acme-corp/api/v1/.well-known/jwks.json HTTP/1.1\r\nHost: " + host
						+ "\r\nConnection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
				.findFirst()
				.orElseThrow();
		}
	}

	/**
	 * As if the process had been killed while the server started.
	 */
	@Test
	void endsWithAProcessThatHasEndedBeforeItIsReady() throws Exception {
		Process ended = new ProcessBuilder("true").start();
		assertThat(ended.waitFor()).isZero();
		Process server = start(Map.of(), "--server.port=0", "--dev.exit-with-process=" + ended.pid());
		server.getInputStream().transferTo(OutputStream.nullOutputStream());
		assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
	}

	private static Client client(Map<String, String> variables) {
		String url = variables.get("LUMOAUTH_URL");
		return new Client(Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)));
	}

}
