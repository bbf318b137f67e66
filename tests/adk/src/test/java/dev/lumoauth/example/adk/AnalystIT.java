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

package dev.lumoauth.example.adk;

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

import com.google.adk.models.BaseLlm;
import com.google.adk.models.BaseLlmConnection;
import com.google.adk.models.LlmRequest;
import com.google.adk.models.LlmResponse;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionResponse;
import com.google.genai.types.Part;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.reactivex.rxjava3.core.Flowable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The guide's scene at the dev server, with an MCP server that verifies the tokens. What
 * reaches LumoAuth is what the starter sends for the same scene.
 */
class AnalystIT {

	/** The same requests as those of Spring AI's agent with the same two tools. */
	private static final List<String> REQUESTS = List.of("GET oauth/userinfo",
			"POST authz/check-bulk {\"permissions\":[\"mcp:financial\",\"read:documents\"]}",
			"POST oauth/token {grant_type=client_credentials}",
			"POST oauth/token {audience=urn:mcp:financial-data, grant_type=urn:ietf:params:oauth:grant-type:token-exchange}");

	private static final List<Process> servers = new ArrayList<>();

	private static final List<String> received = new CopyOnWriteArrayList<>();

	private static final Map<String, String> variables = new HashMap<>();

	private static HttpServer recorder;

	private static URI lumoAuth;

	@BeforeAll
	static void start() throws IOException {
		variables.putAll(start("lumoauth-dev-server.jar", Map.of()));
		variables.putAll(start("demo-mcp-server.jar", variables));
		lumoAuth = URI.create(variables.get("LUMOAUTH_URL"));
		recorder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		recorder.createContext("/", AnalystIT::forward);
		recorder.start();
		variables.put("LUMOAUTH_URL", "http://127.0.0.1:" + recorder.getAddress().getPort());
		// The first answers of a busy machine may take too long.
		for (int i = 0; i < 20 && !ask().contains("$1.2M"); i++) {
			received.clear();
		}
	}

	@AfterAll
	static void stop() {
		recorder.stop(0);
		servers.forEach(Process::destroy);
	}

	@BeforeEach
	void forget() {
		received.clear();
	}

	private static Map<String, String> start(String jar, Map<String, String> environment) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-jar",
				Path.of(System.getProperty("servers"), jar).toString(), "--server.port=0")
			.redirectErrorStream(true);
		builder.environment().keySet().removeIf((name) -> name.startsWith("LUMOAUTH_") || name.startsWith("SPRING_"));
		builder.environment().putAll(environment);
		Process server = builder.start();
		servers.add(server);
		BufferedReader output = server.inputReader();
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
		}
		throw new AssertionError(jar + " did not start");
	}

	private static void forward(HttpExchange exchange) throws IOException {
		byte[] body = exchange.getRequestBody().readAllBytes();
		received.add(request(exchange, new String(body, StandardCharsets.UTF_8)));
		HttpRequest.Builder request = HttpRequest.newBuilder(lumoAuth.resolve(exchange.getRequestURI()))
			.method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
		List.of("Authorization", "Content-Type", "Accept").forEach((name) -> {
			String value = exchange.getRequestHeaders().getFirst(name);
			if (value != null) {
				request.header(name, value);
			}
		});
		try (exchange) {
			HttpResponse<byte[]> answer = HttpClient.newHttpClient()
				.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
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
	 * A request without its secrets.
	 */
	private static String request(HttpExchange exchange, String body) {
		String path = exchange.getRequestURI().getPath().replaceFirst("^/t/[^/]+/api/v1/", "");
		if (!path.equals("oauth/token")) {
			return (exchange.getRequestMethod() + " " + path + " " + body).strip();
		}
		Map<String, String> form = new TreeMap<>();
		for (String parameter : body.split("&")) {
			String[] parts = parameter.split("=", 2);
			form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
		}
		form.keySet().retainAll(List.of("grant_type", "audience"));
		return exchange.getRequestMethod() + " " + path + " " + form;
	}

	private static String ask() {
		return Analyst.ask(variables, new Script(), "Search documents for Q3, then query EBITDA.");
	}

	private static void admin(String method, String capability) throws Exception {
		URI address = lumoAuth.resolve("/dev/tenants/" + variables.get("LUMOAUTH_TENANT") + "/agents/"
				+ variables.get("AGENT_CLIENT_ID") + "/capabilities/" + capability);
		assertThat(HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(address).method(method, HttpRequest.BodyPublishers.noBody()).build(),
					HttpResponse.BodyHandlers.discarding())
			.statusCode()).isLessThan(300);
	}

	@Test
	void answersFromWhatBothToolsReturnedByTheSameFourRequests() {
		assertThat(ask()).contains("Q3 Performance Review", "EBITDA", "$1.2M");
		assertThat(received).containsExactlyInAnyOrderElementsOf(REQUESTS);
	}

	@Test
	void isToldWhatItMayNotDo() throws Exception {
		admin("DELETE", "read:documents");
		try {
			assertThat(ask()).contains("Error: agent lacks 'read:documents' capability.", "$1.2M");
		}
		finally {
			admin("PUT", "read:documents");
		}
	}

	/**
	 * A model that calls both tools and then says what they answered.
	 */
	private static final class Script extends BaseLlm {

		private int said;

		Script() {
			super("script");
		}

		@Override
		public Flowable<LlmResponse> generateContent(LlmRequest request, boolean stream) {
			Part part = switch (this.said++) {
				case 0 -> call("searchCompanyDocuments", Map.of("query", "Q3"));
				case 1 -> call("queryFinancials", Map.of("metric", "EBITDA", "period", "Q3"));
				default -> Part.fromText(request.contents()
					.stream()
					.flatMap((content) -> content.parts().orElse(List.of()).stream())
					.flatMap((each) -> each.functionResponse().stream())
					.map(FunctionResponse::toJson)
					.toList()
					.toString());
			};
			return Flowable
				.just(LlmResponse.builder().content(Content.builder().role("model").parts(part).build()).build());
		}

		private static Part call(String tool, Map<String, Object> arguments) {
			return Part.builder().functionCall(FunctionCall.builder().name(tool).args(arguments).build()).build();
		}

		@Override
		public BaseLlmConnection connect(LlmRequest request) {
			throw new UnsupportedOperationException();
		}

	}

}
