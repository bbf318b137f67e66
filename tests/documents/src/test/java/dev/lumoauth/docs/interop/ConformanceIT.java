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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lumoauth.docs.ServerProcess;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.mcp.annotation.McpElicitation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The MCP project's own conformance suite, unmodified, with an MCP server and an MCP
 * client of Spring AI: once as Spring AI has them, and once with this library. What
 * passes without the library passes with it. Without npm, or what it fetches, this is
 * skipped; not so where CI is "true".
 */
@Tag("nightly")
@Timeout(600)
class ConformanceIT {

	private static final Path SCRIPTS = Path.of("..", "interop", "conformance").toAbsolutePath().normalize();

	private static final String AUDIENCE = "urn:mcp:financial-data";

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final AtomicInteger RUNS = new AtomicInteger();

	@TempDir
	private static Path directory;

	@BeforeAll
	static void install() throws Exception {
		for (String file : List.of("package.json", "proxy.mjs", "client.mjs")) {
			Files.copy(SCRIPTS.resolve(file), directory.resolve(file));
		}
		boolean required = "true".equals(System.getenv("CI"));
		try {
			String output = output(List.of("npm", "install", "--no-package-lock", "--no-audit", "--no-fund"));
			boolean installed = Files.isExecutable(directory.resolve("node_modules/.bin/node"))
					&& Files.isRegularFile(suite());
			if (!required) {
				Assumptions.assumeTrue(installed, "npm can't fetch the suite and Node.js 22: " + output);
			}
			assertThat(installed).as(output).isTrue();
		}
		catch (IOException ex) {
			assertThat(required).as("npm and node are there").isFalse();
			Assumptions.abort("There is no npm, or no node");
		}
	}

	@Test
	void whatPassesAtAServerOfSpringAiPassesAtAProtectedOne() throws Exception {
		Set<String> bare;
		try (ConfigurableApplicationContext server = server(Map.of("spring.autoconfigure.exclude", lumoAuth()))) {
			bare = passed("server", "--url", "http://localhost:" + port(server) + "/mcp", "--requirements",
					"2025-11-25");
		}
		Set<String> guarded;
		try (ServerProcess lumoAuth = new ServerProcess("lumoauth-dev-server.jar", Map.of());
				ConfigurableApplicationContext server = server(Map.of("lumoauth.url",
						lumoAuth.variables().get("LUMOAUTH_URL"), "lumoauth.tenant",
						lumoAuth.variables().get("LUMOAUTH_TENANT"), "lumoauth.mcp.server.audience", AUDIENCE))) {
			Process proxy = start("proxy.mjs", port(server), token(lumoAuth.variables()));
			try (BufferedReader output = proxy.inputReader()) {
				String line = output.readLine();
				assertThat(line).startsWith("export PROXY_PORT=");
				guarded = passed("server", "--url",
						"http://localhost:" + line.substring("export PROXY_PORT=".length()) + "/mcp", "--requirements",
						"2025-11-25");
			}
			finally {
				proxy.destroyForcibly();
			}
		}
		assertThat(bare).filteredOn((check) -> !check.endsWith(" wire-schema-valid")).hasSizeGreaterThan(20);
		assertThat(guarded).containsAll(bare)
			.contains("dns-rebinding-protection localhost-host-rebinding-rejected",
					"dns-rebinding-protection localhost-host-valid-accepted");
	}

	@Test
	void whatPassesOnAConnectionOfSpringAiPassesOnASecuredOne() throws Exception {
		List<String> scenarios = List.of("initialize", "tools_call", "elicitation-sep1034-client-defaults",
				"sse-retry");
		Set<String> bare = new TreeSet<>();
		try (Client client = new Client(Map.of("spring.autoconfigure.exclude", lumoAuth()))) {
			for (String scenario : scenarios) {
				bare.addAll(client.passed(scenario));
			}
		}
		Set<String> secured = new TreeSet<>();
		try (TestTokens tokens = new TestTokens();
				Client client = new Client(secured(tokens, Map.of("audience", AUDIENCE)))) {
			for (String scenario : scenarios) {
				secured.addAll(client.passed(scenario));
			}
		}
		assertThat(bare).hasSizeGreaterThan(5);
		assertThat(secured).containsAll(bare);
	}

	/**
	 * Each of the suite's servers names an issuer of its own, and takes tokens that begin
	 * in a certain way from anybody. What the suite checks of that issuer is left out,
	 * because the tokens come from LumoAuth.
	 */
	@Test
	void findsWhatAServerSaysOfItselfWhereverThatIs() throws Exception {
		try (TestTokens tokens = new TestTokens();
				Client client = new Client(secured(tokens, Map.of("discover", true)))) {
			for (String scenario : List.of("auth/metadata-default", "auth/metadata-var1", "auth/metadata-var2",
					"auth/metadata-var3")) {
				Map<String, String> checks = client.checks(scenario);
				assertThat(checks).as(scenario)
					.containsEntry("prm-pathbased-requested", "SUCCESS")
					.containsEntry("valid-bearer-token", "SUCCESS")
					.doesNotContainKeys("invalid-bearer-token", "prm-priority-order");
			}
		}
	}

	private static Map<String, Object> secured(TestTokens tokens, Map<String, Object> connection) {
		Map<String, Object> properties = new HashMap<>(Map.of("lumoauth.url", tokens.url(), "lumoauth.tenant",
				"acme-corp", "lumoauth.client-id", "agt_1", "lumoauth.client-secret", "secret",
				"lumoauth.mcp.connections.conformance.unlisted-tools", "allow"));
		connection.forEach((name, value) -> properties.put("lumoauth.mcp.connections.conformance." + name, value));
		return properties;
	}

	/**
	 * The auto-configurations of this library, for an application without them, and those
	 * of Spring Security, which would lock all that the application has.
	 */
	private static String lumoAuth() {
		return StreamSupport
			.stream(ImportCandidates.load(AutoConfiguration.class, ConformanceIT.class.getClassLoader()).spliterator(),
					false)
			.filter((name) -> name.startsWith("dev.lumoauth.") || name.startsWith("org.springframework.boot.security."))
			.collect(Collectors.joining(","));
	}

	private static ConfigurableApplicationContext server(Map<String, Object> properties) {
		Map<String, Object> all = new HashMap<>(properties);
		all.put("spring.config.name", "conformance");
		all.put("spring.main.banner-mode", "off");
		all.put("server.port", 0);
		all.put("spring.ai.mcp.server.protocol", "STREAMABLE");
		all.put("spring.ai.mcp.client.enabled", false);
		all.put("server.shutdown", "immediate");
		return new SpringApplicationBuilder(ConformanceServer.class).properties(all)
			.run("--spring.ai.mcp.server.enabled=true");
	}

	private static String port(ConfigurableApplicationContext server) {
		return String.valueOf(((WebServerApplicationContext) server).getWebServer().getPort());
	}

	/** A token for the server, as an agent gets one. */
	private static String token(Map<String, String> variables) throws Exception {
		String agent = post(variables, Map.of("grant_type", "client_credentials"));
		return post(variables, Map.of("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token",
				agent, "subject_token_type", "urn:ietf:params:oauth:token-type:access_token", "audience", AUDIENCE));
	}

	private static String post(Map<String, String> variables, Map<String, String> parameters) throws Exception {
		Map<String, String> all = new LinkedHashMap<>(parameters);
		all.put("client_id", variables.get("AGENT_CLIENT_ID"));
		all.put("client_secret", variables.get("AGENT_CLIENT_SECRET"));
		String form = all.entrySet()
			.stream()
			.map((each) -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
			.collect(Collectors.joining("&"));
		HttpResponse<String> answer = HttpClient.newHttpClient()
			.send(HttpRequest
				.newBuilder(URI.create(variables.get("LUMOAUTH_URL") + "/t/" + variables.get("LUMOAUTH_TENANT")
						+ "/api/v1/oauth/token"))
				.header("Content-Type", "application/x-www-form-urlencoded")
				.POST(HttpRequest.BodyPublishers.ofString(form))
				.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return JSON.readTree(answer.body()).get("access_token").asString();
	}

	private static Set<String> passed(String... arguments) throws Exception {
		Set<String> passed = new TreeSet<>();
		run(arguments).forEach((scenario, checks) -> checks.forEach((check, status) -> {
			if (status.equals("SUCCESS")) {
				passed.add(scenario + " " + check);
			}
		}));
		return passed;
	}

	/**
	 * Run the suite.
	 * @return the checks of each scenario, with the worst result of each
	 */
	private static Map<String, Map<String, String>> run(String... arguments) throws Exception {
		Path results = directory.resolve("results-" + RUNS.incrementAndGet());
		List<String> command = new ArrayList<>(
				List.of(directory.resolve("node_modules/.bin/node").toString(), suite().toString()));
		command.addAll(List.of(arguments));
		// A server of Spring AI gives no answer to one of the scenarios.
		String timeout = arguments[0].equals("server") ? "10000" : "60000";
		command.addAll(List.of("--timeout", timeout, "-o", results.toString()));
		String output = output(command);
		Map<String, Map<String, String>> scenarios = new LinkedHashMap<>();
		try (Stream<Path> files = Files.walk(results)) {
			files.filter((file) -> file.endsWith("checks.json")).sorted().forEach((file) -> {
				String name = results.relativize(file.getParent())
					.toString()
					.replaceFirst("-\\d{4}-\\d\\d-\\d\\dT.*", "");
				scenarios.put(name.replaceFirst("^server-(?=[^-]+-)", ""), checks(file));
			});
		}
		assertThat(scenarios).as(output).isNotEmpty();
		return scenarios;
	}

	private static Map<String, String> checks(Path file) {
		Map<String, String> checks = new LinkedHashMap<>();
		JsonNode all;
		try {
			all = JSON.readTree(Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		all.forEach((check) -> checks.merge(check.get("id").asString(), check.get("status").asString(),
				(first, second) -> first.equals("SUCCESS") ? second : first));
		return checks;
	}

	private static Path suite() {
		return directory.resolve("node_modules/@modelcontextprotocol/conformance/dist/index.js");
	}

	private static Process start(String script, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of("node", script));
		command.addAll(List.of(arguments));
		return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
	}

	private static String output(List<String> command) throws Exception {
		Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(10, TimeUnit.SECONDS)).as(output).isTrue();
			return output;
		}
		finally {
			process.destroyForcibly();
		}
	}

	/**
	 * The client under test. It runs in this process, and the command that the suite
	 * starts for each scenario only says which server it is to call.
	 */
	private static final class Client implements AutoCloseable {

		private final Map<String, Object> properties;

		private final HttpServer server;

		Client(Map<String, Object> properties) throws IOException {
			this.properties = properties;
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			this.server.createContext("/", this::called);
			this.server.setExecutor(Executors.newCachedThreadPool());
			this.server.start();
		}

		Set<String> passed(String scenario) throws Exception {
			Set<String> passed = new TreeSet<>();
			checks(scenario).forEach((check, status) -> {
				if (status.equals("SUCCESS")) {
					passed.add(scenario + " " + check);
				}
			});
			return passed;
		}

		Map<String, String> checks(String scenario) throws Exception {
			Map<String, String> checks = new LinkedHashMap<>();
			run("client", "--scenario", scenario, "--command", "node " + directory.resolve("client.mjs")
					+ " http://127.0.0.1:" + this.server.getAddress().getPort())
				.values()
				.forEach(checks::putAll);
			return checks;
		}

		private void called(HttpExchange exchange) throws IOException {
			URI server = URI.create(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
			String said = "called";
			int status = 200;
			try {
				call(server);
			}
			catch (RuntimeException ex) {
				said = ex.toString();
				status = 500;
			}
			byte[] answer = said.getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(status, answer.length);
			exchange.getResponseBody().write(answer);
			exchange.close();
		}

		private void call(URI server) {
			Map<String, Object> all = new HashMap<>(this.properties);
			all.put("spring.config.name", "conformance");
			all.put("spring.main.banner-mode", "off");
			all.put("spring.ai.mcp.server.enabled", false);
			all.put("spring.ai.mcp.client.initialized", false);
			String connection = "spring.ai.mcp.client.streamable-http.connections.conformance.";
			all.put(connection + "url", server.getScheme() + "://" + server.getAuthority());
			all.put(connection + "endpoint", server.getPath());
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(ClientApplication.class)
				.web(WebApplicationType.NONE)
				.properties(all)
				.run()) {
				McpSyncClient client = (McpSyncClient) context.getBean("mcpSyncClients", List.class).get(0);
				client.initialize();
				client.listTools()
					.tools()
					.forEach((tool) -> client.callTool(McpSchema.CallToolRequest.builder(tool.name())
						.arguments(tool.name().equals("add_numbers") ? Map.of("a", 5, "b", 3) : Map.of())
						.build()));
			}
		}

		@Override
		public void close() {
			this.server.stop(0);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ClientApplication {

		@Bean
		Defaults defaults() {
			return new Defaults();
		}

	}

	static class Defaults {

		@McpElicitation(clients = "conformance")
		public McpSchema.ElicitResult accept(McpSchema.ElicitFormRequest request) {
			Map<String, Object> content = new LinkedHashMap<>();
			((Map<?, ?>) request.requestedSchema().get("properties")).forEach((name, property) -> {
				if (property instanceof Map<?, ?> schema && schema.containsKey("default")) {
					content.put(String.valueOf(name), schema.get("default"));
				}
			});
			return McpSchema.ElicitResult.builder(McpSchema.ElicitResult.Action.ACCEPT).content(content).build();
		}

	}

	/** Issues tokens that the suite's servers accept. */
	private static final class TestTokens implements AutoCloseable {

		private final AtomicInteger issued = new AtomicInteger();

		private final HttpServer server;

		TestTokens() throws IOException {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
			this.server.createContext("/t/acme-corp/api/v1/oauth/token", (exchange) -> {
				byte[] answer = """
						{"access_token":"test-token-%d","token_type":"Bearer","expires_in":3600,
						"issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}"""
					.formatted(this.issued.incrementAndGet())
					.getBytes(StandardCharsets.UTF_8);
				exchange.getResponseHeaders().set("Content-Type", "application/json");
				exchange.sendResponseHeaders(200, answer.length);
				exchange.getResponseBody().write(answer);
				exchange.close();
			});
			this.server.start();
		}

		String url() {
			return "http://127.0.0.1:" + this.server.getAddress().getPort();
		}

		@Override
		public void close() {
			this.server.stop(0);
		}

	}

}
