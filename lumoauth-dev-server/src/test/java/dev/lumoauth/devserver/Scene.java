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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * The guide's scene for the agents of other frameworks: the dev server, an MCP server
 * that verifies the tokens, and what reaches LumoAuth. Both jars run in processes of
 * their own; the system property {@code servers} is their directory.
 */
public final class Scene implements AutoCloseable {

	/** What each agent is asked. */
	public static final String QUESTION = "Search documents for Q3, then query EBITDA.";

	/** The same requests as those of Spring AI's agent with the same two tools. */
	public static final List<String> REQUESTS = List.of("GET oauth/userinfo",
			"POST authz/check-bulk {\"permissions\":[\"mcp:financial\",\"read:documents\"]}",
			"POST oauth/token {grant_type=client_credentials}",
			"POST oauth/token {audience=urn:mcp:financial-data, grant_type=urn:ietf:params:oauth:grant-type:token-exchange}");

	private static final Pattern LIST = Pattern.compile("\\[([^\\[\\]]*)]");

	private final HttpClient client = HttpClient.newHttpClient();

	private final List<Process> servers = new ArrayList<>();

	private final List<String> received = new CopyOnWriteArrayList<>();

	private final Map<String, String> variables = new HashMap<>();

	private final URI lumoAuth;

	private final HttpServer recorder;

	private final Function<Map<String, String>, String> agent;

	/**
	 * Start the servers, and let the agent be ready.
	 * @param agent asks an agent the question, by the variables of the guide
	 * @throws IOException if a server does not start
	 */
	public Scene(Function<Map<String, String>, String> agent) throws IOException {
		this.agent = agent;
		this.variables.putAll(start("lumoauth-dev-server.jar"));
		this.variables.putAll(start("demo-mcp-server.jar"));
		this.lumoAuth = URI.create(this.variables.get("LUMOAUTH_URL"));
		this.recorder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.recorder.createContext("/", this::forward);
		this.recorder.start();
		this.variables.put("LUMOAUTH_URL", "http://127.0.0.1:" + this.recorder.getAddress().getPort());
		// The first answers of a busy machine may take too long.
		int asked = 1;
		while (!isAnswered() && asked < 10) {
			asked++;
		}
	}

	private boolean isAnswered() {
		try {
			return ask().contains("$1.2M");
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private Map<String, String> start(String jar) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-jar",
				Path.of(System.getProperty("servers"), jar).toString(), "--server.port=0")
			.redirectErrorStream(true);
		builder.environment().keySet().removeIf((name) -> name.startsWith("LUMOAUTH_") || name.startsWith("SPRING_"));
		builder.environment().putAll(this.variables);
		Process server = builder.start();
		this.servers.add(server);
		BufferedReader output = server.inputReader();
		StringBuilder printed = new StringBuilder();
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			if (line.startsWith("export ")) {
				Thread reader = new Thread(() -> output.lines().forEach((each) -> {
				}));
				reader.setDaemon(true);
				reader.start();
				Map<String, String> exported = new HashMap<>();
				Arrays.stream(line.split(" ")).skip(1).forEach((each) -> {
					int equals = each.indexOf('=');
					exported.put(each.substring(0, equals), each.substring(equals + 1));
				});
				return exported;
			}
			printed.append(line).append('\n');
		}
		this.servers.forEach(Process::destroy);
		throw new IllegalStateException(jar + " did not start: " + printed);
	}

	private void forward(HttpExchange exchange) throws IOException {
		byte[] body = exchange.getRequestBody().readAllBytes();
		this.received.add(request(exchange, new String(body, StandardCharsets.UTF_8)));
		HttpRequest.Builder request = HttpRequest.newBuilder(this.lumoAuth.resolve(exchange.getRequestURI()))
			.method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
		List.of("Authorization", "Content-Type", "Accept").forEach((name) -> {
			String value = exchange.getRequestHeaders().getFirst(name);
			if (value != null) {
				request.header(name, value);
			}
		});
		try (exchange) {
			HttpResponse<byte[]> answer = this.client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
			answer.headers()
				.firstValue("Content-Type")
				.ifPresent((type) -> exchange.getResponseHeaders().set("Content-Type", type));
			exchange.sendResponseHeaders(answer.statusCode(), (answer.body().length > 0) ? answer.body().length : -1);
			exchange.getResponseBody().write(answer.body());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * A request without its secrets, and without the order of names, which is that in
	 * which a framework has its tools.
	 */
	private static String request(HttpExchange exchange, String body) {
		String path = exchange.getRequestURI().getPath().replaceFirst("^/t/[^/]+/api/v1/", "");
		if (!path.equals("oauth/token")) {
			String sorted = LIST.matcher(body)
				.replaceAll((list) -> Arrays.stream(list.group(1).split(","))
					.sorted()
					.collect(Collectors.joining(",", "[", "]")));
			return (exchange.getRequestMethod() + " " + path + " " + sorted).strip();
		}
		Map<String, String> form = new TreeMap<>();
		for (String parameter : body.split("&")) {
			String[] parts = parameter.split("=", 2);
			form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
		}
		form.keySet().retainAll(List.of("grant_type", "audience"));
		return exchange.getRequestMethod() + " " + path + " " + form;
	}

	/**
	 * Ask the agent.
	 * @return what it answers
	 */
	public String ask() {
		this.received.clear();
		return this.agent.apply(this.variables);
	}

	/**
	 * Return what has reached LumoAuth since the agent was asked.
	 * @return the requests, without their secrets
	 */
	public List<String> received() {
		return this.received;
	}

	/**
	 * Let the agent have a capability.
	 * @param capability the capability
	 */
	public void grant(String capability) {
		change("PUT", capability);
	}

	/**
	 * Take a capability from the agent.
	 * @param capability the capability
	 */
	public void revoke(String capability) {
		change("DELETE", capability);
	}

	private void change(String method, String capability) {
		URI address = this.lumoAuth.resolve("/dev/tenants/" + this.variables.get("LUMOAUTH_TENANT") + "/agents/"
				+ this.variables.get("AGENT_CLIENT_ID") + "/capabilities/" + capability);
		HttpRequest request = HttpRequest.newBuilder(address)
			.method(method, HttpRequest.BodyPublishers.noBody())
			.build();
		int status = this.client.sendAsync(request, HttpResponse.BodyHandlers.discarding()).join().statusCode();
		if (status >= 300) {
			throw new IllegalStateException(method + " " + address + ": " + status);
		}
	}

	@Override
	public void close() {
		this.recorder.stop(0);
		this.servers.forEach(Process::destroy);
	}

}
