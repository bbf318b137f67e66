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

package dev.lumoauth.docs.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.lumoauth.docs.ServerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.ai.mcp.SyncMcpToolCallbackProvider;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The MCP project's own client and inspector of npm call the demo's MCP server, and our
 * client calls a server that is made of the project's own parts. Without npm, or what it
 * fetches, this is skipped; not so where CI is "true".
 */
@Timeout(600)
@Tag("nightly")
class McpInteropIT {

	private static final Path SCRIPTS = Path.of("..", "interop", "mcp").toAbsolutePath().normalize();

	private static final String AUDIENCE = "urn:mcp:financial-data";

	@TempDir
	private static Path directory;

	private static ServerProcess lumoAuth;

	private static ServerProcess mcpServer;

	@BeforeAll
	static void start() throws Exception {
		for (String file : List.of("package.json", "mcp-client.mjs", "mcp-server.mjs")) {
			Files.copy(SCRIPTS.resolve(file), directory.resolve(file));
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
		lumoAuth = new ServerProcess("lumoauth-dev-server.jar", Map.of(), "--dev.limits.token-requests-per-minute=0");
		mcpServer = new ServerProcess("demo-mcp-server.jar", lumoAuth.variables());
	}

	@AfterAll
	static void stop() {
		Stream.of(mcpServer, lumoAuth).filter((server) -> server != null).forEach(ServerProcess::close);
	}

	@Test
	void theProjectsClientAndInspectorCallTheDemosServer() throws Exception {
		String output = run(List.of("node", "mcp-client.mjs", url(), mcpServer.variables().get("FINANCIAL_MCP_URL")),
				true);
		assertThat(output.lines().filter((line) -> line.startsWith("ok "))).containsExactly(
				"ok a client with a token lists and calls", "ok a client without a token is told where to get one",
				"ok a token for LumoAuth itself is none", "ok a token that was changed is none",
				"ok the client's own flow of credentials ends where this server's tokens are from",
				"ok the inspector lists", "ok the inspector calls", "ok the inspector without a token gets nothing");
	}

	@Test
	void ourClientCallsAServerOfTheProjectsParts() throws Exception {
		Process server = new ProcessBuilder("node", "mcp-server.mjs", url(), AUDIENCE).directory(directory.toFile())
			.redirectErrorStream(true)
			.start();
		try (BufferedReader output = server.inputReader()) {
			String line = output.readLine();
			assertThat(line).startsWith("export MCP_URL=");
			try (ConfigurableApplicationContext client = client(line.substring("export MCP_URL=".length()))) {
				ToolCallback tool = client.getBean(SyncMcpToolCallbackProvider.class).getToolCallbacks()[0];
				assertThat(tool.getToolDefinition().name()).endsWith("whoami");
				assertThat(tool.call("{\"greeting\":\"hello\"}")).contains("hello agt_research-analyst");
			}
		}
		finally {
			server.destroyForcibly();
		}
	}

	private static ConfigurableApplicationContext client(String url) {
		Map<String, Object> all = new HashMap<>(lumoAuth.variables());
		all.put("spring.config.name", "interop");
		all.put("spring.main.banner-mode", "off");
		all.put("spring.ai.mcp.client.streamable-http.connections.typescript.url", url);
		all.put("lumoauth.mcp.connections.typescript.scopes", "mcp:financial");
		all.put("lumoauth.mcp.connections.typescript.unlisted-tools", "allow");
		all.put("lumoauth.mcp.connections.typescript.audience", AUDIENCE);
		return new SpringApplicationBuilder(Client.class).web(WebApplicationType.NONE).properties(all).run();
	}

	private static String url() {
		return lumoAuth.variables().get("LUMOAUTH_URL");
	}

	private static String run(List<String> command, boolean required) throws Exception {
		Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		boolean ended = process.waitFor(240, TimeUnit.SECONDS);
		process.destroyForcibly();
		if (!required) {
			Assumptions.assumeTrue(ended && process.exitValue() == 0, output);
		}
		assertThat(ended && process.exitValue() == 0).as(output).isTrue();
		return output;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Client {

	}

}
